import Testing

@testable import TicketServers

@Suite struct PretixCatalogTests {
    /// The one page of tickets that `orders` become, with the server's questions.
    private func tickets(_ orders: String...) async throws -> CatalogPage {
        try await ScriptedServer.run { request in
            switch request.path.split(separator: "/").last {
            case "questions": .answer(200, body: PretixSamples.questions)
            case "orderpositions": .answer(200, body: PretixSamples.list("{}", count: 77))
            default:
                .answer(
                    200, headers: [("X-Page-Generated", "2026-11-23T01:15:51.726425Z")],
                    body: PretixSamples.list(orders))
            }
        } _: { server in
            let pretix = try PretixServer.asking(server.url)
            let page = try await pretix.page(of: "gala", from: nil)
            await pretix.close()
            return page
        }
    }

    @Test func everyFieldArrives() async throws {
        let page = try await tickets(
            PretixSamples.order(
                more: #""require_approval":true,"valid_if_pending":true,"#,
                PretixSamples.position(
                    8, item: 4,
                    [
                        "variation": "9", "subevent": "11", "seat": #"{"name":"Row 3, 12"}"#,
                        "valid_from": "\"2026-11-23T02:15:51.726425+01:00\"",
                        "valid_until": "\"2026-11-24T00:00:00Z\"",
                        "checkins": """
                        [{"id":1,"datetime":"2026-11-23T01:13:50.500804Z","list":1,"type":"entry"},
                        {"id":2,"datetime":"2026-11-23T01:14:00Z","list":2,"type":"exit"}]
                        """,
                    ]),
                PretixSamples.position(9, ["addon_to": "8", "attendee_name": "null"])))
        #expect(page.expected == 77)
        #expect(!page.isComplete)
        #expect(page.skipped.isEmpty)
        #expect(
            page.tickets == [
                ServerTicket(
                    key: "8", secret: "secret-8", account: "buyer5@example.org", product: 4,
                    variation: 9, session: 11, seat: "Row 3, 12", holder: "Fay Brandt",
                    validFrom: 1_795_396_551_726, validUntil: 1_795_478_400_000,
                    requiresApproval: true, isValidIfPending: true,
                    checkIns: [
                        ServerCheckIn(list: 1, isExit: false, at: 1_795_396_430_500),
                        ServerCheckIn(list: 2, isExit: true, at: 1_795_396_440_000),
                    ]),
                ServerTicket(
                    key: "9", secret: "secret-9", account: "buyer5@example.org", product: 1,
                    requiresApproval: true, isValidIfPending: true, addOnTo: "8"),
            ])
    }

    @Test(
        arguments: [
            ("p", "false", .paid), ("n", "false", .unpaid), ("e", "false", .canceled),
            ("c", "false", .canceled), ("p", "true", .canceled), ("?", "false", .canceled),
        ] as [(String, String, ServerTicket.Status)])
    func status(_ order: String, _ canceled: String, _ status: ServerTicket.Status) async throws {
        let page = try await tickets(
            PretixSamples.order(
                status: order, PretixSamples.position(1, ["canceled": canceled])))
        #expect(page.tickets.map(\.status) == [status])
    }

    @Test(arguments: [
        (#"["api:lost"]"#, true), ("[]", false), ("null", false),
    ])
    func blocked(_ value: String, _ isBlocked: Bool) async throws {
        let page = try await tickets(
            PretixSamples.order(PretixSamples.position(1, ["blocked": value])))
        #expect(page.tickets.map(\.isBlocked) == [isBlocked])
    }

    /// Question 21 is required at check-in for item 3; 22 is not required; 23 not at check-in.
    @Test(arguments: [
        (3, "[]", true), (3, #"[{"question":21,"answer":"vegan"}]"#, false),
        (3, #"[{"question":22,"answer":"x"}]"#, true), (1, "[]", false),
    ])
    func incomplete(_ item: Int, _ answers: String, _ isIncomplete: Bool) async throws {
        let page = try await tickets(
            PretixSamples.order(PretixSamples.position(1, item: item, ["answers": answers])))
        #expect(page.tickets.map(\.isIncomplete) == [isIncomplete])
    }

    @Test(
        arguments: [
            ("buyer@example.org", "\"ada@example.org\"", "buyer@example.org"),
            (nil, "\"ada@example.org\"", "ada@example.org"), ("", "null", ""), (nil, "null", ""),
        ] as [(String?, String, String)])
    func account(_ email: String?, _ attendee: String, _ account: String) async throws {
        let page = try await tickets(
            PretixSamples.order(
                email: email, PretixSamples.position(1, ["attendee_email": attendee])))
        #expect(page.tickets.map(\.account) == [account])
    }

    @Test func testOrdersAreMarked() async throws {
        let page = try await tickets(
            PretixSamples.order(testmode: true, PretixSamples.position(1)))
        #expect(page.tickets.map(\.isTest) == [true])
    }

    @Test func oneBadOrderSpoilsNoPage() async throws {
        let page = try await tickets(
            PretixSamples.order(PretixSamples.position(1)),
            PretixSamples.order(PretixSamples.position(2, ["valid_from": "\"Fay soon\""])),
            PretixSamples.order(PretixSamples.position(3, item: -1)),
            PretixSamples.order(PretixSamples.position(4)))
        #expect(page.tickets.map(\.key) == ["1", "4"])
        #expect(page.skipped.count == 2)
        #expect(page.skipped[0].contains("validFrom"))
        // No personal data in what may be logged.
        #expect(!page.skipped.joined().contains("Fay"))
    }

    @Test func onlyBadOrdersAreABadAnswer() async throws {
        let error = await #expect(throws: ServerError.self) {
            try await tickets(#"{"code":"X"}"#, #"{"code":"Y"}"#)
        }
        #expect(error?.code == .badAnswer)
        #expect(error?.message.contains("status") == true)
    }
}
