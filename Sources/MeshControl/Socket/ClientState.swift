internal import NIOCore
internal import Synchronization

/// What a client remembers of its connection: who waits for what, and what is yet to be sent.
final class ClientState: Sendable {
    /// Gets every line of one request's answer; `failure`, `result` and `end` come last.
    typealias Waiter = @Sendable (ControlAnswer) -> Void

    private struct Pending {
        var waiter: Waiter
        var deadline: ContinuousClock.Instant?
    }

    private struct State {
        var lastID: UInt64 = 0
        var pending: [UInt64: Pending] = [:]
        var unsent: [UInt8] = []
        var isFlushDue = false
        var ended: ControlError?
    }

    private let state = Mutex(State())
    private let channel: any Channel

    init(channel: any Channel) { self.channel = channel }

    /// The reason why the connection ended, if it has.
    var ended: ControlError? { state.withLock { $0.ended } }

    /// Sends a request; its answers go to `waiter`, on the event loop. Returns its number. The
    /// daemon is told the time-out, so that it can answer before it.
    func send(
        command: String, arguments: some Sequence<UInt8>, timeout: Duration?,
        waiter: @escaping Waiter
    ) throws(ControlError) -> UInt64 {
        let (id, flushes) = try state.withLock { state throws(ControlError) in
            if let ended = state.ended { throw ended }
            guard state.pending.count < ControlLimits.requestsInFlight else {
                throw ControlError(
                    .limit, "Too many requests wait for an answer on this connection.",
                    hint: "Use fewer clients.")
            }
            state.lastID += 1
            state.pending[state.lastID] = Pending(
                waiter: waiter, deadline: timeout.map { ContinuousClock.now + $0 })
            ClientLineWriter.request(
                id: state.lastID, command: command, arguments: arguments,
                timeoutMilliseconds: timeout.map { Int64($0 / .milliseconds(1)) },
                into: &state.unsent)
            defer { state.isFlushDue = true }
            return (state.lastID, !state.isFlushDue)
        }
        if flushes { channel.eventLoop.execute { self.flush() } }
        return id
    }

    /// Tells the daemon that nobody waits for a request any more.
    func cancel(_ id: UInt64) {
        let flushes = state.withLock { state in
            guard state.pending.removeValue(forKey: id) != nil, state.ended == nil
            else { return false }
            ClientLineWriter.cancel(id: id, into: &state.unsent)
            defer { state.isFlushDue = true }
            return !state.isFlushDue
        }
        if flushes { channel.eventLoop.execute { self.flush() } }
    }

    /// Hands an answer line to who waits for it. The number 0 is the whole connection's.
    func receive(line: [UInt8]) throws(ControlError) {
        let (id, answer) = try ControlAnswer.read(line: line)
        if id == 0, case .failure(let error) = answer { throw error }
        let waiter = state.withLock { state in
            if case .item = answer { return state.pending[id]?.waiter }
            return state.pending.removeValue(forKey: id)?.waiter
        }
        waiter?(answer)
    }

    /// Fails the requests whose time is over.
    func expire(at now: ContinuousClock.Instant) {
        let late = state.withLock { state in
            let late = state.pending.filter { $0.value.deadline.map { $0 <= now } ?? false }
            for id in late.keys { state.pending[id] = nil }
            return late
        }
        for (_, pending) in late {
            pending.waiter(
                .failure(
                    ControlError(
                        .timeout, "The daemon did not answer in time.",
                        hint: "Try again with a longer --timeout, or look: kioskmesh status",
                        exit: 69)))
        }
    }

    /// Fails everything that waits, and all that comes after.
    func end(_ error: ControlError) {
        let pending = state.withLock { state in
            if state.ended == nil { state.ended = error }
            defer { state.pending = [:] }
            return state.pending
        }
        for (_, waiting) in pending { waiting.waiter(.failure(error)) }
    }

    private func flush() {
        let bytes = state.withLock { state in
            state.isFlushDue = false
            defer { state.unsent = [] }
            return state.unsent
        }
        guard !bytes.isEmpty else { return }
        channel.writeAndFlush(channel.allocator.buffer(bytes: bytes), promise: nil)
    }
}

/// Feeds the daemon's lines to the client's state.
final class ClientChannelHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    let state: ClientState
    private var framer = LineFramer()

    init(state: ClientState) { self.state = state }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        framer.append(&bytes)
        do {
            while let line = try framer.next() { try state.receive(line: line) }
        } catch {
            state.end(error)
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) { state.end(Self.lost) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        state.end(Self.lost)
        context.close(promise: nil)
    }

    private static let lost = ControlError(
        .connectionLost, "The daemon closed the connection before it answered.",
        hint: "It may have stopped; start it: kioskmesh run", exit: 69)
}
