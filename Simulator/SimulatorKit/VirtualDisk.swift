import MeshConsensus
import MeshLedger
import MeshModel
import MeshNode

/// What survives a crash of one kiosk: a vote file and a log, written in order.
struct VirtualDisk {
    private(set) var vote: VoteState
    /// In the order of their arrival.
    private(set) var log: [Block] = []
    private(set) var chains: [ChainID: [Block]] = [:]
    /// Handed over and not fsynced.
    var pending: [Persist] = []
    /// When the disk will have done all that.
    var busyUntil: UInt64 = 0

    init(vote: VoteState) { self.vote = vote }

    func length(of chain: ChainID) -> UInt64 { UInt64(chains[chain]?.count ?? 0) }

    func holds(_ record: RecordID) -> Bool { length(of: record.chain) > record.sequence }

    /// Fsyncs the oldest pending write; returns it.
    mutating func complete() -> Persist {
        let write = pending.removeFirst()
        apply(write)
        return write
    }

    private mutating func apply(_ write: Persist) {
        if let vote = write.vote { self.vote = vote }
        for block in write.blocks { append(block) }
    }

    private mutating func append(_ block: Block) {
        log.append(block)
        chains[block.body.chain, default: []].append(block)
    }

    /// Power is lost: some of what was under way may have reached the disk, in order; of the write
    /// after that perhaps the vote file and a part of the blocks are lost whole.
    mutating func crash(_ random: inout SplitMix64) {
        while !pending.isEmpty && random.below(3) == 0 { apply(pending.removeFirst()) }
        if let torn = pending.first, let vote = torn.vote, random.below(3) == 0 {
            self.vote = vote
        }
        pending = []
        busyUntil = 0
    }

    /// The log is lost; the vote file is not. The kiosk's log is another member from now on.
    mutating func wipeLog(newIncarnation: Incarnation) {
        log = []
        chains = [:]
        vote.logIncarnation = newIncarnation
        vote.log = LogMark()
    }

    /// The same log, restored by somebody who did not notice that it had been lost: only for the
    /// planted bug that names kiosks without incarnations.
    mutating func loseLogUnnoticed() {
        log = []
        chains = [:]
        vote.log = LogMark()
    }

    /// Blocks from these lengths on, up to the bound of one message.
    func read(_ entries: [VersionVector.Entry]) -> [Block] {
        var blocks: [Block] = []
        var size = 0
        for entry in entries {
            for block in (chains[entry.chain] ?? []).dropFirst(Int(entry.length)) {
                size += block.bytes.count
                if size > MeshMessage.maximumBlockBytes && !blocks.isEmpty { return blocks }
                blocks.append(block)
            }
        }
        return blocks
    }
}
