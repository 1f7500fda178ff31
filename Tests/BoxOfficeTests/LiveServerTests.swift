import Foundation
import Logging
import ServiceLifecycle
import Testing

@testable import BoxOffice

/// The server on a real socket.
@Suite struct LiveServerTests {
    private func server(
        _ office: BoxOffice, port: Int = 0,
        onListening: @escaping @Sendable (BoxOfficeServer.Address) -> Void = { _ in }
    ) -> BoxOfficeServer {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return BoxOfficeServer(
            office, listen: .init(host: "127.0.0.1", port: port), version: "0.0.1",
            logger: logger, now: { 0 }, onListening: onListening)
    }

    private func group(_ server: BoxOfficeServer) -> ServiceGroup {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return ServiceGroup(services: [server], logger: logger)
    }

    @Test(.timeLimit(.minutes(1))) func servesAndStops() async throws {
        let fixture = try OfficeFixture()
        let (addresses, told) = AsyncStream.makeStream(of: BoxOfficeServer.Address.self)
        let group = group(server(fixture.office) { told.yield($0) })
        async let run: Void = group.run()
        var iterator = addresses.makeAsyncIterator()
        let address = try #require(await iterator.next())
        #expect(address.port > 0)

        // The port is taken now: a second server says so.
        await #expect {
            try await self.group(server(fixture.office, port: address.port)).run()
        } throws: { error in
            let error = error as? BoxOfficeError
            return error?.code == .portInUse && error?.message.contains(address.text) == true
        }
        await group.triggerGracefulShutdown()
        try await run
    }

    @Test(.timeLimit(.minutes(1))) func anAddressOfAnotherMachine() async throws {
        let fixture = try OfficeFixture(tickets: "")
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        // TEST-NET-1, which no machine has (RFC 5737).
        let server = BoxOfficeServer(
            fixture.office, listen: .init(host: "192.0.2.1", port: 0), version: "",
            logger: logger, now: { 0 })
        await #expect { try await group(server).run() } throws: {
            ($0 as? BoxOfficeError)?.code == .cannotListen
        }
    }

    @Test(arguments: [
        ("127.0.0.1:8090", "127.0.0.1", 8090), ("[::1]:80", "::1", 80), ("box:0", "box", 0),
    ]) func addresses(_ text: String, _ host: String, _ port: Int) {
        let address = BoxOfficeServer.Address(text)
        #expect(address == .init(host: host, port: port))
        #expect(address?.text == text)
    }

    @Test(arguments: ["", "8090", ":8090", "host", "host:", "host:x", "::1:80", "h:65536", "h:-1"])
    func oddAddresses(_ text: String) {
        #expect(BoxOfficeServer.Address(text) == nil)
    }
}
