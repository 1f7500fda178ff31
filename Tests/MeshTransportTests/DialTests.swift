import Logging
import Testing

@testable import MeshTransport

@Suite(.timeLimit(.minutes(1))) struct DialTests {
    private static func transport(host: String, port: Int) -> Transport {
        Transport(
            configuration: TransportConfiguration(
                listenHost: host, listenPort: port, tlsSeed: Peer.seed(7),
                classify: { _ in .member }),
            logger: Logger(label: "test")
        ) { _ in }
    }

    private static func startError(host: String, port: Int) async -> TransportError? {
        let transport = transport(host: host, port: port)
        var found: TransportError?
        do throws(TransportError) {
            _ = try await transport.start()
        } catch {
            found = error
        }
        await transport.shutdown()
        return found
    }

    @Test func aPortInUseIsExplained() async throws {
        try await Peer.with(1) { host in
            let error = await Self.startError(host: "127.0.0.1", port: host.port)
            #expect(error?.code == .portInUse)
            #expect(
                error?.message == "Port \(host.port) is already in use (127.0.0.1:\(host.port)).")
            #expect(error?.hint.contains("--listen") == true)
        }
    }

    @Test func anAddressOfAnotherMachineIsExplained() async {
        // TEST-NET-1 (RFC 5737) is nobody's.
        let error = await Self.startError(host: "192.0.2.1", port: 0)
        #expect(error?.code == .addressNotAvailable)
        #expect(error?.message.contains("192.0.2.1") == true)
    }

    @Test(arguments: [-1, 65536, .max])
    func portsThatDoNotExist(_ port: Int) async throws {
        let error = await Self.startError(host: "127.0.0.1", port: port)
        #expect(error?.code == .listenFailed)
        try await Peer.with(1) { kiosk in
            kiosk.transport.dial(host: "127.0.0.1", port: port)
            let reason = await kiosk.log.dialFailed()
            #expect(reason.contains("no such port"))
        }
    }

    @Test func aTransportStartsOnce() async throws {
        try await Peer.with(1) { host in
            let error = await #expect(throws: TransportError.self) {
                try await host.transport.start()
            }
            #expect(error?.code == .wrongState)
        }
    }

    @Test func nobodyThere() async throws {
        // A port of the system's own, which no other test is given meanwhile.
        let port = 1
        try await Peer.with(2) { kiosk in
            kiosk.transport.dial(host: "127.0.0.1", port: port)
            let reason = await kiosk.log.dialFailed()
            #expect(reason == "connection refused: nothing listens there")
        }
    }

    @Test func dialingOneselfIsNoLink() async throws {
        try await Peer.with(1) { kiosk in
            kiosk.dial(kiosk)
            let reason = await kiosk.log.dialFailed()
            #expect(reason == "itself")
            await kiosk.transport.shutdown()
            #expect(
                kiosk.log.events
                    == [.dialFailed(host: "127.0.0.1", port: kiosk.port, reason: "itself")])
        }
    }

    @Test func aCopyOfOneselfIsToldFromOneself() async throws {
        try await Peer.with(1) { kiosk in
            try await Peer.with(1) { copy in
                kiosk.dial(copy)
                let reason = await kiosk.log.dialFailed()
                #expect(reason == FailureReason.twin)
                #expect(!kiosk.log.hasLinksOrFrames && !copy.log.hasLinksOrFrames)
            }
        }
    }

    @Test func reasonsShowNoPathOfTheBuild() {
        let text =
            "sslError([Error: 268435581 error:1000007d:SSL routines:OPENSSL_internal:"
            + "BAD_RECORD at /home/x/ssl/tls_record.cc:323])"
        let words = FailureReason.withoutPaths(text)
        #expect(words.contains("BAD_RECORD"))
        #expect(!words.contains("/") && !words.contains(".cc"))
    }

    @Test func oneDialAtATimeForAnEndpoint() async throws {
        try await Peer.with(1) { gateA in
            try await Peer.with(2) { gateB in
                for _ in 0..<10 { gateA.dial(gateB) }
                let link = await gateA.log.linkUp().link
                _ = await gateB.log.linkUp()
                // The dial is over, so the next one counts again.
                gateA.transport.close(link, reason: "again")
                gateA.dial(gateB)
                let next = await gateA.log.linkUp(2).link
                #expect(next != link)
                _ = await gateB.log.linkUp(2)
                let ups = gateB.log.events.count { event in
                    if case .linkUp = event { true } else { false }
                }
                #expect(ups == 2)
            }
        }
    }

    @Test func aNameIsResolved() async throws {
        try await Peer.with(1) { gateA in
            try await Peer.with(2) { gateB in
                gateA.transport.dial(host: "localhost", port: gateB.port)
                let up = await gateA.log.linkUp()
                #expect(up.key == gateB.key)
            }
        }
    }

    @Test func dialingWithoutARunningTransportFails() async throws {
        let log = EventLog()
        let transport = Transport(
            configuration: TransportConfiguration(
                listenHost: "127.0.0.1", tlsSeed: Peer.seed(1), classify: { _ in .member }),
            logger: Logger(label: "test"), handler: { log.append($0) })
        transport.dial(host: "127.0.0.1", port: 1)
        let reason = await log.dialFailed()
        #expect(reason.contains("not running"))
        await transport.shutdown()
    }
}
