import MeshConsensus
import MeshLedger
import MeshModel

/// What is on its way to the disk, and what waits for it.
///
/// The disk is first in, first out: when a write is durable, so is everything handed over before.
struct DiskOrder: Sendable {
    /// What happens once a write is durable.
    enum Completion: Sendable {
        case send(MeshMessage, to: KioskID)
        /// Own log grown: acknowledge to the host, or count the own disk as host.
        case durable(VersionVector.Entry)
        case acknowledge(Epoch)
        case fenced(Epoch)
        case promisedSelf(Epoch)
        case recordedSelf(epoch: Epoch, version: UInt64)
    }

    var stagedVote = false
    var stagedBlocks: [Block] = []
    var staged: [Completion] = []
    private(set) var lastIssued: UInt64 = 0
    private var waiting: [(id: UInt64, completions: [Completion])] = []
    /// Length of each chain that is fsynced here.
    var durable = VersionVector()

    /// Makes one write of what is staged; nil where nothing is. A write may be empty: then its
    /// completions only wait for those before it.
    mutating func issue(vote: VoteState) -> Persist? {
        guard stagedVote || !stagedBlocks.isEmpty || !staged.isEmpty else { return nil }
        lastIssued += 1
        waiting.append((lastIssued, staged))
        let write = Persist(
            id: lastIssued, vote: stagedVote ? vote : nil, blocks: stagedBlocks)
        staged = []
        stagedVote = false
        stagedBlocks = []
        return write
    }

    /// The completions of write `id` and of all before it, in order.
    mutating func complete(_ id: UInt64) -> [Completion] {
        var done: [Completion] = []
        while let first = waiting.first, first.id <= id {
            done += first.completions
            waiting.removeFirst()
        }
        return done
    }
}

extension Node {
    /// Hands what was staged in this step to the disk as one write.
    mutating func flushDisk() {
        let ends = disk.stagedBlocks.map { block in
            DiskOrder.Completion.durable(
                VersionVector.Entry(chain: block.body.chain, length: block.body.sequence + 1))
        }
        disk.staged = ends + disk.staged
        if disk.stagedVote { vote.log = durableMark() }
        guard let write = disk.issue(vote: vote) else { return }
        effects.append(.persist(write))
    }

    /// What is surely durable when the vote file is written: nothing still on its way counts.
    private func durableMark() -> LogMark {
        var count: UInt64 = 0
        for entry in disk.durable.entries { count += entry.length }
        let tip = disk.durable.entries.last.map { Position(chain: $0.chain, length: $0.length) }
        return LogMark(blockCount: count, tip: tip)
    }

    mutating func complete(_ completion: DiskOrder.Completion) {
        switch completion {
        case .send(let message, let peer): send(message, to: peer)
        case .durable(let entry):
            disk.durable.raise(entry.chain, to: entry.length)
            if let term, term.chain == entry.chain { ownBlocksDurable() }
        case .acknowledge(let epoch): acknowledgeToHost(epoch)
        case .fenced(let epoch): campaignFenced(epoch)
        case .promisedSelf(let epoch): receivePromise(epoch, voter, vote.accepted)
        case .recordedSelf(let epoch, let version): recorded(voter, epoch, version)
        }
    }

    /// Raises the fence; the write is staged and whatever depends on it must be staged after it.
    mutating func raiseFence(to epoch: Epoch) {
        highestEpochSeen = max(highestEpochSeen, epoch)
        guard epoch > vote.fence else { return }
        vote.fence = epoch
        promisedTo = nil
        disk.stagedVote = true
    }

    /// Keeps the newest register that this kiosk accepted or knows to be recorded.
    mutating func accept(_ register: Register) {
        if register.isNewer(than: known) { known = register }
        guard register.isNewer(than: vote.accepted) else { return }
        vote.accepted = register
        disk.stagedVote = true
    }
}
