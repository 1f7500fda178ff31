import NIOCore
import NIOPosix
import NIOSSL

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// How channels are made: sockets, their options and their pipelines.
extension Transport {
    /// Calls a kiosk and returns at once. The outcome is `linkUp` with `dialed`, or `dialFailed`.
    /// While a dial to the same host and port is in progress, another one is ignored.
    ///
    /// - Parameters:
    ///   - host: an address, IPv6 with its zone if it needs one, or a name.
    ///   - port: 1 to 65535.
    package func dial(host: String, port: Int) {
        let endpoint = LinkTable.Endpoint(host: host, port: port)
        guard let contexts = runningContexts else {
            return report(endpoint, "this kiosk's transport is not running")
        }
        guard (1...65535).contains(port) else { return report(endpoint, "there is no such port") }
        switch withTable({ $0.beginDial(endpoint) }) {
        case .alreadyInProgress: return
        case .tooMany: return report(endpoint, "too many dials at once")
        case .begin: break
        }
        // A literal address saves the way through the resolver and its threads.
        let connected =
            if let address = try? SocketAddress(ipAddress: host, port: port) {
                clientBootstrap().connect(to: address)
            } else {
                clientBootstrap().connect(host: host, port: port)
            }
        connected.whenComplete { result in
            switch result {
            case .success(let channel):
                self.setUp(dialed: channel, endpoint, contexts)
            case .failure(let error):
                let reason = FailureReason.describe(error)
                self.noLink(.dialed(endpoint), remote: host, verdict: nil, reason: reason)
            }
        }
    }

    private func report(_ endpoint: LinkTable.Endpoint, _ reason: String) {
        // The handler is called on an event loop only, and never inside of `dial`.
        group.next().execute {
            self.emit(.dialFailed(host: endpoint.host, port: endpoint.port, reason: reason))
        }
    }

    /// The pipeline is built after connecting: of several attempts for one name (RFC 8305) only
    /// the one that succeeded gets one, so that a dial has exactly one outcome.
    private func setUp(
        dialed channel: any Channel, _ endpoint: LinkTable.Endpoint, _ contexts: TLSContexts
    ) {
        let verdict = makeVerdict()
        let link = LinkHandler(
            transport: self, origin: .dialed(endpoint), remote: remoteText(of: channel),
            verdict: verdict)
        do {
            let tls = try NIOSSLClientHandler(
                context: contexts.client, serverHostname: nil,
                customVerificationCallback: { $1.succeed(verdict.judge($0)) })
            // The far end first: TLS begins its handshake as soon as it is added.
            try channel.pipeline.syncOperations.addHandler(link)
            try channel.pipeline.syncOperations.addHandler(tls, position: .before(link))
        } catch {
            channel.close(promise: nil)
            // Once it is in the pipeline, the link's own handler reports.
            if (try? channel.pipeline.syncOperations.handler(type: LinkHandler.self)) == nil {
                let reason = FailureReason.describe(error)
                noLink(.dialed(endpoint), remote: endpoint.host, verdict: nil, reason: reason)
            }
        }
    }

    private func setUp(accepted channel: any Channel, _ contexts: TLSContexts) throws {
        let remote = remoteText(of: channel)
        if let reason = withTable({ $0.beginHandshake() }) {
            emit(.refused(remote: remote, key: nil, reason: reason))
            throw RefusedLink(reason: reason)
        }
        let verdict = makeVerdict()
        let tls = NIOSSLServerHandler(
            context: contexts.server,
            customVerificationCallback: { $1.succeed(verdict.judge($0)) })
        let link = LinkHandler(
            transport: self, origin: .accepted, remote: remote, verdict: verdict)
        do {
            try channel.pipeline.syncOperations.addHandlers([tls, link])
        } catch {
            if (try? channel.pipeline.syncOperations.handler(type: LinkHandler.self)) == nil {
                handshakeEnded()
            }
            throw error
        }
    }

    private func makeVerdict() -> PeerVerdict {
        PeerVerdict(ownKey: ownKey, classify: configuration.classify)
    }

    private func remoteText(of channel: any Channel) -> String {
        channel.remoteAddress?.endpointText ?? "?"
    }

    // MARK: Sockets

    func serverBootstrap(_ contexts: TLSContexts) -> ServerBootstrap {
        var bootstrap = ServerBootstrap(group: group)
            // All kiosks of a venue may come back at the same moment.
            .serverChannelOption(.backlog, value: 256)
            // A restarted kiosk takes its port back at once.
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.writeBufferWaterMark, value: Self.waterMark)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try self.setUp(accepted: channel, contexts)
                }
            }
        for (option, value) in socketOptions {
            bootstrap = bootstrap.childChannelOption(option, value: value)
        }
        return bootstrap
    }

    private func clientBootstrap() -> ClientBootstrap {
        var bootstrap = ClientBootstrap(group: group)
            .connectTimeout(TimeAmount(configuration.limits.connectTimeout))
            .channelOption(.writeBufferWaterMark, value: Self.waterMark)
        for (option, value) in socketOptions {
            bootstrap = bootstrap.channelOption(option, value: value)
        }
        return bootstrap
    }

    /// Encrypted bytes that wait in a socket: beyond the upper mark frames stay in the outbox.
    private static let waterMark = ChannelOptions.Types.WriteBufferWaterMark(
        low: 256 << 10, high: 1 << 20)

    /// Options of every connection. Without delay, because a redemption waits for its answer;
    /// with dead peers noticed, because a kiosk that loses power says nothing: TCP_USER_TIMEOUT
    /// for sent data that is not acknowledged, keep-alive where nothing is sent.
    private var socketOptions: [(ChannelOptions.Types.SocketOption, SocketOptionValue)] {
        var options: [(ChannelOptions.Types.SocketOption, SocketOptionValue)] = [
            (ChannelOptions.tcpOption(.tcp_nodelay), 1),
            (ChannelOptions.socketOption(.so_keepalive), 1),
        ]
        #if os(Linux)
        let milliseconds = TimeAmount(configuration.limits.deadPeerTimeout).nanoseconds / 1_000_000
        let linux = [
            (TCP_KEEPIDLE, 2), (TCP_KEEPINTVL, 1), (TCP_KEEPCNT, 3),
            (TCP_USER_TIMEOUT, SocketOptionValue(clamping: milliseconds)),
        ]
        for (name, value) in linux {
            options.append(
                (ChannelOptions.tcpOption(NIOBSDSocket.Option(rawValue: name)), value))
        }
        #endif
        return options
    }
}
