import Logging
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

@testable import MeshTransport

/// A roster that a test can change.
final class Roster: Sendable {
    private let known: Mutex<[TransportKey: PeerClass]>
    private let others: PeerClass

    init(others: PeerClass = .member, _ known: [TransportKey: PeerClass] = [:]) {
        self.known = Mutex(known)
        self.others = others
    }

    func classify(_ key: TransportKey) -> PeerClass {
        known.withLock { $0[key] } ?? others
    }

    func set(_ key: TransportKey, _ peerClass: PeerClass) {
        known.withLock { $0[key] = peerClass }
    }
}

/// A running transport on loopback with its log.
struct Peer: Sendable {
    let transport: Transport
    let log: EventLog
    let port: Int

    var key: TransportKey { transport.ownKey }

    static func seed(_ number: UInt8) -> [UInt8] { [UInt8](repeating: number, count: 32) }

    static func key(_ number: UInt8) -> TransportKey { TransportKey(tlsSeed: seed(number)) }

    /// Runs `body` with a transport of the key `number`, and shuts it down afterwards. `answer`
    /// is called on the event loop after the event was logged.
    static func with<Value>(
        _ number: UInt8, roster: Roster = Roster(), limits: TransportLimits = TransportLimits(),
        answer: @escaping @Sendable (Transport, TransportEvent) -> Void = { _, _ in },
        _ body: (Peer) async throws -> Value
    ) async throws -> Value {
        let log = EventLog()
        let itself = Mutex<Transport?>(nil)
        let transport = Transport(
            configuration: TransportConfiguration(
                listenHost: "127.0.0.1", tlsSeed: seed(number), limits: limits,
                classify: { roster.classify($0) }),
            logger: Logger(label: "test")
        ) { event in
            log.append(event)
            if let transport = itself.withLock({ $0 }) { answer(transport, event) }
        }
        itself.withLock { $0 = transport }
        do {
            let port = try await transport.start()
            let value = try await body(Peer(transport: transport, log: log, port: port))
            await transport.shutdown()
            itself.withLock { $0 = nil }
            return value
        } catch {
            await transport.shutdown()
            throw error
        }
    }

    func dial(_ other: Peer) {
        transport.dial(host: "127.0.0.1", port: other.port)
    }
}

/// A client that speaks no more than it is told to.
struct RawClient {
    let channel: any Channel

    /// A plain TCP connection.
    static func plain(to peer: Peer) async throws -> RawClient {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: peer.port).get()
        return RawClient(channel: channel)
    }

    /// A TLS connection with settings that a test bends; the peer's key is not checked.
    static func tls(
        to peer: Peer, seed: [UInt8], bend: @Sendable (inout TLSConfiguration) -> Void = { _ in }
    ) async throws -> RawClient {
        let identity = try TLSIdentity(seed: seed)
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateChain = [
            .certificate(try NIOSSLCertificate(bytes: identity.certificate, format: .der))
        ]
        configuration.privateKey = .privateKey(
            try NIOSSLPrivateKey(bytes: identity.privateKey, format: .der))
        configuration.certificateVerification = .noHostnameVerification
        configuration.signingSignatureAlgorithms = [.ed25519]
        configuration.verifySignatureAlgorithms = [.ed25519]
        bend(&configuration)
        let context = try NIOSSLContext(configuration: configuration)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        NIOSSLClientHandler(
                            context: context, serverHostname: nil,
                            customVerificationCallback: { $1.succeed(.certificateVerified) }))
                }
            }
            .connect(host: "127.0.0.1", port: peer.port).get()
        return RawClient(channel: channel)
    }

    /// Writes without waiting: the other side may hang up in the middle.
    func write(_ bytes: [UInt8]) {
        channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
    }

    func close() {
        channel.close(promise: nil)
    }
}
