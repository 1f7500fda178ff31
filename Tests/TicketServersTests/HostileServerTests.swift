import Testing

@testable import TicketServers

/// Whatever a server does, each call ends in time with a plain error.
@Suite struct HostileServerTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var reply: ScriptedServer.Reply
        var code: ServerError.Code
        var says: String
        var retryAfter: Int?

        init(
            _ name: String, _ reply: ScriptedServer.Reply, _ code: ServerError.Code,
            _ says: String, retryAfter: Int? = nil
        ) {
            testDescription = name
            self.reply = reply
            self.code = code
            self.says = says
            self.retryAfter = retryAfter
        }
    }

    static let cases = [
        Case(
            "401", .answer(401, body: #"{"detail":"Invalid token."}"#), .unauthorized,
            "Invalid token."),
        Case(
            "403", .answer(403, body: #"{"detail":"Request denied by device security profile."}"#),
            .forbidden, "security profile"),
        Case("404", .answer(404, body: "<h1>Not Found</h1>"), .notFound, "no such thing"),
        Case("409", .answer(409, body: "{}"), .busy, "409"),
        Case("429", .answer(429, headers: [("Retry-After", "17")]), .busy, "429", retryAfter: 17),
        Case(
            "429 until a date",
            .answer(429, headers: [("Retry-After", "Fri, 31 Dec 2027 23:59:59 GMT")]), .busy,
            "429"),
        Case(
            "429 for a year", .answer(429, headers: [("Retry-After", "31536000")]), .busy, "429",
            retryAfter: 3_600),
        Case(
            "429 with a negative wait", .answer(429, headers: [("Retry-After", "-5")]), .busy, "429"
        ),
        Case("500", .answer(500, body: "<h1>Server Error</h1>"), .busy, "500"),
        Case("503", .answer(503, headers: [("Retry-After", "2")]), .busy, "503", retryAfter: 2),
        Case("418", .answer(418), .badAnswer, "418"),
        Case(
            "redirect elsewhere",
            .answer(302, headers: [("Location", "http://elsewhere.invalid/login")]), .badAnswer,
            "elsewhere.invalid"),
        Case("redirect to nowhere", .answer(301), .badAnswer, "nowhere"),
        Case(
            "no JSON", .answer(200, body: "<html>Welcome to our Wi-Fi</html>"), .badAnswer, "JSON"),
        Case("empty", .answer(200), .badAnswer, "JSON"),
        Case("other JSON", .answer(200, body: #"{"hello":[1,2]}"#), .badAnswer, "missing"),
        Case(
            "a list of the wrong things", .answer(200, body: #"{"count":"x","results":7}"#),
            .badAnswer, "what pretix does not"),
        Case(
            "JSON without end", .answer(200, body: String(repeating: "[", count: 200_000)),
            .badAnswer, "JSON"),
        Case(
            "cut off", .raw("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"count\""),
            .badAnswer, "within its answer"),
        Case("closed at once", .raw(""), .badAnswer, "within its answer"),
        Case("no HTTP", .raw("SSH-2.0-OpenSSH_9.2\r\n"), .badAnswer, "HTTP"),
        Case("silent", .silence, .unreachable, "did not answer"),
        Case("trickling", .trickle, .unreachable, "did not answer"),
        Case("100 MB", .flood(bytes: 100 << 20), .badAnswer, "8388608 bytes"),
    ]

    private func check(
        _ hostile: Case, _ call: (PretixServer) async throws(ServerError) -> Void
    ) async throws {
        try await ScriptedServer.run { _ in
            hostile.reply
        } _: { server in
            let isSlow = hostile.code == .unreachable
            let pretix = try PretixServer.asking(server.url) { limits in
                // Others may need the machine for seconds; only who waits should be cut short.
                if isSlow { limits.call = .milliseconds(300) }
            }
            let clock = ContinuousClock()
            let start = clock.now
            let error = await #expect(throws: ServerError.self) { try await call(pretix) }
            // Far above any time-out: whoever ran into this was never cut short.
            #expect(start.duration(to: clock.now) < .seconds(150))
            #expect(error?.code == hostile.code, "\(error.map(String.init(describing:)) ?? "")")
            #expect(error?.message.contains(hostile.says) == true, "\(error?.message ?? "")")
            #expect(error?.message.contains("t0ken") == false)
            #expect(error?.hint.isEmpty == false)
            #expect(error?.retryAfterSeconds == hostile.retryAfter)
            await pretix.close()
        }
    }

    @Test(arguments: cases) func describing(_ hostile: Case) async throws {
        try await check(hostile) { pretix throws(ServerError) in _ = try await pretix.describe() }
    }

    @Test(arguments: cases) func reading(_ hostile: Case) async throws {
        try await check(hostile) { pretix throws(ServerError) in
            _ = try await pretix.page(of: "gala", from: nil)
        }
    }

    /// A refusal that is no JSON is no word of pretix; so are success and failure without words.
    @Test(arguments: cases)
    func uploading(_ hostile: Case) async throws {
        try await check(hostile) { pretix throws(ServerError) in
            _ = try await pretix.upload(
                UploadFact(
                    kind: .redeemed, requestID: "e4b8c31123e44635b75ec86e4505a5dd", event: "gala",
                    list: 1, key: "1", secret: "s", isExit: false, at: 0, kiosk: "gate-a",
                    guarantee: "replicated"))
        }
    }

    @Test func nobodyListens() async throws {
        let url = try await ScriptedServer.run { _ in
            .silence
        } _: {
            $0.url
        }
        let pretix = try PretixServer.asking(url)
        let error = await #expect(throws: ServerError.self) { try await pretix.describe() }
        #expect(error?.code == .unreachable)
        #expect(error?.isTransient == true)
        await pretix.close()
    }

    @Test func noSuchName() async throws {
        let pretix = try PretixServer.asking("https://tickets.invalid")
        let error = await #expect(throws: ServerError.self) { try await pretix.describe() }
        #expect(error?.code == .unreachable)
        await pretix.close()
    }

    @Test func closedMeansClosed() async throws {
        try await ScriptedServer.run { _ in
            .answer(200, body: PretixSamples.version)
        } _: {
            server in
            let pretix = try PretixServer.asking(server.url)
            await pretix.close()
            await pretix.close()
            let error = await #expect(throws: ServerError.self) { try await pretix.describe() }
            #expect(error?.code == .unreachable)
            #expect(server.requests.isEmpty)
        }
    }

    /// Not closed: the client under it must not trap.
    @Test func forgottenIsNoTrap() async throws {
        try await ScriptedServer.run { _ in
            .answer(401)
        } _: { server in
            let pretix = try PretixServer.asking(server.url)
            await #expect(throws: ServerError.self) { try await pretix.describe() }
        }
    }

    @Test func withoutClockThereIsNoDelta() async throws {
        try await ScriptedServer.run { _ in
            .answer(200, body: PretixSamples.list([String]()))
        } _: { server in
            let pretix = try PretixServer.asking(server.url)
            let error = await #expect(throws: ServerError.self) {
                try await pretix.page(of: "gala", from: nil)
            }
            #expect(error?.message.contains("how late") == true)
            await pretix.close()
        }
    }
}
