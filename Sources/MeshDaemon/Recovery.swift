import Foundation
import Logging
import MeshConsensus
import MeshCrypto
import MeshLedger
import MeshModel
import MeshNode
import MeshStorage
import MeshWire

/// Brings a kiosk back from its state directory: vote file, log, roster, all verified.
struct Recovery {
    let state: StateFiles
    let charter: Charter
    let identity: IdentityFile
    let author: WireAuthor
    let codec: FrameCodec
    let logger: Logger

    struct Recovered {
        let node: Node
        let store: BlockStore?
        let voteFile: VoteFile
        /// Set where the log was lost or repaired.
        let damage: Damage?
    }

    /// What happened to the log, and what to do, in plain words.
    struct Damage {
        let what: String
        let fix: String
    }

    func recover() throws(DaemonError) -> Recovered {
        let voteFile = VoteFile(in: state.directory)
        var (vote, voteIsNew) = try loadVote(voteFile)
        let kiosk = codec.kiosk
        let founders = Roster(version: 1, entries: [charter.founder])
        let empty = MeshState(founders: founders, tokens: [charter.firstToken])
        let roster = try loadRoster(founders)
        let seed = RandomBytes.make(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let configuration = NodeConfiguration(
            kiosk: kiosk, hasStorage: identity.hasStorage, seed: seed)
        func fresh(_ vote: VoteState) -> Node {
            Node(
                configuration: configuration, author: author, vote: vote,
                ledger: Ledger(charter: charter.hash, state: empty), roster: roster)
        }
        guard identity.hasStorage else {
            return Recovered(node: fresh(vote), store: nil, voteFile: voteFile, damage: nil)
        }
        var damage: Damage?
        var node = fresh(vote)
        let store: BlockStore
        do {
            store = try openAndRestore(into: &node)
        } catch let error where error.code == .corrupt {
            let aside = try setAside()
            damage = damaged(
                "the log was damaged (\(error.message)) and is kept as \(aside)", roster)
            vote.logIncarnation = StateFiles.newIncarnation()
            vote.log = LogMark()
            try state.saveVote(vote)
            node = fresh(vote)
            do { store = try openStore() } catch { throw DaemonError(error) }
        } catch {
            throw DaemonError(error)
        }
        if damage == nil && !voteIsNew && isRolledBack(node, vote.log) {
            damage = damaged(
                "the log holds less than was once stored here: it was lost or rolled back", roster)
            vote.logIncarnation = StateFiles.newIncarnation()
            vote.log = LogMark()
            try state.saveVote(vote)
            node = fresh(vote)
            do { try restore(store, into: &node) } catch { throw DaemonError(error) }
        }
        return Recovered(node: node, store: store, voteFile: voteFile, damage: damage)
    }

    private func damaged(_ what: String, _ roster: Roster) -> Damage {
        let others = roster.entries.contains { $0.kiosk != codec.kiosk && !$0.isRevoked }
        if others {
            return Damage(
                what: what + "; this kiosk decides nothing until it has it from the others",
                fix: "nothing while another kiosk with storage runs: "
                    + "kioskmesh wait --for synced says when it is whole again")
        }
        return Damage(
            what: what + "; no other kiosk has a copy, so this mesh cannot go on",
            fix: "put the state directory's backup back, or found a new mesh in an empty one "
                + "and import the tickets again; keep the damaged file: it may hold redemptions")
    }

    private func isRolledBack(_ node: Node, _ mark: LogMark) -> Bool {
        if node.ledger.blockCount < mark.blockCount { return true }
        return mark.tip.map { !node.ledger.holds($0) } ?? false
    }

    /// The vote file's content; a kiosk that lost it draws new incarnations, so that it counts
    /// neither as the voter nor as the member that it was.
    private func loadVote(_ file: VoteFile) throws(DaemonError) -> (VoteState, isNew: Bool) {
        let content: VoteFileState
        do { content = try file.load() } catch { throw DaemonError(error) }
        switch content {
        case .valid(let bytes):
            if let vote = try? DiskCoding.voteState(bytes) { return (vote, false) }
        case .absent:
            // A kiosk that was just admitted has none yet, and no log either.
            if FileManager.default.fileExists(atPath: state.directory.path(of: BlockStore.name)) {
                logger.error("the vote file is missing. \(Self.voteLost)")
            }
        case .corrupt(let why):
            logger.error("the vote file is damaged: \(why). \(Self.voteLost)")
        }
        if case .corrupt = content {
            do { _ = try file.setAside() } catch { throw DaemonError(error) }
        }
        let vote = state.newVote(accepted: nil)
        do {
            _ = try file.load()
            try file.save(DiskCoding.encode(vote))
        } catch {
            throw DaemonError(error)
        }
        return (vote, true)
    }

    private static let voteLost =
        "This kiosk does not vote until the others have taken it in again. What to do: nothing "
        + "while a majority of the other voters runs; else kioskmesh doctor"

    private func loadRoster(_ founders: Roster) throws(DaemonError) -> Roster {
        guard let bytes = try state.read(StateFiles.rosterName),
            let roster = try? DiskCoding.rosterFile(bytes)
        else { return founders }
        return roster
    }

    private func openStore() throws(StorageError) -> BlockStore {
        try BlockStore.open(in: state.directory) { BlockCodec.hash(ofStored: $0) ?? [] }
    }

    private func openAndRestore(into node: inout Node) throws(StorageError) -> BlockStore {
        let store = try openStore()
        do {
            try restore(store, into: &node)
        } catch {
            try? store.close()
            throw error
        }
        return store
    }

    private func restore(_ store: BlockStore, into node: inout Node) throws(StorageError) {
        var restored = node
        try store.forEach { stored throws(StorageError) in
            let block: Block
            do throws(WireError) {
                block = try codec.blocks.open(stored.bytes)
            } catch {
                throw StorageError(code: .corrupt, message: error.message, hint: "")
            }
            if let why = restored.restore(block) {
                throw StorageError(code: .corrupt, message: why, hint: "")
            }
        }
        node = restored
    }

    private func setAside() throws(DaemonError) -> String {
        do { return try BlockStore.setAside(in: state.directory) } catch {
            throw DaemonError(error)
        }
    }
}
