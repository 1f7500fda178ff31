internal import NIOCore
internal import NIOPosix

/// The command line's end of `control.sock`: any number of requests at a time on one connection.
package final class ControlClient: Sendable {
    private let channel: any Channel
    private let state: ClientState

    private init(channel: any Channel, state: ClientState) {
        self.channel = channel
        self.state = state
    }

    /// Connects to a daemon's socket. Throws `no_daemon` with exit 69 where none listens.
    package static func connect(path: String) async throws(ControlError) -> ControlClient {
        let socket = try UnixSocket.connect(path: path)
        do {
            let loop = ControlClientExecutor.loop
            let (channel, state) = try await ClientBootstrap(group: loop)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let handler = ClientChannelHandler(state: ClientState(channel: channel))
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                }
                .withConnectedSocket(socket)
                .flatMapThrowing { channel in
                    let handlers = channel.pipeline.syncOperations
                    return (channel, try handlers.handler(type: ClientChannelHandler.self).state)
                }
                .get()
            // One sweep for all requests costs less than a timer for each.
            let sweep = loop.scheduleRepeatedTask(
                initialDelay: .milliseconds(50), delay: .milliseconds(50)
            ) { _ in state.expire(at: .now) }
            channel.closeFuture.whenComplete { _ in sweep.cancel() }
            return ControlClient(channel: channel, state: state)
        } catch {
            throw UnixSocket.noDaemon(path)
        }
    }

    /// Whether the connection has ended.
    package var isClosed: Bool { state.ended != nil }

    /// Ends the connection; requests that wait fail with `connection_lost`.
    package func close() async { try? await channel.close().get() }

    /// Sends a request and returns its result as JSON. Throws the daemon's error, `timeout` or
    /// `connection_lost`.
    package func request(
        _ command: String, arguments: ArraySlice<UInt8> = noArguments, timeout: Duration? = nil
    ) async throws(ControlError) -> ArraySlice<UInt8> {
        let answer = await withCheckedContinuation { continuation in
            do throws(ControlError) {
                _ = try state.send(
                    command: command, arguments: arguments, timeout: timeout
                ) { continuation.resume(returning: $0) }
            } catch {
                continuation.resume(returning: ControlAnswer.failure(error))
            }
        }
        switch answer {
        case .result(let json): return json
        case .failure(let error): throw error
        case .item, .end:
            throw ControlError(.badAnswer, "The daemon sent a stream where one value is due.")
        }
    }

    /// Sends a request that is answered by items, until the daemon ends them. Dropping the
    /// stream cancels the request. A slow reader slows the daemon down.
    package func stream(
        _ command: String, arguments: ArraySlice<UInt8> = noArguments
    ) throws(ControlError) -> AsyncThrowingStream<ArraySlice<UInt8>, any Error> {
        let buffer = StreamBuffer(channel: channel)
        let id = try state.send(command: command, arguments: arguments, timeout: nil) {
            buffer.take($0)
        }
        let state = state
        let guardian = StreamGuardian { state.cancel(id) }
        return AsyncThrowingStream {
            defer { withExtendedLifetime(guardian) {} }
            return try await buffer.next()
        }
    }

    /// The arguments of a request that needs none.
    package static let noArguments = ArraySlice<UInt8>("{}".utf8)
}

/// Cancels its request when the stream that owns it goes.
private final class StreamGuardian: Sendable {
    private let cancel: @Sendable () -> Void
    init(cancel: @escaping @Sendable () -> Void) { self.cancel = cancel }
    deinit { cancel() }
}
