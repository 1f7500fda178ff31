package import MeshConsensus
package import MeshLedger
package import MeshModel

/// One kiosk's part of the mesh, as a pure state machine: inputs and the time in, effects out.
///
/// It imports no clock, no randomness, no network and no file. The daemon and the simulator are two
/// shells around this very struct.
///
/// At any time a node is a follower (neither `candidacy` nor `term`), a candidate, or a host.
/// - follower → candidate: the host is silent, its link closed, or it handed over.
/// - candidate → host: a majority promised and the newest register names this log.
/// - candidate, host → follower: a higher epoch was seen.
package struct Node: Sendable {
    package let configuration: NodeConfiguration
    let author: any BlockAuthor

    /// As last handed to the disk.
    package internal(set) var vote: VoteState
    package internal(set) var ledger: Ledger
    /// The newest roster known: from the log, or from a member where there is no log.
    package internal(set) var roster: Roster
    /// The newest register seen anywhere: tells whom to ask, proves nothing.
    package internal(set) var known: Register?
    package internal(set) var candidacy: Candidacy?
    package internal(set) var term: Term?
    /// The host this kiosk follows; nil while it knows none.
    package internal(set) var host: HostContact?
    /// The host that was followed last; nil after an own reign began.
    var followed: KioskID?
    package internal(set) var peers = PeerTable()
    /// Kiosks with a link, sorted.
    package internal(set) var linked: [KioskID] = []

    var random: SplitMix64
    var now = Now(tick: Tick(nanoseconds: 0), wall: 0)
    var effects: [Effect] = []
    var disk = DiskOrder()
    var requests = RequestTable()
    /// Answers of this step, gathered for each kiosk.
    var answers: [(kiosk: KioskID, answers: [Answer])] = []
    var electionDeadline = Tick.never
    var candidacyDeadline = Tick.never
    var highestEpochSeen: Epoch = 0
    /// Whom the fence was promised to, while this process lives: the same candidate may be told
    /// again.
    var promisedTo: KioskID?

    /// - Parameters:
    ///   - vote: the vote file's content; the incarnations in it are current.
    ///   - ledger: an empty ledger with the mesh's charter; blocks follow by `restore`.
    package init(
        configuration: NodeConfiguration, author: any BlockAuthor, vote: VoteState, ledger: Ledger,
        roster: Roster
    ) {
        self.configuration = configuration
        self.author = author
        self.vote = vote
        self.ledger = ledger
        self.ledger.countsVoidBlocks = configuration.dropped.contains(.cutVoidsTheRest)
        self.roster = roster
        known = vote.accepted
        highestEpochSeen = vote.fence
        random = SplitMix64(seed: configuration.seed)
    }

    package var kiosk: KioskID { configuration.kiosk }
    var timing: Timing { configuration.timing }
    var dropped: DroppedRules { configuration.dropped }
    var member: Member { Member(kiosk: kiosk, incarnation: vote.logIncarnation) }
    var voter: Voter { Voter(kiosk: kiosk, incarnation: vote.voteIncarnation) }
    package var isRevoked: Bool { roster[kiosk]?.isRevoked ?? false }

    /// Takes one block from the own disk, in the order in which they were written there.
    ///
    /// - Returns: nil, or why the log on this disk cannot be trusted.
    package mutating func restore(_ block: Block) -> String? {
        switch ledger.insert(block) {
        case .added:
            disk.durable.raise(block.body.chain, to: block.body.sequence + 1)
            return nil
        case .known: return "block \(block.position) is there twice"
        case .missing: return "a block before \(block.position) is missing"
        case .conflicting(let why): return why
        }
    }

    /// Begins, after the last `restore`.
    package mutating func start(at now: Now) -> [Effect] {
        self.now = now
        adoptRosterFromLog()
        if dropped.contains(.newEpochAfterRestart) { resumeReign() }
        let alone =
            known.map { $0.voters.map(\.kiosk) == [kiosk] && $0.inSync.map(\.kiosk) == [kiosk] }
        electionDeadline = alone == true ? now.tick : now.tick + electionDelay()
        return finish()
    }

    /// Handles inputs that arrived together; what they cause shares one block, one commit and one
    /// message a peer where it can.
    package mutating func step(_ inputs: [Input], at now: Now) -> [Effect] {
        self.now = now
        for input in inputs { handle(input) }
        return finish()
    }

    private mutating func handle(_ input: Input) {
        switch input {
        case .message(let message, let from):
            guard roster.admits(from), from != kiosk else { return }
            peers[from, default: Peer()].lastHeard = now.tick
            handle(message, from: from)
        case .linkUp(let peer): linkUp(peer)
        case .linkDown(let peer): linkDown(peer)
        case .persisted(let id): for done in disk.complete(id) { complete(done) }
        case .request(let id, let body, let patience): ask(id, body, patience: patience)
        case .abandon(let id): requests.remove(id)
        case .transfer(let target): beginTransfer(to: target)
        case .takeOver: takeOver()
        case .wake: break
        }
    }

    private mutating func handle(_ message: MeshMessage, from: KioskID) {
        switch message {
        case .hello(let hello): receive(hello, from: from)
        case .preVote(let epoch): receivePreVote(epoch, from: from)
        case .preVoteReply(let reply): receive(reply, from: from)
        case .prepare(let epoch): receivePrepare(epoch, from: from)
        case .promise(let epoch, let incarnation, let accepted):
            receivePromise(epoch, Voter(kiosk: from, incarnation: incarnation), accepted)
        case .record(let register): receiveRecord(register, from: from)
        case .recorded(let epoch, let version, let incarnation):
            recorded(Voter(kiosk: from, incarnation: incarnation), epoch, version)
        case .refused(let fence): receiveRefusal(fence)
        case .takeOver(let epoch): receiveTakeOver(epoch, from: from)
        case .collect(let epoch): receiveCollect(epoch, from: from)
        case .collected(let epoch, let incarnation, let vector):
            receiveCollected(epoch, Member(kiosk: from, incarnation: incarnation), vector)
        case .append(let append): receive(append, from: from)
        case .appended(let epoch, let incarnation, let length):
            acknowledged(epoch, Member(kiosk: from, incarnation: incarnation), length)
        case .heartbeat(let heartbeat): receive(heartbeat, from: from)
        case .heartbeatReply(let reply): receive(reply, from: from)
        case .want(let entries): serve(VersionVector(entries), to: from)
        case .blocks(let blocks): receiveBlocks(blocks, from: from)
        case .askVector: send(.vector(ledger.vector), to: from)
        case .vector(let vector): receiveVector(vector, from: from)
        case .requests(let batch): for request in batch { submit(request, from: from) }
        case .answers(let answers): for answer in answers { receive(answer) }
        case .roster(let newer): adopt(newer)
        }
    }

    /// Everything that is done once for all inputs of a step.
    private mutating func finish() -> [Effect] {
        runTimers()
        driveTerm()
        adoptRosterFromLog()
        sendRequests()
        flushAnswers()
        flushDisk()
        defer { effects.removeAll(keepingCapacity: true) }
        return effects
    }

    func isLinked(_ peer: KioskID) -> Bool { peers[peer]?.isLinked ?? false }

    mutating func send(_ message: MeshMessage, to peer: KioskID) {
        effects.append(.send(message, to: peer))
    }

    mutating func report(_ event: Event) { effects.append(.event(event)) }
}

/// What a node knows of another kiosk.
package struct Peer: Hashable, Sendable {
    package var isLinked = false
    package var lastHeard: Tick?
    package var roundTrip: Span64?
    package var voteIncarnation: Incarnation?
    package var logIncarnation: Incarnation?
    package var hasStorage = false
    package var rosterVersion: UInt64 = 0
    /// The newest register it confirmed.
    var registerEpoch: Epoch = 0
    var registerVersion: UInt64 = 0
    /// As host: what it said last of the host's chain and of its whole log.
    package var length: UInt64 = 0
    package var digest: UInt64 = 0
    /// No second pull from it before then.
    var wantAfter = Tick(nanoseconds: 0)
    var askAfter = Tick(nanoseconds: 0)
}

/// The host a follower hears.
package struct HostContact: Hashable, Sendable {
    package let kiosk: KioskID
    package let epoch: Epoch
    package var chain: ChainID
    package var isServing: Bool
    package var lastHeard: Tick
    /// What the host said of its chain, in blocks.
    package var length: UInt64 = 0
    package var digest: UInt64 = 0
}
