import NIOHTTP1
import Testing

@testable import TicketServers

@Suite struct PretixCrawlTests {
    /// Reads one round to its end and keeps the last word on every ticket.
    private func round(
        _ url: String, from start: String?, into known: inout [String: ServerTicket]
    ) async throws -> String {
        var cursor = start
        for _ in 0..<200 {
            // A new server object for every page: nothing but the cursor is carried over.
            let pretix = try PretixServer.asking(url)
            let page = try await pretix.page(of: "gala", from: cursor)
            await pretix.close()
            for ticket in page.tickets { known[ticket.key] = ticket }
            cursor = page.cursor
            if page.isComplete { return page.cursor }
        }
        Issue.record("no end after 200 pages")
        return cursor ?? ""
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func nothingIsMissedWhileOrdersComeAndGo(_ seed: UInt64) async throws {
        let fake = FakePretix(
            seed: seed &* 0x9E37_79B9_7F4A_7C15, orders: 330, deletions: seed % 2 == 0 ? 4 : 16)
        try await ScriptedServer.run {
            fake.reply(to: $0)
        } _: { server in
            var known: [String: ServerTicket] = [:]
            let second = try await round(server.url, from: nil, into: &known)
            let third = try await round(server.url, from: second, into: &known)
            fake.comeToRest()
            _ = try await round(server.url, from: third, into: &known)
            for (key, version) in fake.truth {
                #expect(known[key]?.holder == version, "ticket \(key)")
            }
        }
    }

    @Test func whatDidNotChangeDoesNotComeAgain() async throws {
        let fake = FakePretix(seed: 5, orders: 120)
        fake.comeToRest()
        try await ScriptedServer.run {
            fake.reply(to: $0)
        } _: { server in
            var known: [String: ServerTicket] = [:]
            var cursor = try await round(server.url, from: nil, into: &known)
            #expect(known.count == 120)
            fake.wait()
            cursor = try await round(server.url, from: cursor, into: &known)
            known = [:]
            _ = try await round(server.url, from: cursor, into: &known)
            #expect(known.isEmpty)
        }
    }

    @Test func aNewQuestionIsHeldAgainstAllTickets() async throws {
        let fake = FakePretix(seed: 5, orders: 70)
        fake.comeToRest()
        try await ScriptedServer.run {
            fake.reply(to: $0)
        } _: { server in
            var known: [String: ServerTicket] = [:]
            let second = try await round(server.url, from: nil, into: &known)
            #expect(known.values.allSatisfy { !$0.isIncomplete })
            fake.wait()
            let third = try await round(server.url, from: second, into: &known)
            fake.ask()
            _ = try await round(server.url, from: third, into: &known)
            #expect(known.count == 70)
            #expect(known.values.allSatisfy { $0.isIncomplete })
        }
    }

    @Test func asksForWhatItNeedsAndNoMore() async throws {
        let fake = FakePretix(seed: 3, orders: 1)
        try await ScriptedServer.run {
            fake.reply(to: $0)
        } _: { server in
            var known: [String: ServerTicket] = [:]
            let second = try await round(server.url, from: nil, into: &known)
            _ = try await round(server.url, from: second, into: &known)
            let orders = server.requests.filter { $0.path.hasSuffix("/orders/") }
            let first = try #require(orders.first)
            #expect(first.path == "/api/v1/organizers/venue/events/gala/orders/")
            #expect(first.query["include_canceled_positions"] == ["true"])
            #expect(first.query["page_size"] == ["50"])
            #expect(first.query["include"]?.contains("positions.secret") == true)
            #expect(first.query["include"]?.contains("positions.price") == false)
            #expect(first.headers.first(name: "Authorization") == "Device t0ken")
            #expect(orders.last?.query["modified_since"]?.count == 1)
            let revoked = server.requests.filter { $0.path.hasSuffix("/revokedsecrets/") }
            #expect(revoked.map { $0.query["created_since"]?.count } == [nil, 1])
        }
    }

    @Test func anEventThatIsGoneSaysSo() async throws {
        try await ScriptedServer.run { request in
            request.path.hasSuffix("/questions/")
                ? .answer(200, body: PretixSamples.list([String]()))
                : .answer(404, body: #"{"detail":"Not found."}"#)
        } _: { server in
            let pretix = try PretixServer.asking(server.url)
            var cursor = PretixCursor()
            cursor.page = 5
            cursor.expected = 1
            cursor.questions = PretixQuestions([]).fingerprint
            let error = await #expect(throws: ServerError.self) {
                try await pretix.page(of: "gala", from: cursor.text)
            }
            #expect(error?.code == .notFound)
            await pretix.close()
        }
    }
}
