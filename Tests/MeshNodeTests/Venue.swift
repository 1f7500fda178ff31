import MeshConsensus
import MeshLedger
import MeshModel
import MeshNode

/// A few kiosks on one virtual clock, with every delay fixed: a message takes a millisecond, a
/// write two. What happens is written down line by line.
final class Venue {
    static let millisecond: UInt64 = 1_000_000
    static let wallStart: WallTime = 1_796_000_000_000

    final class Kiosk {
        let name: Character
        let hasStorage: Bool
        /// What is fsynced.
        var vote: VoteState
        var log: [Block] = []
        var pending: [Persist] = []
        var busyUntil: UInt64 = 0
        /// A disk that stands still: nothing becomes durable.
        var isDiskStuck = false
        var node: Node?
        var boot = 0

        init(name: Character, hasStorage: Bool, vote: VoteState) {
            self.name = name
            self.hasStorage = hasStorage
            self.vote = vote
        }
    }

    enum Happening {
        case deliver(MeshMessage, from: Character, to: Character)
        case persisted(UInt64, at: Character, boot: Int)
        case wake(Character, boot: Int)
    }

    var limits = Limits()
    private(set) var kiosks: [Kiosk] = []
    private(set) var time: UInt64 = 0
    var transcript = Transcript()
    /// The last answer to each request.
    private(set) var answers: [RequestID: Outcome] = [:]
    private var links: [(Character, Character)] = []
    private var queue: [(time: UInt64, number: Int, what: Happening)] = []
    private var nextNumber = 0
    private let founders: Roster

    /// - Parameters:
    ///   - stored: names of kiosks with storage; the first founded the mesh.
    ///   - witnesses: names of kiosks without.
    init(_ stored: String, witnesses: String = "") {
        var roster = Roster()
        for name in stored + witnesses {
            roster.set(Self.entry(name, hasStorage: stored.contains(name)))
        }
        founders = roster
        let founder = Self.id(stored.first ?? "a")
        let genesis = Register(
            epoch: 0, version: 0, host: founder,
            inSync: [Member(kiosk: founder, incarnation: 1)],
            voters: [Voter(kiosk: founder, incarnation: 1)])
        for name in stored + witnesses {
            let vote = VoteState(accepted: genesis, voteIncarnation: 1, logIncarnation: 1)
            kiosks.append(
                Kiosk(name: name, hasStorage: stored.contains(name), vote: vote))
        }
    }

    static func id(_ name: Character) -> KioskID {
        let byte = name.asciiValue ?? 0
        return KioskID(Key32([UInt8](repeating: byte, count: 32)) ?? .zero)
    }

    static func entry(_ name: Character, hasStorage: Bool = true) -> RosterEntry {
        RosterEntry(
            kiosk: id(name), name: "gate-\(name)", tlsKey: id(name).key, hasStorage: hasStorage)
    }

    subscript(name: Character) -> Kiosk {
        guard let kiosk = kiosks.first(where: { $0.name == name }) else {
            preconditionFailure("no kiosk \(name) in this script")
        }
        return kiosk
    }

    // MARK: time

    /// Lets time pass; everything due happens in order.
    func run(milliseconds: UInt64) { run(until: time + milliseconds * Self.millisecond) }

    /// Lets time pass until `condition` holds, a minute at most.
    func run(until condition: (Venue) -> Bool) -> Bool {
        let limit = time + 60_000 * Self.millisecond
        while !condition(self) {
            guard let next = nextIndex, queue[next].time <= limit else { return false }
            run(until: queue[next].time)
        }
        return true
    }

    private func run(until end: UInt64) {
        while let index = nextIndex, queue[index].time <= end {
            let item = queue.remove(at: index)
            time = item.time
            happen(item.what)
        }
        time = end
    }

    private var nextIndex: Int? {
        queue.indices.min {
            (queue[$0].time, queue[$0].number) < (queue[$1].time, queue[$1].number)
        }
    }

    private func schedule(_ what: Happening, at time: UInt64) {
        queue.append((time, nextNumber, what))
        nextNumber += 1
    }

    private func happen(_ what: Happening) {
        switch what {
        case .deliver(let message, let from, let to):
            guard self[to].node != nil, isLinked(from, to) else { return }
            input(.message(message, from: Self.id(from)), at: to)
        case .persisted(let id, let name, let boot):
            let kiosk = self[name]
            guard kiosk.boot == boot, kiosk.node != nil, !kiosk.isDiskStuck else { return }
            complete(kiosk)
            input(.persisted(id), at: name)
        case .wake(let name, let boot):
            let kiosk = self[name]
            guard kiosk.boot == boot, let node = kiosk.node,
                node.nextWake.nanoseconds <= time
            else { return }
            input(.wake, at: name)
        }
    }

    private func complete(_ kiosk: Kiosk) {
        let write = kiosk.pending.removeFirst()
        if let vote = write.vote { kiosk.vote = vote }
        kiosk.log += write.blocks
    }

    // MARK: the shell around a node

    private var now: Now {
        Now(
            tick: Tick(nanoseconds: time),
            wall: Self.wallStart + WallTime(time / Self.millisecond))
    }

    func input(_ input: Input, at name: Character) {
        let kiosk = self[name]
        guard kiosk.node != nil else { return }
        let effects = kiosk.node?.step([input], at: now) ?? []
        transcript.write(input, effects, at: name, time: time)
        perform(effects, at: kiosk)
    }

    private func perform(_ effects: [Effect], at kiosk: Kiosk) {
        for effect in effects {
            switch effect {
            case .persist(let write): persist(write, at: kiosk)
            case .send(let message, let peer): send(message, from: kiosk, to: peer)
            case .sendStored(let entries, let peer):
                let blocks = entries.flatMap { entry in
                    kiosk.log.filter {
                        $0.body.chain == entry.chain && $0.body.sequence >= entry.length
                    }
                }
                send(.blocks(blocks), from: kiosk, to: peer)
            case .answer(let answer): answers[answer.request] = answer.outcome
            case .roster, .event: break
            }
        }
        if let wake = kiosk.node?.nextWake, wake != .never {
            schedule(
                .wake(kiosk.name, boot: kiosk.boot), at: max(wake.nanoseconds, time + 1))
        }
    }

    private func persist(_ write: Persist, at kiosk: Kiosk) {
        kiosk.pending.append(write)
        let isEmpty = write.vote == nil && write.blocks.isEmpty
        kiosk.busyUntil = max(time, kiosk.busyUntil) + (isEmpty ? 0 : 2 * Self.millisecond)
        schedule(.persisted(write.id, at: kiosk.name, boot: kiosk.boot), at: kiosk.busyUntil)
    }

    private func send(_ message: MeshMessage, from kiosk: Kiosk, to peer: KioskID) {
        schedule(
            .deliver(message, from: kiosk.name, to: peer.letter), at: time + Self.millisecond)
    }

    private func isLinked(_ a: Character, _ b: Character) -> Bool {
        links.contains { $0 == (a, b) || $0 == (b, a) }
    }
}

// MARK: what a script does

extension Venue {
    /// Starts a kiosk from what is on its disk, without links.
    func start(_ name: Character) {
        let kiosk = self[name]
        kiosk.boot += 1
        var configuration = NodeConfiguration(
            kiosk: Self.id(name), hasStorage: kiosk.hasStorage,
            seed: UInt64(name.asciiValue ?? 0) + UInt64(kiosk.boot) << 8)
        configuration.limits = limits
        var node = Node(
            configuration: configuration, author: PlainAuthor(), vote: kiosk.vote,
            ledger: Ledger(charter: .zero, state: MeshState(founders: founders)),
            roster: founders)
        for block in kiosk.log {
            if let problem = node.restore(block) { transcript.note("\(name): \(problem)") }
        }
        kiosk.node = node
        transcript.note(
            "\(name) starts with fence \(kiosk.vote.fence) and \(kiosk.log.count) blocks")
        let effects = kiosk.node?.start(at: now) ?? []
        transcript.write(nil, effects, at: name, time: time)
        perform(effects, at: kiosk)
    }

    /// Power is lost: what was not fsynced is gone, and the others see the links close.
    func cutPower(_ name: Character) {
        transcript.note("\(name) loses power")
        let kiosk = self[name]
        kiosk.node = nil
        kiosk.pending = []
        kiosk.busyUntil = 0
        for other in kiosks where isLinked(name, other.name) {
            links.removeAll { $0 == (name, other.name) || $0 == (other.name, name) }
            input(.linkDown(Self.id(name)), at: other.name)
        }
    }

    func link(_ a: Character, _ b: Character) {
        transcript.note("\(a) and \(b) are linked")
        links.append((a, b))
        input(.linkUp(Self.id(b)), at: a)
        input(.linkUp(Self.id(a)), at: b)
    }

    /// Takes the cable out: the kiosks go on and hear nothing more of each other.
    func unlink(_ a: Character, _ b: Character) {
        transcript.note("\(a) and \(b) are cut off from each other, silently")
        links.removeAll { $0 == (a, b) || $0 == (b, a) }
    }

    /// Starts and links everybody, and lets the mesh settle; only the outcome is written down.
    func open() {
        transcript.isMuted = true
        for kiosk in kiosks {
            start(kiosk.name)
            for other in kiosks where other.node != nil && other.name != kiosk.name {
                link(kiosk.name, other.name)
            }
            run(milliseconds: 1000)
        }
        run(milliseconds: 3000)
        transcript.isMuted = false
        sayWhere()
    }

    /// Writes down the state of every kiosk that runs.
    func sayWhere() {
        for kiosk in kiosks {
            if let node = kiosk.node { transcript.state(of: node, at: kiosk.name) }
        }
    }
}
