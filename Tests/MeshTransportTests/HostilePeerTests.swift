import MeshCrypto
import NIOCore
import NIOEmbedded
import NIOSSL
import NIOTLS
import Testing

@testable import MeshTransport

@Suite(.timeLimit(.minutes(1))) struct HostilePeerTests {
    private static let garbage: [[UInt8]] = [
        [],
        [0],
        [UInt8](repeating: 0xff, count: 5000),
        Array("GET / HTTP/1.1\r\nHost: kiosk\r\n\r\n".utf8),
        // The beginning of a TLS record that promises 512 bytes.
        [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00],
        // A ClientHello of nothing.
        [0x16, 0x03, 0x01, 0x00, 0x04, 0x01, 0x00, 0x00, 0x00],
        RandomBytes.make(20_000),
    ]

    @Test func garbageFromPlainConnectionsDoesNoHarm() async throws {
        try await Peer.with(1) { host in
            for (index, bytes) in Self.garbage.enumerated() {
                let client = try await RawClient.plain(to: host)
                client.write(bytes)
                client.close()
                let refused = await host.log.refused(index + 1)
                #expect(refused.key == nil)
                #expect(!refused.reason.isEmpty)
            }
            #expect(!host.log.hasLinksOrFrames)
            let honest = try await RawClient.tls(to: host, seed: Peer.seed(2))
            _ = await host.log.linkUp()
            honest.close()
        }
    }

    @Test func aSilentCallerIsHungUpOn() async throws {
        var limits = TransportLimits()
        limits.handshakeTimeout = .milliseconds(20)
        limits.maximumHandshakes = 1
        try await Peer.with(1, limits: limits) { host in
            // Twice, because the first must have given its place back.
            for round in 1...2 {
                let client = try await RawClient.plain(to: host)
                let refused = await host.log.refused(round)
                #expect(refused.reason.contains("no handshake"))
                try await client.channel.closeFuture.get()
            }
        }
    }

    @Test func callersInTheirHandshakeAreCounted() async throws {
        var limits = TransportLimits()
        limits.maximumHandshakes = 1
        try await Peer.with(1, limits: limits) { host in
            let silent = try await RawClient.plain(to: host)
            let second = try await RawClient.plain(to: host)
            let refused = await host.log.refused()
            #expect(refused.reason.contains("too many callers"))
            try await second.channel.closeFuture.get()
            silent.close()
        }
    }

    @Test func tls12IsRefused() async throws {
        try await Peer.with(1) { host in
            let client = try await RawClient.tls(to: host, seed: Peer.seed(2)) {
                $0.maximumTLSVersion = .tlsv12
            }
            let refused = await host.log.refused()
            #expect(refused.reason.contains("TLS 1.3"))
            client.close()
            #expect(!host.log.hasLinksOrFrames)
        }
    }

    @Test func aCallerWithoutCertificateIsRefused() async throws {
        try await Peer.with(1) { host in
            let client = try await RawClient.tls(to: host, seed: Peer.seed(2)) {
                $0.certificateChain = []
                $0.privateKey = nil
            }
            let refused = await host.log.refused()
            #expect(refused.reason.contains("no certificate"))
            client.close()
            #expect(!host.log.hasLinksOrFrames)
        }
    }

    /// BoringSSL hands out session tickets and skips the verification for a caller that comes back
    /// with one (seen with `openssl s_client -sess_in`): its handshake completes without a verdict.
    @Test func aResumedSessionProvesNoKey() async throws {
        func resume(at host: Peer) throws {
            let verdict = PeerVerdict(ownKey: host.key, classify: { _ in .member })
            let handler = LinkHandler(
                transport: host.transport, origin: .accepted, remote: "there", verdict: verdict)
            #expect(host.transport.withTable { $0.beginHandshake() } == nil)
            let channel = EmbeddedChannel()
            try channel.pipeline.syncOperations.addHandler(handler)
            channel.pipeline.fireUserInboundEventTriggered(
                TLSUserEvent.handshakeCompleted(negotiatedProtocol: nil))
            try channel.writeInbound(ByteBuffer(bytes: [0, 0, 0, 1, 42]))
            channel.embeddedEventLoop.run()
            #expect(!channel.isActive)
        }
        try await Peer.with(1) { host in
            try resume(at: host)
            let refused = await host.log.refused()
            #expect(refused.key == nil)
            #expect(refused.reason.contains("resumed"))
            #expect(!host.log.hasLinksOrFrames)
            #expect(host.transport.withTable { $0.handshakes } == 0)
        }
    }

    @Test func somebodyElsesCertificateIsNoUse() async throws {
        let stolen = try TLSIdentity(seed: Peer.seed(9))
        try await Peer.with(1) { host in
            // BoringSSL itself will not load a pair that does not match.
            await #expect(throws: (any Error).self) {
                let client = try await RawClient.tls(to: host, seed: Peer.seed(2)) { settings in
                    let certificate = try? NIOSSLCertificate(
                        bytes: stolen.certificate, format: .der)
                    settings.certificateChain = certificate.map { [.certificate($0)] } ?? []
                }
                client.write([1])
            }
            #expect(!host.log.hasLinksOrFrames)
        }
    }

    @Test(
        arguments: [
            ([0, 0, 0, 0], "empty frame"),
            ([0, 0x80, 0, 1], "8388609 bytes where 8388608"),
            ([255, 255, 255, 255], "4294967295 bytes"),
        ] as [([UInt8], String)])
    func badLengthsCloseTheLink(_ header: [UInt8], _ words: String) async throws {
        try await Peer.with(1) { host in
            let client = try await RawClient.tls(to: host, seed: Peer.seed(2))
            client.write([0, 0, 0, 1, 42] + header + [1, 2, 3])
            let reason = await host.log.linkDown()
            #expect(reason.contains(words))
            let frames = await host.log.frames(1)
            #expect(frames == [[42]])
            try await client.channel.closeFuture.get()
        }
    }

    @Test func aFrameCutShortIsNoFrame() async throws {
        try await Peer.with(1) { host in
            let client = try await RawClient.tls(to: host, seed: Peer.seed(2))
            client.write([0, 0, 0, 5, 1, 2, 3])
            _ = await host.log.linkUp()
            client.close()
            let reason = await host.log.linkDown()
            #expect(reason == FailureReason.closedByPeer)
            #expect(!host.log.events.contains { if case .frame = $0 { true } else { false } })
        }
    }
}
