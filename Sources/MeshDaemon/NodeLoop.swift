import Logging
import MeshConsensus
import MeshLedger
import MeshModel
import MeshNode
import MeshStorage
import MeshTransport
import MeshWire
import Synchronization

/// The node with its links, on the one event loop that owns it (`NodeRunner`): turns mail into
/// inputs and effects into frames and writes.
struct NodeLoop {
    struct Link {
        let facts: LinkFacts
        /// Nil for a stranger.
        let kiosk: KioskID?
        /// Whether a frame came over it: then the other side has accepted this kiosk's key.
        var isProved = false
    }

    /// What the rest of the daemon hands to the loop.
    struct Parts: Sendable {
        let state: StateFiles
        let charter: Charter
        let identity: IdentityFile
        let codec: FrameCodec
        let sealing: TicketSealing
        let keys: MeshKeys
        let transport: Transport
        let disk: DiskQueue
        let store: BlockStore?
        let pins: Pins
        let mailbox: Mailbox
        let damage: Recovery.Damage?
        let engine: SyncEngine
        let port: Int
        let logger: Logger
        /// For what others can cause as often as they like.
        let noise: BoundedLog
    }

    /// Addresses in one message: several for each kiosk of a large venue.
    static let addressesTold = 512
    /// Least time between two looks at the addresses to dial.
    static let dialInterval = Span64.milliseconds(200)

    let parts: Parts
    var node: Node
    var links: [UInt64: Link] = [:]
    /// The link that frames to a kiosk take.
    var routes: [KioskID: UInt64] = [:]
    var dialer: Dialer
    var admissions = AdmissionDesk()
    var questions = HostQuestions()
    var waiting: [RequestID: [@Sendable (Outcome, Roster) -> Void]] = [:]
    /// Of those waiting, the ones that a host may have.
    private var knowing: [RequestID: @Sendable (Outcome, Bool) -> Void] = [:]
    var handedOver: Set<RequestID> = []
    /// The members that refused this kiosk's key and have not accepted it since.
    var refusers: Set<KioskID> = []
    var replacements = LinkReplacements()
    var followers: [@Sendable () -> Bool] = []
    var lastSeen: [KioskID: WallTime] = [:]
    /// What release each kiosk runs, as it said last.
    var releases: [KioskID: String] = [:]
    /// Why the disk takes nothing now; nil while it does.
    var fullDisk: StorageError?
    /// The addresses that all linked kiosks were told.
    var toldAddresses: [String] = []
    private var inputs: [Input] = []
    private var isStopped = false
    private var nextDial = Tick(nanoseconds: 0)

    init(parts: Parts, node: Node, dialer: Dialer) {
        self.parts = parts
        self.node = node
        self.dialer = dialer
    }

    var logger: Logger { parts.logger }

    /// Wakes the node for the first time.
    mutating func start() {
        perform(node.start(at: now()))
    }

    /// One turn: handles the mail and what is due. Returns how long the next one may wait, and nil
    /// after `Mail.stop`.
    mutating func turn() -> Span64? {
        for item in parts.mailbox.take() { handle(item) }
        guard !isStopped else { return nil }
        let now = now()
        if node.nextWake <= now.tick { inputs.append(.wake) }
        if !inputs.isEmpty {
            let batch = inputs
            inputs.removeAll(keepingCapacity: true)
            perform(node.step(batch, at: now))
        }
        if now.tick >= nextDial {
            nextDial = now.tick + Self.dialInterval
            dial(now.tick)
            gossip()
            questions.expire(now.tick)
            parts.noise.tellLeftOut()
            followers.removeAll { !$0() }
        }
        return wait()
    }

    func now() -> Now { Now(tick: tickNow(), wall: wallNow()) }

    private func wait() -> Span64 {
        let next = min(node.nextWake, nextDial)
        return next.since(tickNow())
    }

    mutating func input(_ input: Input) { inputs.append(input) }

    private mutating func handle(_ item: Mail) {
        switch item {
        case .linkUp(let facts): linkUp(facts)
        case .frame(let link, let bytes): frame(bytes, on: link)
        case .linkDown(let link, let reason): linkDown(link, reason)
        case .persisted(let ids): for id in ids { inputs.append(.persisted(id)) }
        case .call(let body): body(&self)
        case .stop: isStopped = true
        }
    }

    // MARK: effects

    private mutating func perform(_ effects: [Effect]) {
        for effect in effects {
            switch effect {
            case .persist(let write): persist(write)
            case .send(let message, let kiosk):
                noteHandedOver(message)
                send(.node(message), to: kiosk)
            case .sendStored(let entries, let kiosk): sendStored(entries, to: kiosk)
            case .answer(let answer): deliver(answer)
            case .roster(let roster): keep(roster)
            case .event(let event): note(event)
            }
        }
    }

    private func persist(_ write: Persist) {
        let batch = DiskBatch(
            id: write.id, vote: write.vote.map { DiskCoding.encode($0) },
            blocks: write.blocks.map { block in
                StoredBlock(
                    chain: block.body.chain.bytes, sequence: block.body.sequence,
                    hash: block.hash.bytes, bytes: block.bytes)
            })
        do {
            try parts.disk.enqueue(batch)
        } catch {
            // The queue reports its own end; what it no longer takes is never acknowledged.
            logger.critical("\(error.message) \(error.hint)")
        }
    }

    func send(_ frame: Frame, to kiosk: KioskID) {
        guard let link = routes[kiosk] else { return }
        let bytes = parts.codec.encode(frame, to: kiosk)
        _ = parts.transport.send(bytes, to: LinkID(rawValue: link))
    }

    private func sendStored(_ entries: [VersionVector.Entry], to kiosk: KioskID) {
        let parts = parts
        Task {
            var blocks: [Block] = []
            var size = 0
            for entry in entries where size < MeshMessage.maximumBlockBytes {
                let stored = try? await parts.disk.read(
                    chain: entry.chain.bytes, from: entry.length,
                    maximumBytes: MeshMessage.maximumBlockBytes - size, maximumCount: 1024)
                for item in stored ?? [] {
                    guard let block = try? parts.codec.blocks.open(item.bytes) else { break }
                    size += item.bytes.count
                    blocks.append(block)
                }
            }
            guard !blocks.isEmpty else { return }
            let read = blocks
            parts.mailbox.post(.call { $0.send(.node(.blocks(read)), to: kiosk) })
        }
    }

    /// This kiosk was elected: it may decide itself what waits here.
    mutating func noteAllHandedOver() { handedOver.formUnion(knowing.keys) }

    private mutating func noteHandedOver(_ message: MeshMessage) {
        guard case .requests(let requests) = message else { return }
        for request in requests where knowing[request.id] != nil { handedOver.insert(request.id) }
    }

    private mutating func deliver(_ answer: Answer) {
        if let done = knowing.removeValue(forKey: answer.request) {
            done(answer.outcome, handedOver.remove(answer.request) != nil)
        }
        guard let waiters = waiting.removeValue(forKey: answer.request) else { return }
        for waiter in waiters { waiter(answer.outcome, node.roster) }
    }

    private mutating func keep(_ roster: Roster) {
        parts.pins.set(roster)
        dialer.forgive()
        refusers.formIntersection(roster.entries.map(\.kiosk))
        do {
            try parts.state.directory.write(
                DiskCoding.encode(roster), to: StateFiles.rosterName, mode: 0o600)
        } catch {
            logger.error("the roster could not be kept: \(error.message)")
        }
        parts.transport.reclassify()
    }

    mutating func diskIsFull(_ error: StorageError?) {
        fullDisk = error
        if let error {
            logger.error("\(error.message) \(error.hint)")
        } else {
            logger.notice("the disk takes writes again")
        }
    }

    // MARK: requests made here

    /// Asks the host; `done` is called on this thread with the outcome.
    mutating func ask(
        _ id: RequestID, _ body: RequestBody, patience: Span64,
        done: @escaping @Sendable (Outcome, Roster) -> Void
    ) {
        waiting[id, default: []].append(done)
        inputs.append(.request(id, body, patience: patience))
    }

    /// The same, and whether a host may have got the request: only then may it be carried out
    /// after it was answered as unavailable. True too early is harmless, false too late is not.
    mutating func askKnowing(
        _ id: RequestID, _ body: RequestBody, patience: Span64,
        done: @escaping @Sendable (Outcome, _ wasHandedOver: Bool) -> Void
    ) {
        knowing[id] = done
        if node.term != nil { handedOver.insert(id) }
        inputs.append(.request(id, body, patience: patience))
    }

    func name(of kiosk: KioskID) -> String { node.roster[kiosk]?.name ?? kiosk.description }
}

/// The TLS keys that the roster admits, as the transport's threads ask for them.
final class Pins: Sendable {
    private struct State {
        var kiosks: [[UInt8]: KioskID] = [:]
        var revoked: Set<[UInt8]> = []
    }

    private let state = Mutex(State())

    init(_ roster: Roster) { set(roster) }

    func set(_ roster: Roster) {
        var next = State()
        for entry in roster.entries {
            if entry.isRevoked {
                next.revoked.insert(entry.tlsKey.bytes)
            } else {
                next.kiosks[entry.tlsKey.bytes] = entry.kiosk
            }
        }
        state.withLock { $0 = next }
    }

    func kiosk(_ tlsKey: [UInt8]) -> KioskID? { state.withLock { $0.kiosks[tlsKey] } }

    func classify(_ key: TransportKey) -> PeerClass {
        state.withLock { state in
            if state.kiosks[key.bytes] != nil { return .member }
            return state.revoked.contains(key.bytes) ? .refused : .stranger
        }
    }
}
