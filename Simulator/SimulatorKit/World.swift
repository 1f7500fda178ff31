import MeshConsensus
import MeshCrypto
import MeshLedger
package import MeshModel
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
    /// Who was on one side when the network split last.
    var lastSides: [Bool] = []
    /// After all faults have ended: kiosks that stay without power.
    var isLeftDark: [Bool]
    var visitors: Visitors
    /// The ticket server outside; nil in runs that import their tickets.
    var office: OfficeWorld?
    private var checkers: CheckerBench
    private var indexOf: [KioskID: Int] = [:]
    /// The newest register that some host knew to be recorded.
    var lastRecorded: Register?
    private(set) var violation: Violation?
    var traceHash: UInt64 = 0
    var faults: [FaultKind: Int] = [:]
    var elections = 0
    var isHealing = false
    var wipes = 0
    /// Takes what happens, in words: of one kiosk, or of the venue.
    var listener: ((HistoryLine) -> Void)?

    init(_ options: RunOptions) {
        self.options = options
        random = SplitMix64(seed: options.seed)
        var plan = FaultPlan(&random)
        options.scenario?.adjust(&plan)
        for kind in options.without { plan.remove(kind) }
        self.plan = plan
        let hasOffice = Self.hasOffice(options)
        visitors = Visitors(&random, isSoldOutside: hasOffice)
        let count = options.kiosks
        checkers = CheckerBench(answersOnly: options.watchesAnswersOnly)
        isLeftDark = Array(repeating: false, count: count)
        blocked = Array(repeating: Array(repeating: false, count: count), count: count)
        links = blocked
        found(hasOffice: hasOffice)
    }

    private func found(hasOffice: Bool) {
        var mesh = MeshID(randomKey())
        if hasOffice { mesh = openOffice() }
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
        let hasWitness = random.below(2) == 0
        let wantsWitness = options.scenario?.hasWitness ?? hasWitness
        let witness = options.kiosks >= 3 && wantsWitness ? options.kiosks - 1 : -1
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
            let codec = FrameCodec(
                mesh: mesh, signer: signer, verifier: verifier, grants: SodiumVerifier())
            let vote = VoteState(
                accepted: genesis, voteIncarnation: incarnations[index].vote,
                logIncarnation: incarnations[index].log)
            kiosks.append(
                SimulatedKiosk(
                    index: index, codec: codec,
                    author: WireAuthor(codec: codec.blocks, signer: signer, verifier: verifier),
                    hasStorage: index != witness, disk: VirtualDisk(vote: vote)))
        }
        for kiosk in kiosks { indexOf[kiosk.id] = kiosk.index }
        for index in kiosks.indices { queue.push(.restart(index), at: random.below(Self.second)) }
        queue.push(.scan, at: 2 * Self.second)
        scheduleFaults()
        scheduleOffice()
    }

    func randomKey() -> Key32 {
        var bytes: [UInt8] = []
        for _ in 0..<4 { appendBigEndian(random.next(), to: &bytes) }
        return Key32(bytes) ?? .zero
    }

    func index(of kiosk: KioskID) -> Int? { indexOf[kiosk] }

    func entries(of ticket: TicketID) -> Int { visitors.entries(of: ticket) }

    // MARK: running

    /// Runs until `end` or until an invariant breaks.
    func run(until end: UInt64) {
        while violation == nil, let next = queue.nextTime, next <= end, let item = queue.pop() {
            time = item.time
            handle(item.event)
        }
        if violation == nil { time = max(time, end) }
    }

    private func handle(_ event: WorldEvent) {
        switch event {
        case .deliver(let bytes, let from, let to): deliver(bytes, from: from, to: to)
        case .link(let up, let from, let to): changeLink(up: up, from: from, to: to)
        case .redial(let index, let other): redial(index, other)
        case .persisted(let id, let at, let boot): persisted(id, at: at, boot: boot)
        case .wake(let index, let boot): wake(index, boot: boot)
        case .restart(let index): if !isLeftDark[index] { start(index) }
        case .resume(let index, let boot):
            guard kiosks[index].boot == boot else { return }
            input(.wake, at: index)
        case .scan: scan()
        case .ask(let visit, let at): ask(visit, at: at)
        case .fault(let kind): cause(kind)
        case .strike(let strike, let at, let boot): self.strike(strike, at: at, boot: boot)
        case .act(let number): act(number)
        case .heal(let number): heal(number)
        case .look: look()
        case .served(let result, let at, let boot): served(result, at: at, boot: boot)
        case .operate: operate()
        case .outage: causeOutage()
        }
    }

    func observe(_ observation: Observation) {
        guard violation == nil, checkers.wants(observation.kind) else { return }
        if let found = checkers.observe(observation, in: self) { fail(found.checker, found.what) }
    }

    func finishCheckers() {
        guard violation == nil else { return }
        if let found = checkers.finish(self) { fail(found.checker, found.what) }
    }

    func fail(_ checker: String, _ what: String) {
        guard violation == nil else { return }
        violation = Violation(checker: checker, what: what, nanoseconds: time)
        log(nil, "FAIL \(checker) \(what)", mark: .failure)
    }

    var wantsLog: Bool { listener != nil }

    func log(
        _ kiosk: Int?, _ text: @autoclosure () -> String, mark: HistoryLine.Mark = .other
    ) {
        listener?(HistoryLine(nanoseconds: time, kiosk: kiosk, text: text(), mark: mark))
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

    package init(checker: String, what: String, nanoseconds: UInt64) {
        self.checker = checker
        self.what = what
        self.nanoseconds = nanoseconds
    }
}

/// One line of a run's history.
package struct HistoryLine: Sendable, Equatable {
    /// Virtual time.
    package let nanoseconds: UInt64
    /// Nil where it concerns the whole venue.
    package let kiosk: Int?
    package let text: String
    package var mark = Mark.other

    /// What a picture of the run shows.
    package enum Mark: Sendable, Equatable {
        case elected(Epoch), serving(Epoch), steppedDown
        case up, down
        case fault, failure
        case other
    }
}
