import Testing

@testable import TicketServers

@Suite struct PretixDescribeTests {
    private static func reply(_ request: ScriptedServer.Request) -> ScriptedServer.Reply {
        let base = "/api/v1/organizers/venue/events/"
        switch request.path {
        case "/api/v1/version": return .answer(200, body: PretixSamples.version)
        case "/api/v1/device/info": return .answer(200, body: PretixSamples.deviceInfo)
        case base + "gala/": return .answer(200, body: PretixSamples.event)
        case base + "gala/subevents/": return .answer(200, body: PretixSamples.subevents)
        case base + "gala/items/": return .answer(200, body: PretixSamples.items)
        case base + "gala/checkinlists/": return .answer(200, body: PretixSamples.lists)
        case base where request.query["page"] == ["1"]:
            return .answer(
                200,
                body: PretixSamples.list(
                    #"{"slug":"gala"}"#, count: 2, next: "http://elsewhere.invalid/?page=2"))
        case base: return .answer(200, body: PretixSamples.list(#"{"slug":"gala"}"#, count: 2))
        default:
            return .answer(
                403, body: #"{"detail":"You do not have permission to perform this action."}"#)
        }
    }

    private func describe(
        events: [String]?, kind: PretixAccess.Kind = .device, language: String = "en"
    ) async throws -> ServerDescription {
        try await ScriptedServer.run(Self.reply) { server in
            var configuration = PretixServer.Configuration(
                address: try ServerAddress(server.url), organizer: "venue",
                access: PretixAccess(kind, "t0ken"), events: events)
            configuration.language = language
            let pretix = try PretixServer(configuration)
            do {
                let description = try await pretix.describe()
                await pretix.close()
                return description
            } catch {
                await pretix.close()
                throw error
            }
        }
    }

    @Test func everyFieldArrives() async throws {
        let description = try await describe(events: ["gala"])
        #expect(description.software == "pretix 2026.8.0")
        let event = try #require(description.events.first)
        #expect(event.slug == "gala" && event.name == "Gala")
        #expect(event.timeZone == "Europe/Berlin")
        #expect(event.from == 1_795_539_600_000)
        #expect(event.until == 1_795_561_636_500)
        #expect(event.admission == nil)
        #expect(event.gate == 7)
        #expect(
            event.sessions == [
                ServerSession(
                    id: 11, name: "Day 1", from: 1_795_539_600_000, admission: 1_795_537_800_000)
            ])
        #expect(
            event.products == [
                ServerProduct(id: 1, name: "Standard"),
                // No English name: the one there is.
                ServerProduct(id: 4, name: "Führung", variations: [.init(id: 9, name: "Morning")]),
            ])
        #expect(
            event.lists == [
                ServerCheckInList(id: 5, name: "Main entrance"),
                ServerCheckInList(
                    id: 6, name: "VIP", products: [1, 4], session: 11, includesPending: true,
                    allowsMultipleEntries: true, allowsEntryAfterExit: false, matchesAddOns: true,
                    rules: #"{"and":[{"inList":[{"var":"product"},"#
                        + #"{"objectList":[{"lookup":["product","1","VIP"]}]}]},"#
                        + #"{"<":[{"var":"entries_number"},3]}]}"#),
            ])
        #expect(event.issuers.map(\.scheme) == [.pretixSig1])
        #expect(event.issuers.map(\.publicKey.count) == [32])
    }

    @Test func namesInTheWantedLanguage() async throws {
        let description = try await describe(events: ["gala"], language: "de")
        #expect(description.events.map(\.name) == ["Gala-Abend"])
    }

    /// The second page is asked here and not where the first page's link leads.
    @Test func withoutAScopeAllThatMayBeSeen() async throws {
        let description = try await describe(events: nil)
        #expect(description.events.map(\.slug) == ["gala", "gala"])
    }

    @Test func aTeamHasNoGate() async throws {
        let description = try await describe(events: ["gala"], kind: .token)
        #expect(description.events.map(\.gate) == [nil])
    }

    @Test func anUnknownEventIsNamed() async throws {
        let error = await #expect(throws: ServerError.self) {
            try await describe(events: ["nope"])
        }
        #expect(error?.code == .forbidden)
        #expect(error?.message.hasPrefix("Event nope: ") == true)
        #expect(error?.message.contains("You do not have permission") == true)
    }

    @Test func aScopeHasABound() async throws {
        let error = await #expect(throws: ServerError.self) {
            try await describe(events: (0...PretixServer.maximumEvents).map { "event\($0)" })
        }
        #expect(error?.code == .unsupported)
    }
}
