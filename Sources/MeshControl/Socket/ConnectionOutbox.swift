internal import NIOCore
internal import Synchronization

/// The answers of one connection on their way out. Any thread may add; one write at a time is
/// under way on the event loop, so that answers that come together leave in one system call.
final class ConnectionOutbox: Sendable {
    private struct State {
        var unsent: [UInt8] = []
        var isWriting = false
        var isClosed = false
        var open: [UInt64: OpenRequest] = [:]
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private struct OpenRequest {
        var isCancelled = false
        var onCancel: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())
    private let channel: any Channel

    init(channel: any Channel) { self.channel = channel }

    /// Takes on a request; throws at the bound, or on a number that is still unanswered.
    func begin(_ id: UInt64) throws(ControlError) {
        try state.withLock { state throws(ControlError) in
            guard state.open[id] == nil else {
                throw ControlError(
                    .badRequest, "The request number \(id) is still unanswered.",
                    hint: "Give every request of a connection a number of its own.", exit: 64)
            }
            guard state.open.count < ControlLimits.requestsInFlight else {
                throw ControlError(
                    .limit,
                    "\(ControlLimits.requestsInFlight) requests of this connection are open.",
                    hint: "Wait for answers before you send more.")
            }
            state.open[id] = OpenRequest()
        }
    }

    /// Sends a line of an open request; the last one closes it. Lines of a closed one are dropped.
    func send(_ answer: ControlAnswer, for id: UInt64, last: Bool) {
        var isOverdue = false
        let starts = state.withLock { state in
            guard !state.isClosed, let request = state.open[id] else { return false }
            if last { state.open[id] = nil }
            if request.isCancelled { return false }
            answer.write(id: id, into: &state.unsent)
            isOverdue = state.unsent.count > ControlLimits.unsentBytes
            return startsWrite(&state)
        }
        if isOverdue { channel.close(promise: nil) }
        if starts { channel.eventLoop.execute { self.write() } }
    }

    /// Sends a line that belongs to no open request, then closes the connection.
    func fail(_ error: ControlError, id: UInt64, closing: Bool) {
        var line: [UInt8] = []
        ControlAnswer.failure(error).write(id: id, into: &line)
        if closing {
            // What was answered before goes first; the connection ends when it is out.
            let earlier = state.withLock { state in
                defer { state.unsent = [] }
                return state.unsent
            }
            let bytes = ByteBuffer(bytes: earlier + line)
            channel.writeAndFlush(bytes).whenComplete { _ in self.channel.close(promise: nil) }
            return
        }
        let starts = state.withLock { state in
            state.unsent.append(contentsOf: line)
            return startsWrite(&state)
        }
        if starts { channel.eventLoop.execute { self.write() } }
    }

    func isCancelled(_ id: UInt64) -> Bool {
        state.withLock { $0.isClosed || $0.open[id]?.isCancelled ?? true }
    }

    /// Whether a stream should send on now.
    var hasRoom: Bool { state.withLock { $0.unsent.count < ControlLimits.streamPauseBytes } }

    /// Returns once the reader has caught up, or is gone.
    func room() async {
        await withCheckedContinuation { continuation in
            let waits = state.withLock { state in
                guard !state.isClosed, state.unsent.count >= ControlLimits.streamPauseBytes
                else { return false }
                state.waiting.append(continuation)
                return true
            }
            if !waits { continuation.resume() }
        }
    }

    /// Calls `body` when the client cancels or goes; at once if it has.
    func onCancel(_ id: UInt64, _ body: @escaping @Sendable () -> Void) {
        let isGone = state.withLock { state in
            guard !state.isClosed, var request = state.open[id], !request.isCancelled
            else { return true }
            request.onCancel = body
            state.open[id] = request
            return false
        }
        if isGone { body() }
    }

    /// The client no longer wants this answer.
    func cancel(_ id: UInt64) {
        let body = state.withLock { state in
            guard var request = state.open[id] else { return nil as (@Sendable () -> Void)? }
            defer { state.open[id] = request }
            request.isCancelled = true
            let body = request.onCancel
            request.onCancel = nil
            return body
        }
        body?()
    }

    /// The connection ended.
    func close() {
        let (bodies, waiting) = state.withLock { state in
            let bodies = state.open.values.compactMap(\.onCancel)
            let waiting = state.waiting
            state = State()
            state.isClosed = true
            return (bodies, waiting)
        }
        for body in bodies { body() }
        for continuation in waiting { continuation.resume() }
    }

    private func startsWrite(_ state: inout State) -> Bool {
        guard !state.isWriting, !state.unsent.isEmpty else { return false }
        state.isWriting = true
        return true
    }

    private func write() {
        let (bytes, waiting) = state.withLock { state in
            defer {
                state.unsent = []
                state.waiting = []
            }
            return (state.unsent, state.waiting)
        }
        for continuation in waiting { continuation.resume() }
        guard !bytes.isEmpty else {
            state.withLock { $0.isWriting = false }
            return
        }
        let buffer = channel.allocator.buffer(bytes: bytes)
        channel.writeAndFlush(buffer).whenComplete { _ in self.wrote() }
    }

    private func wrote() {
        let continues = state.withLock { state in
            state.isWriting = false
            return startsWrite(&state)
        }
        if continues { write() }
    }
}
