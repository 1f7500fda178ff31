import FoundationEssentials
import Testing

@testable import TicketServers

@Suite struct PretixUploadTests {
    private static let id = "e4b8c31123e44635b75ec86e4505a5dd"
    private static let redeemPath = "/api/v1/organizers/venue/checkinrpc/redeem/"

    private static func fact(
        _ kind: UploadFact.Kind, isExit: Bool = false, list: UInt64 = 5, secret: String = "old"
    ) -> UploadFact {
        UploadFact(
            kind: kind, requestID: id, event: "gala", list: list, key: "135", secret: secret,
            isExit: isExit, at: 1_795_396_424_214, kiosk: "gate-b", guarantee: "replicated",
            note: "turnstile did not open")
    }

    private static func redeemed(_ checkins: String = "[]") -> String {
        #"{"status":"ok","position":{"id":135,"secret":"old","checkins":\#(checkins)}}"#
    }

    private func upload(
        _ fact: UploadFact,
        _ respond: @escaping @Sendable (ScriptedServer.Request) -> ScriptedServer.Reply
    ) async throws -> (UploadOutcome, [ScriptedServer.Request]) {
        try await ScriptedServer.run(respond) { server in
            let pretix = try PretixServer.asking(server.url)
            let outcome: Result<UploadOutcome, ServerError>
            do throws(ServerError) { outcome = .success(try await pretix.upload(fact)) } catch {
                outcome = .failure(error)
            }
            await pretix.close()
            return (try outcome.get(), server.requests)
        }
    }

    @Test(arguments: [false, true]) func redemption(_ isExit: Bool) async throws {
        let (outcome, requests) = try await upload(Self.fact(.redeemed, isExit: isExit)) { _ in
            .answer(201, body: Self.redeemed())
        }
        #expect(outcome == .stored)
        #expect(requests.map(\.path) == [Self.redeemPath])
        let body = try JSONDecoder().decode(
            JSONValue.self, from: Data((requests.first?.body ?? "").utf8))
        #expect(
            body
                == .object([
                    "secret": .string("old"), "lists": .array([.integer(5)]),
                    "type": .string(isExit ? "exit" : "entry"), "nonce": .string(Self.id),
                    "datetime": .string("2026-11-23T01:13:44.214Z"),
                    "source_type": .string("barcode"),
                    "force": .bool(true), "ignore_unpaid": .bool(true),
                    "questions_supported": .bool(false),
                ]))
    }

    @Test(arguments: [
        // The very scan is there already; another moment, list or direction is another scan.
        (#"[{"datetime":"2026-11-23T01:13:44.214000Z","list":5,"type":"entry"}]"#, true),
        (#"[{"datetime":"2026-11-23T01:13:44.215000Z","list":5,"type":"entry"}]"#, false),
        (#"[{"datetime":"2026-11-23T01:13:44.214000Z","list":6,"type":"entry"}]"#, false),
        (#"[{"datetime":"2026-11-23T01:13:44.214000Z","list":5,"type":"exit"}]"#, false),
    ])
    func replay(_ checkins: String, _ isKnown: Bool) async throws {
        let (outcome, _) = try await upload(Self.fact(.redeemed)) { _ in
            .answer(201, body: Self.redeemed(checkins))
        }
        #expect(outcome == (isKnown ? .alreadyKnown : .stored))
    }

    @Test func aReplacedSecretIsLookedUp() async throws {
        let (outcome, requests) = try await upload(Self.fact(.redeemed)) { request in
            if request.path.hasSuffix("/orderpositions/135/") {
                return .answer(200, body: PretixSamples.position(135, ["secret": "\"new\""]))
            }
            return request.body.contains("\"new\"")
                ? .answer(201, body: Self.redeemed())
                : .answer(
                    404, body: #"{"detail":"Not found.","status":"error","reason":"invalid"}"#)
        }
        #expect(outcome == .stored)
        #expect(requests.count == 3)
    }

    @Test(arguments: [
        PretixSamples.position(135, ["secret": "\"old\""]),
        #"{"detail":"No OrderPosition matches the given query."}"#,
    ])
    func anUnknownTicketIsRefused(_ position: String) async throws {
        let (outcome, _) = try await upload(Self.fact(.redeemed)) { request in
            if request.method == "GET" {
                return .answer(position.contains("detail") ? 404 : 200, body: position)
            }
            return .answer(
                404, body: #"{"detail":"Not found.","status":"error","reason":"invalid"}"#)
        }
        #expect(outcome == .refused("invalid"))
    }

    @Test(arguments: [
        ("already_redeemed", "already_redeemed", "turnstile did not open; kiosk gate-b"),
        ("not_authorized", "error", "not_authorized; turnstile did not open; kiosk gate-b"),
        ("conflict", "error", "conflict; turnstile did not open; kiosk gate-b"),
    ])
    func rejection(_ reason: String, _ sent: String, _ explanation: String) async throws {
        let (outcome, requests) = try await upload(Self.fact(.rejected(reason: reason))) { _ in
            .answer(201, body: #"{"error_reason":"x","nonce":"\#(Self.id)"}"#)
        }
        #expect(outcome == .stored)
        let request = try #require(requests.first)
        #expect(
            request.path
                == "/api/v1/organizers/venue/events/gala/checkinlists/5/failed_checkins/")
        let body = try JSONDecoder().decode(JSONValue.self, from: Data(request.body.utf8))
        #expect(
            body
                == .object([
                    "raw_barcode": .string("old"), "raw_source_type": .string("barcode"),
                    "error_reason": .string(sent), "error_explanation": .string(explanation),
                    "nonce": .string(Self.id), "datetime": .string("2026-11-23T01:13:44.214Z"),
                    "type": .string("entry"),
                ]))
    }

    @Test func aTicketWithoutCodeIsNamedByItsNumber() async throws {
        let (_, requests) = try await upload(
            Self.fact(.rejected(reason: "revoked"), secret: "")
        ) { _ in .answer(201, body: #"{"nonce":"\#(Self.id)"}"#) }
        #expect(requests.first?.body.contains("\"raw_barcode\":\"#135\"") == true)
    }

    @Test(
        arguments: [
            (200, #"{"status":"ok"}"#, .stored),
            (400, #"["Cannot annul an unsuccessful checkin"]"#, .alreadyKnown),
            (
                400, #"{"non_field_errors":["Annulment is not allowed more than 15 minutes"]}"#,
                .refused("Annulment is not allowed more than 15 minutes")
            ),
            (
                404, #"{"detail":"No check-in found based on nonce"}"#,
                .refused("No check-in found based on nonce")
            ),
        ] as [(Int, String, UploadOutcome)])
    func annulment(_ status: Int, _ answer: String, _ expected: UploadOutcome) async throws {
        let (outcome, requests) = try await upload(Self.fact(.annulled)) { _ in
            .answer(status, body: answer)
        }
        #expect(outcome == expected)
        #expect(requests.map(\.path) == ["/api/v1/organizers/venue/checkinrpc/annul/"])
        #expect(requests.first?.body.contains(#""nonce":"\#(Self.id)""#) == true)
    }

    @Test(arguments: [
        (
            #"{"status":"error","reason":"ambiguous","reason_explanation":"two of them"}"#,
            "ambiguous; two of them"
        ),
        (
            #"{"lists":["Invalid pk \"5\" - object does not exist."]}"#,
            "lists: Invalid pk \"5\" - object does not exist."
        ),
        (
            #"["Selecting two check-in lists\nis unsupported."]"#,
            "Selecting two check-in lists is unsupported."
        ),
    ])
    func refusalsKeepTheServersWords(_ answer: String, _ words: String) async throws {
        let (outcome, _) = try await upload(Self.fact(.redeemed)) { _ in
            .answer(400, body: answer)
        }
        #expect(outcome == .refused(words))
    }

    @Test func longWordsAreCut() async throws {
        let long = String(repeating: "é", count: 5_000)
        let (outcome, _) = try await upload(Self.fact(.redeemed)) { _ in
            .answer(400, body: #"["\#(long)"]"#)
        }
        #expect(outcome == .refused(String(repeating: "é", count: 500)))
    }

    @Test func withoutAListNothingIsSent() async throws {
        let (outcome, requests) = try await upload(Self.fact(.redeemed, list: 0)) { _ in .silence }
        guard case .refused = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(requests.isEmpty)
    }

    @Test(arguments: [
        (201, "{}"), (201, #"{"status":"error"}"#), (200, "<html>"), (204, ""),
        (404, "<html>not here</html>"), (400, ""),
    ])
    func whatIsNotSaidIsNotStored(_ status: Int, _ body: String) async throws {
        for kind in [UploadFact.Kind.redeemed, .annulled, .rejected(reason: "unpaid")] {
            let error = await #expect(throws: ServerError.self) {
                try await upload(Self.fact(kind)) { _ in .answer(status, body: body) }
            }
            #expect([.badAnswer, .notFound].contains(error?.code))
        }
    }
}
