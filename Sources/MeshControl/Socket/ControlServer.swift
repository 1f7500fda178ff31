package import Logging
package import NIOCore
internal import NIOPosix
internal import Synchronization

/// The daemon's end of `control.sock`: one JSON object a line, many requests in flight.
package final class ControlServer: Sendable {
    private struct State {
        var listener: (any Channel)?
        var connections: [ObjectIdentifier: any Channel] = [:]
        var identity: (device: UInt64, inode: UInt64)?
    }

    private let path: String
    private let handler: any ControlHandler
    private let eventLoop: any EventLoop
    private let logger: Logger
    private let state = Mutex(State())

    /// A server that is not listening yet. `path` may be of any length; `eventLoop` must run until
    /// after `stop`.
    package init(
        path: String, handler: any ControlHandler,
        eventLoop: any EventLoop = MultiThreadedEventLoopGroup.singleton.next(), logger: Logger
    ) {
        self.path = path
        self.handler = handler
        self.eventLoop = eventLoop
        self.logger = logger
    }

    /// Connections that are open now.
    package var connectionCount: Int { state.withLock { $0.connections.count } }

    /// Makes the socket file (mode 0600), replacing one that a killed daemon left, and listens.
    /// Throws `already_running` where another daemon answers, else `socket_failed`.
    package func start() async throws(ControlError) {
        let socket = try UnixSocket.bind(path: path)
        do {
            let listener = try await ServerBootstrap(group: eventLoop)
                .serverChannelOption(.backlog, value: 64)
                .childChannelInitializer { channel in self.adopt(channel) }
                .withBoundSocket(socket).get()
            let identity = UnixSocket.identity(path: path).map {
                (device: UInt64($0.device), inode: UInt64($0.inode))
            }
            state.withLock { state in
                state.listener = listener
                state.identity = identity
            }
        } catch {
            throw ControlError(.socket, "The control socket \(path) does not listen: \(error).")
        }
    }

    /// Stops listening, closes every connection and removes the socket file if it is still ours.
    package func stop() async {
        let (listener, connections, identity) = state.withLock { state in
            defer { state = State() }
            return (state.listener, Array(state.connections.values), state.identity)
        }
        try? await listener?.close().get()
        for connection in connections { try? await connection.close().get() }
        if let identity, let current = UnixSocket.identity(path: path),
            UInt64(current.device) == identity.device, UInt64(current.inode) == identity.inode
        {
            UnixSocket.remove(path: path)
        }
    }

    private func adopt(_ channel: any Channel) -> EventLoopFuture<Void> {
        let isFull = state.withLock { state in
            guard state.connections.count < ControlLimits.connections else { return true }
            state.connections[ObjectIdentifier(channel)] = channel
            return false
        }
        if isFull {
            refuse(channel)
            return channel.eventLoop.makeSucceededVoidFuture()
        }
        channel.closeFuture.whenComplete { _ in
            self.state.withLock { $0.connections[ObjectIdentifier(channel)] = nil }
        }
        return channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(
                ControlConnection(handler: self.handler, channel: channel, logger: self.logger))
        }
    }

    private func refuse(_ channel: any Channel) {
        logger.warning("A control connection is refused: \(ControlLimits.connections) are open")
        let outbox = ConnectionOutbox(channel: channel)
        let error = ControlError(
            .limit, "\(ControlLimits.connections) programs talk to this daemon already.",
            hint: "Close some of them and try again.", exit: 69)
        // Only an active channel can be written to, and this one is about to be.
        channel.eventLoop.execute { outbox.fail(error, id: 0, closing: true) }
    }
}
