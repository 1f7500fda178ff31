import MeshConsensus
import MeshCrypto
import MeshLedger
import MeshModel
import MeshNode
import MeshWire

/// A simulated venue: kiosks, disks, network, visitors and faults on one virtual clock.
///
/// Everything follows from the seed. The kiosks run the core and the wire codec of the product.
final class World {
    static let wallStart: WallTime = 1_796_000_000_000
    static let second: UInt64 = 1_000_000_000

    let options: RunOptions
    let plan: FaultPlan
    var random: SplitMix64
    var time: UInt64 = 0
    var queue = EventQueue<WorldEvent>()
    private(set) var kiosks: [SimulatedKiosk] = []
    private(set) var foundingState = MeshState()
    /// `blocked[from][to]`: nothing passes.
    var blocked: [[Bool]]
    /// `links[a][b]`: a believes that it has a link to b.
    var links: [[Bool]]
    var partitionCount = 0
    var visitors: Visitors
    private var checkers: [any Checker] = [
        AtMostOneAcknowledgement(), AcknowledgedIsDurable(), OneHostPerEpoch(),
        NothingBelowPromise(), NewHostHoldsAll(), ChainsAreContiguous(),
        ForgedInputChangesNothing(), SameAnswer(), QueuesAreBounded(), StateIsPure(),
    ]
    private(set) var violation: Violation?
    var traceHash: UInt64 = 0
    var faults: [FaultKind: Int] = [:]
    var elections = 0
    var isHealing = false
    var wipes = 0
    var captured: [[UInt8]] = []
    var log: ((String) -> Void)?

    init(_ options: RunOptions) {
        self.options = options
        random = SplitMix64(seed: options.seed)
        plan = FaultPlan(&random)
        visitors = Visitors(&random)
        let count = options.kiosks
        blocked = Array(repeating: Array(repeating: false, count: count), count: count)
        links = blocked
        found()
    }

    private func found() {
        let mesh = MeshID(randomKey())
        let usesSodium = options.seed % 50 == 0
        var signers: [any Signer] = []
        for _ in 0..<options.kiosks {
            if usesSodium {
                signers.append(SodiumSigner(SigningKey(seed: randomKey().bytes)))
            } else {
                signers.append(MacSigner(kiosk: KioskID(randomKey())))
            }
        }
        let verifier: any SignatureVerifier = usesSodium ? SodiumVerifier() : MacVerifier()
        // The last of three or more kiosks is a witness in some runs.
        let witness = options.kiosks >= 3 && random.below(2) == 0 ? options.kiosks - 1 : -1
        var roster = Roster()
        for (index, signer) in signers.enumerated() {
            roster.set(
                RosterEntry(
                    kiosk: signer.kiosk, name: "n\(index)", tlsKey: signer.kiosk.key,
                    hasStorage: index != witness))
        }
        foundingState = MeshState(founders: roster)
        let incarnations = signers.map { _ in (vote: random.next(), log: random.next()) }
        let founder = signers[0].kiosk
        let genesis = Register(
            epoch: 0, version: 0, host: founder,
            inSync: [Member(kiosk: founder, incarnation: incarnations[0].log)],
            voters: [Voter(kiosk: founder, incarnation: incarnations[0].vote)])
        for (index, signer) in signers.enumerated() {
            let codec = FrameCodec(mesh: mesh, signer: signer, verifier: verifier)
            let vote = VoteState(
                accepted: genesis, voteIncarnation: incarnations[index].vote,
                logIncarnation: incarnations[index].log)
            kiosks.append(
                SimulatedKiosk(
                    index: index, codec: codec,
                    author: WireAuthor(codec: codec.blocks, signer: signer, verifier: verifier),
                    hasStorage: index != witness, disk: VirtualDisk(vote: vote)))
        }
        for index in kiosks.indices { queue.push(.restart(index), at: random.below(Self.second)) }
        queue.push(.scan, at: 2 * Self.second)
        scheduleFaults()
    }

    func randomKey() -> Key32 {
        var bytes: [UInt8] = []
        for _ in 0..<4 { appendBigEndian(random.next(), to: &bytes) }
        return Key32(bytes) ?? .zero
    }

    func entries(of ticket: TicketID) -> Int { visitors.entries(of: ticket) }

    // MARK: running

    /// Runs until `end` or until an invariant breaks.
    func run(until end: UInt64) {
        while violation == nil, let next = queue.nextTime, next <= end, let item = queue.pop() {
            time = item.time
            handle(item.event)
        }
        time = max(time, end)
    }

    private func handle(_ event: WorldEvent) {
        switch event {
        case .deliver(let bytes, let from, let to): deliver(bytes, from: from, to: to)
        case .link(let up, let from, let to): changeLink(up: up, from: from, to: to)
        case .persisted(let id, let at, let boot): persisted(id, at: at, boot: boot)
        case .wake(let index, let boot): wake(index, boot: boot)
        case .restart(let index): start(index)
        case .resume(let index, let boot):
            guard kiosks[index].boot == boot else { return }
            input(.wake, at: index)
        case .scan: scan()
        case .ask(let visit, let id, let at): askAgain(visit, id, at: at)
        case .fault(let kind): cause(kind)
        case .heal(let number): heal(number)
        }
    }

    func observe(_ observation: Observation) {
        guard violation == nil else { return }
        for index in checkers.indices {
            if let why = checkers[index].observe(observation, in: self) {
                violation = Violation(
                    checker: checkers[index].name, what: why, nanoseconds: time)
                return
            }
        }
    }

    func finishCheckers() {
        for index in checkers.indices where violation == nil {
            if let why = checkers[index].finish(self) {
                violation = Violation(
                    checker: checkers[index].name, what: why, nanoseconds: time)
            }
        }
    }

    func fail(_ checker: String, _ what: String) {
        if violation == nil {
            violation = Violation(checker: checker, what: what, nanoseconds: time)
        }
    }

    func trace(_ kind: UInt64, _ a: Int, _ b: Int = 0, _ extra: UInt64 = 0) {
        traceHash = mix64(
            traceHash ^ (kind << 56) ^ (UInt64(truncatingIfNeeded: a) << 40)
                ^ (UInt64(truncatingIfNeeded: b) << 24) ^ time ^ mix64(extra))
    }
}

/// An invariant that broke.
package struct Violation: Sendable, Equatable {
    package let checker: String
    package let what: String
    /// Virtual time, in nanoseconds.
    package let nanoseconds: UInt64
}
