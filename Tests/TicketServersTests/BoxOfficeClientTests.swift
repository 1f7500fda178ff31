import BoxOffice
import Foundation
import Logging
import MeshCrypto
import ServiceLifecycle
import Testing
import TicketCodes
import TicketServers

/// The client against the real box office on loopback.
@Suite struct BoxOfficeClientTests {
    private static let tickets = """
        serial,qr,id_number,account,event,product,seat,holder,valid_from,valid_until,entries,status
        A-1,QR-1,ID-1,ada@example.org,gala,Day,R1,Ada,1970-01-01T00:00:01Z,1970-01-01T00:00:02Z,2,
        A-2,,,,gala,,,,,,,unpaid
        A-3,,,,gala,,,,,,,blocked
        A-4,,,,gala,,,,,,,canceled
        B-1,,,,ball,Day,,,,,,

        """

    private let mesh = RandomBytes.make(32)
    private let key = BoxKey.generate()

    /// A running box office with `tickets`.
    private func serving(
        _ tickets: String = tickets,
        _ body: (_ office: BoxOffice, _ address: String) async throws -> Void
    ) async throws {
        let folder = NSTemporaryDirectory() + "/client-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let office = try BoxOffice(directory: folder)
        try Data(tickets.utf8).write(to: URL(fileURLWithPath: folder + "/tickets.csv"))
        _ = try office.importTickets(path: folder + "/tickets.csv")
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let (addresses, told) = AsyncStream.makeStream(of: BoxOfficeServer.Address.self)
        let server = BoxOfficeServer(
            office, listen: .init(host: "127.0.0.1", port: 0), version: "0.0.1", logger: logger,
            now: { 0 }, onListening: { told.yield($0) })
        let group = ServiceGroup(services: [server], logger: logger)
        async let run: Void = group.run()
        var iterator = addresses.makeAsyncIterator()
        let address = try #require(await iterator.next())
        try await body(office, "http://" + address.text)
        await group.triggerGracefulShutdown()
        try await run
    }

    private func client(
        _ address: String, token: String, key: BoxKey? = nil
    ) throws -> BoxOfficeClient {
        try BoxOfficeClient(
            address: address, token: token, meshID: mesh, boxKey: (key ?? self.key).publicKey)
    }

    private func fact(
        _ kind: UploadFact.Kind, _ number: Int, _ key: String, event: String = "gala"
    ) -> UploadFact {
        UploadFact(
            kind: kind, requestID: String(repeating: "0", count: 30) + "\(10 + number)",
            event: event, list: 1, key: key, secret: "S", isExit: false, at: 5, kiosk: "gate",
            guarantee: "replicated")
    }

    @Test(.timeLimit(.minutes(1))) func describes() async throws {
        try await serving { office, address in
            let client = try client(address, token: office.token)
            let description = try await client.describe()
            #expect(description.software == "KioskMesh box office 0.0.1")
            #expect(description.events.map(\.slug) == ["ball", "gala"])
            let gala = try #require(description.events.last)
            #expect(gala.lists == [ServerCheckInList(id: 1, name: "Admission")])
            #expect(gala.products.map(\.name) == ["Day"])
            #expect(
                gala.issuers
                    == [CodeIssuer(scheme: .sealedTicket, publicKey: office.issuer.publicKey)])
            // The mesh is registered: codes can be sealed for it.
            #expect(try office.meshes().map(\.id) == [mesh])
            let sold = try office.issue(
                TicketOrder(event: "gala", product: "Day"), for: office.meshes(), at: 0)
            let text = try #require(sold.codes.first?.text)
            let payload = try SealedTicketCode.open(text, with: key)
                .verify(issuers: gala.issuers.map(\.publicKey), mesh: mesh, at: 0)
            #expect(payload.key == sold.key)
            await client.close()
        }
    }

    @Test(.timeLimit(.minutes(1))) func readsEveryField() async throws {
        try await serving { office, address in
            let client = try client(address, token: office.token)
            let page = try await client.page(of: "gala", from: nil)
            #expect((page.isComplete, page.expected) == (true, 4))
            let first = try #require(page.tickets.first)
            var wanted = ServerTicket(key: first.key, secret: "A-1")
            wanted.qr = "QR-1"
            wanted.idNumber = "ID-1"
            wanted.account = "ada@example.org"
            wanted.product = 2
            wanted.product = first.product
            wanted.seat = "R1"
            wanted.holder = "Ada"
            (wanted.validFrom, wanted.validUntil) = (1_000, 2_000)
            wanted.entries = 2
            #expect(first == wanted)
            #expect(page.tickets.map(\.status) == [.paid, .unpaid, .paid, .canceled])
            #expect(page.tickets.map(\.isBlocked) == [false, false, true, false])
            await client.close()
        }
    }

    @Test(.timeLimit(.minutes(1))) func pagesAndChanges() async throws {
        let count = BoxOfficeClient.pageTickets * 2 + 5
        let lines = (1...count).map { "T-\($0),gala" }.joined(separator: "\n")
        try await serving("serial,event\n\(lines)\n") { office, address in
            let client = try client(address, token: office.token)
            var page = try await client.page(of: "gala", from: nil)
            var keys = page.tickets.map(\.key)
            while !page.isComplete {
                page = try await client.page(of: "gala", from: page.cursor)
                keys += page.tickets.map(\.key)
            }
            #expect(Set(keys).count == count)
            #expect(keys.count == count)
            let outcome = try await client.upload(fact(.redeemed, 1, keys[7]))
            #expect(outcome == .stored)
            let delta = try await client.page(of: "gala", from: page.cursor)
            #expect(delta.tickets.map(\.key) == [keys[7]])
            #expect(
                delta.tickets.first?.checkIns == [ServerCheckIn(list: 1, isExit: false, at: 5)])
            // A cursor of another database begins anew instead of stopping for good.
            let anew = try await client.page(of: "gala", from: "1.ffffffff.3")
            #expect(anew.tickets.count == BoxOfficeClient.pageTickets)
            await client.close()
        }
    }

    @Test(.timeLimit(.minutes(1))) func uploadsOnceInOrder() async throws {
        try await serving { office, address in
            let client = try client(address, token: office.token)
            let keys = try await client.page(of: "gala", from: nil).tickets.map(\.key)
            let ball = try await client.page(of: "ball", from: nil).tickets.map(\.key)
            let (key, other) = (try #require(keys.first), try #require(ball.first))
            let facts = [
                fact(.redeemed, 1, key), fact(.rejected(reason: "unpaid"), 2, keys[1]),
                fact(.redeemed, 3, other, event: "ball"), fact(.annulled, 1, key),
                fact(.redeemed, 4, "nobody"), fact(.redeemed, 5, key, event: "none"),
            ]
            for wanted in [UploadOutcome.stored, .alreadyKnown] {
                let outcomes = try await client.uploadBatch(facts)
                #expect(outcomes.prefix(4).allSatisfy { $0 == wanted })
                for outcome in outcomes.suffix(2) {
                    guard case .refused(let words) = outcome else {
                        Issue.record("\(outcome)")
                        continue
                    }
                    #expect(!words.isEmpty)
                }
            }
            #expect(try await client.uploadBatch([]).isEmpty)
            let report = try office.report()
            #expect(report.balanced)
            #expect(report.events.map(\.standing) == [1, 0])
            await client.close()
        }
    }

    @Test(.timeLimit(.minutes(1))) func moreFactsThanOneRequestHolds() async throws {
        let count = BoxOfficeClient.requestFacts * 2 + 3
        let lines = (1...count).map { "T-\($0),gala" }.joined(separator: "\n")
        try await serving("serial,event\n\(lines)\n") { office, address in
            let client = try client(address, token: office.token)
            var facts: [UploadFact] = []
            var cursor: String?
            repeat {
                let page = try await client.page(of: "gala", from: cursor)
                for ticket in page.tickets {
                    var fact = fact(.redeemed, 1, ticket.key)
                    fact.requestID = Hex.encode(RandomBytes.make(16))
                    facts.append(fact)
                }
                cursor = page.isComplete ? nil : page.cursor
            } while cursor != nil
            let outcomes = try await client.uploadBatch(facts)
            #expect(outcomes == .init(repeating: .stored, count: count))
            #expect(try office.report().events.first?.tickets.redeemed == count)
            await client.close()
        }
    }

    /// Long texts make smaller requests, and a text that nobody takes stops nothing.
    @Test(.timeLimit(.minutes(1))) func longTexts() async throws {
        try await serving { office, address in
            let client = try client(address, token: office.token)
            let key = try #require(await client.page(of: "gala", from: nil).tickets.first?.key)
            var facts = (0..<400).map { _ in
                var fact = fact(.redeemed, 1, key)
                fact.requestID = Hex.encode(RandomBytes.make(16))
                // A control character takes six bytes in JSON.
                fact.note = String(repeating: "\u{1}", count: 1_024)
                return fact
            }
            facts[7].note = String(repeating: "n", count: 3 << 20)
            let outcomes = try await client.uploadBatch(facts)
            #expect(outcomes.count == 400)
            #expect(outcomes.enumerated().allSatisfy { $0.offset == 7 || $0.element == .stored })
            #expect(outcomes[7] != .stored)
            #expect(try office.report().events.last?.facts.redeemed == 399)
            await client.close()
        }
    }

    @Test(.timeLimit(.minutes(1))) func tellsWhatIsWrong() async throws {
        try await serving { office, address in
            let stranger = try client(address, token: "wrong")
            #expect(await code { _ = try await stranger.describe() } == .unauthorized)
            #expect(
                await code { _ = try await stranger.page(of: "gala", from: nil) } == .unauthorized)
            await stranger.close()
            let client = try client(address, token: office.token)
            #expect(await code { _ = try await client.page(of: "none", from: nil) } == .notFound)
            #expect(
                await code { _ = try await client.page(of: "../server", from: nil) } == .notFound)
            #expect(
                await code { _ = try await client.page(of: "gala", from: "junk") } == .badAnswer)
            _ = try await client.describe()
            let diverted = try self.client(address, token: office.token, key: .generate())
            #expect(await code { _ = try await diverted.describe() } == .forbidden)
            await client.close()
            await diverted.close()
        }
        let nobody = try client("http://127.0.0.1:1", token: "t")
        #expect(await code { _ = try await nobody.describe() } == .unreachable)
        await nobody.close()
        for address in ["", "ftp://x", "http://box.example:8090", "http://u:p@127.0.0.1"] {
            #expect(await code { _ = try client(address, token: "t") } == .unsupported)
        }
        #expect(await code { _ = try client("http://127.0.0.1", token: "a b") } == .unsupported)
    }

    /// The code that `body` fails with; nil where it does not.
    private func code(_ body: () async throws -> Void) async -> ServerError.Code? {
        do {
            try await body()
            return nil
        } catch let error as ServerError {
            #expect(!error.message.isEmpty && !error.hint.isEmpty)
            return error.code
        } catch {
            Issue.record(error)
            return nil
        }
    }
}
