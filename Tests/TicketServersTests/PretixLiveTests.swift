import Glibc
import Testing
import TicketCodes

@testable import TicketServers

/// The adapter against a real pretix. Each test sells tickets of its own, so the same server
/// serves again.
@Suite(
    .enabled(
        if: LivePretix.file != nil,
        "needs a pretix: Scripts/pretix-server DIR, then KIOSKMESH_PRETIX=DIR/facts.json"),
    .serialized, .timeLimit(.minutes(2)))
struct PretixLiveTests {
    private let live: LivePretix

    init() throws { live = try LivePretix.read() }

    private func milliseconds(ago seconds: Int64 = 0) -> Int64 {
        let now = PretixTime.now
        return now.milliseconds - seconds * 1_000
    }

    private func fact(
        _ kind: UploadFact.Kind, _ id: String, list: UInt64, key: String, secret: String,
        event: String = "gala", isExit: Bool = false, at: Int64
    ) -> UploadFact {
        UploadFact(
            kind: kind, requestID: id, event: event, list: list, key: key, secret: secret,
            isExit: isExit, at: at, kiosk: "gate-a", guarantee: "replicated", note: "test")
    }

    private static func requestID() -> String {
        String((0..<32).map { _ in "0123456789abcdef".randomElement() ?? "0" })
    }

    @Test func describesTheVenue() async throws {
        let server = try live.server()
        let description = try await server.describe()
        await server.close()
        #expect(description.software.hasPrefix("pretix 20"))
        #expect(Set(description.events.map(\.slug)) == ["gala", "signed", "series"])
        for event in description.events {
            let facts = try live.event(event.slug)
            #expect(event.timeZone == "Europe/Berlin")
            #expect(event.gate == live.gate)
            #expect(Set(event.products.map(\.id)) == Set(facts.products.values))
            #expect(Set(event.lists.map(\.id)) == Set(facts.lists.values))
            #expect(event.sessions.map(\.id) == facts.dates)
            #expect(event.issuers.count == (event.slug == "signed" ? 1 : 0))
            if let id = facts.lists["vip"] {
                let product = try #require(facts.products["vip"])
                #expect(event.lists.first { $0.id == id }?.products == [product])
            }
            if let id = facts.lists["rules"] {
                #expect(event.lists.first { $0.id == id }?.rules.contains("inList") == true)
            }
            #expect(
                event.products.first { $0.id == facts.products["tour"] }?.variations.map(\.name)
                    == ["Morning", "Evening"])
        }
    }

    @Test(arguments: ["gala", "signed", "series"])
    func crawlsEverything(_ slug: String) async throws {
        let facts = try live.event(slug)
        let server = try live.server(device: 1)
        var download = LiveDownload()
        try await download.round(server, slug)
        for sold in facts.tickets {
            #expect(download.tickets["\(sold.id)"]?.secret == sold.secret)
        }
        let keys = try await server.describe().events.first { $0.slug == slug }?.issuers
            .map(\.publicKey)
        await server.close()
        guard slug == "signed" else { return }
        let secret = try #require(facts.tickets.first?.secret)
        let code = try #require(PretixSignedCode.verified(secret, keys: keys ?? []))
        #expect(code.item == facts.products["standard"])
    }

    @Test func parkingWantsANumberPlate() async throws {
        let (_, key, _) = try await live.sell("gala", "parking")
        let server = try live.server()
        var download = LiveDownload()
        try await download.round(server, "gala")
        await server.close()
        #expect(download.tickets[key]?.isIncomplete == true)
        let standard = try live.event("gala").products["standard"]
        #expect(
            download.tickets.values.filter { $0.product == standard }.allSatisfy {
                !$0.isIncomplete
            })
    }

    @Test func changesArriveWithTheNextRound() async throws {
        let server = try live.server()
        let (order, key, secret) = try await live.sell("signed")
        let (canceled, canceledKey, _) = try await live.sell("signed")
        let (expired, expiredKey, _) = try await live.sell("signed", more: ["status": .string("n")])
        var download = LiveDownload()
        try await download.round(server, "signed")
        #expect(download.tickets[key]?.secret == secret)
        #expect(download.tickets[canceledKey]?.status == .paid)
        #expect(download.tickets[expiredKey]?.status == .unpaid)

        let position = ["events", "signed", "orderpositions", key]
        let name = JSONValue.object(["name": .string("api:lost")])
        try await live.organiser(position + ["add_block"], name)
        try await live.organiser(
            ["events", "signed", "orders", canceled, "mark_canceled"],
            .object(["send_email": .bool(false)]))
        try await live.organiser(
            ["events", "signed", "orders", expired, "mark_expired"], .object([:]))
        try await download.round(server, "signed")
        #expect(download.tickets[key]?.isBlocked == true)
        #expect(download.tickets[canceledKey]?.status == .canceled)
        #expect(download.tickets[expiredKey]?.status == .canceled)

        try await live.organiser(position + ["remove_block"], name)
        try await live.organiser(
            ["events", "signed", "orders", order, "regenerate_secrets"], .object([:]))
        let test = try await live.sell("signed", more: ["testmode": .bool(true)])
        try await download.round(server, "signed")
        #expect(download.tickets[key]?.isBlocked == false)
        #expect(download.tickets[key]?.secret?.isEmpty == false)
        #expect(download.tickets[key]?.secret != secret)
        #expect(download.revoked.contains(secret))
        #expect(download.tickets[test.key]?.isTest == true)
        await server.close()
    }

    @Test func aRedemptionIsStoredOnce() async throws {
        let (_, key, secret) = try await live.sell("gala")
        let list = try #require(try live.event("gala").lists["main"])
        let server = try live.server()
        let (entry, exit) = (Self.requestID(), Self.requestID())
        let at = milliseconds(ago: 60)
        let redeemed = fact(.redeemed, entry, list: list, key: key, secret: secret, at: at)
        #expect(try await server.upload(redeemed) == .stored)
        #expect(try await server.upload(redeemed) == .alreadyKnown)
        let left = fact(
            .redeemed, exit, list: list, key: key, secret: secret, isExit: true, at: at + 30_000)
        #expect(try await server.upload(left) == .stored)
        #expect(try await server.upload(left) == .alreadyKnown)
        var download = LiveDownload()
        try await download.round(server, "gala")
        let expected: Set = [
            ServerCheckIn(list: list, isExit: false, at: at),
            ServerCheckIn(list: list, isExit: true, at: at + 30_000),
        ]
        let checkIns = try #require(download.tickets[key]?.checkIns)
        #expect(checkIns.count == 2)
        #expect(Set(checkIns) == expected)
        await server.close()
    }

    /// Canceled, unpaid, blocked, asked in vain or twice: whoever was let in is in.
    @Test func whatHappenedIsTaken() async throws {
        let (order, key, secret) = try await live.sell("gala", "parking")
        try await live.organiser(
            ["events", "gala", "orders", order, "mark_canceled"],
            .object(["send_email": .bool(false)]))
        let list = try #require(try live.event("gala").lists["vip"])
        let server = try live.server()
        for second in [Int64(3), 2, 1] {
            let redeemed = fact(
                .redeemed, Self.requestID(), list: list, key: key, secret: secret,
                at: milliseconds(ago: second))
            #expect(try await server.upload(redeemed) == .stored)
        }
        await server.close()
    }

    @Test func aReplacedSecretStillFindsItsTicket() async throws {
        let (order, key, secret) = try await live.sell("gala")
        try await live.organiser(
            ["events", "gala", "orders", order, "regenerate_secrets"], .object([:]))
        let list = try #require(try live.event("gala").lists["main"])
        let server = try live.server()
        let redeemed = fact(
            .redeemed, Self.requestID(), list: list, key: key, secret: secret, at: milliseconds())
        #expect(try await server.upload(redeemed) == .stored)
        #expect(try await server.upload(redeemed) == .alreadyKnown)
        await server.close()
    }

    @Test func whatPretixNeverHadIsRefused() async throws {
        let list = try #require(try live.event("gala").lists["main"])
        let server = try live.server()
        let unknown = fact(
            .redeemed, Self.requestID(), list: list, key: "999999999", secret: "nobody",
            at: milliseconds())
        #expect(try await server.upload(unknown) == .refused("invalid"))
        let elsewhere = fact(
            .redeemed, Self.requestID(), list: 999_999, key: "1", secret: "nobody",
            at: milliseconds())
        guard case .refused(let words) = try await server.upload(elsewhere) else {
            Issue.record("taken")
            return
        }
        #expect(words.contains("999999"))
        await server.close()
    }

    @Test(arguments: [
        "invalid", "unpaid", "blocked", "invalid_time", "canceled", "already_redeemed", "product",
        "rules", "ambiguous", "revoked", "unapproved", "incomplete", "not_authorized", "conflict",
    ])
    func everyRejectionHasAWord(_ reason: String) async throws {
        let facts = try live.event("gala")
        let list = try #require(facts.lists["main"])
        let ticket = try #require(facts.tickets.first)
        let server = try live.server()
        let rejected = fact(
            .rejected(reason: reason), Self.requestID(), list: list, key: "\(ticket.id)",
            secret: reason == "invalid" ? "" : ticket.secret, at: milliseconds())
        #expect(try await server.upload(rejected) == .stored)
        #expect(try await server.upload(rejected) == .stored)
        await server.close()
    }

    @Test func annulledWithinItsTimeByItsDevice() async throws {
        let (_, key, secret) = try await live.sell("gala")
        let list = try #require(try live.event("gala").lists["main"])
        let server = try live.server()
        let other = try live.server(device: 1)
        let id = Self.requestID()
        let at = milliseconds(ago: 3_600)
        func annulled(after seconds: Int64) -> UploadFact {
            fact(
                .annulled, id, list: list, key: key, secret: secret, at: at + seconds * 1_000)
        }
        let redeemed = fact(.redeemed, id, list: list, key: key, secret: secret, at: at)
        #expect(try await server.upload(redeemed) == .stored)
        for (who, seconds) in [(other, Int64(60)), (server, 1_000)] {
            guard case .refused = try await who.upload(annulled(after: seconds)) else {
                Issue.record("annulled after \(seconds) s")
                continue
            }
        }
        #expect(try await server.upload(annulled(after: 60)) == .stored)
        #expect(try await server.upload(annulled(after: 60)) == .alreadyKnown)
        var download = LiveDownload()
        try await download.round(server, "gala")
        #expect(download.tickets[key]?.checkIns == [])
        await server.close()
        await other.close()
    }

    @Test func aDeviceEnrolsOnce() async throws {
        let device = try await live.organiser(
            ["devices"],
            .object([
                "name": .string("late"), "all_events": .bool(true), "limit_events": .array([]),
                "security_profile": .string("full"),
            ]))
        let token = try #require(device["initialization_token"]?.string)
        let text = #"{"handshake_version":1,"url":"\#(live.url)","token":"\#(token)"}"#
        let model = PretixDeviceModel(softwareVersion: "test")
        let enrollment = try await PretixServer.enroll(qrText: text, as: model)
        #expect(enrollment.organizer == live.organizer && enrollment.problem == nil)
        let server = try PretixServer(
            PretixServer.Configuration(
                address: enrollment.address, organizer: enrollment.organizer,
                access: enrollment.access, events: ["series"]))
        #expect(try await server.describe().events.map(\.slug) == ["series"])
        await server.close()
        let error = await #expect(throws: ServerError.self) {
            try await PretixServer.enroll(qrText: text, as: model)
        }
        #expect(error?.code == .unauthorized)
        #expect(error?.message.contains("already been used") == true)
    }

    @Test func wrongAccessIsSaidPlainly() async throws {
        var configuration = PretixServer.Configuration(
            address: try ServerAddress(live.url), organizer: live.organizer,
            access: PretixAccess(.token, "wrong"), events: ["gala"])
        let stranger = try PretixServer(configuration)
        let unknown = await #expect(throws: ServerError.self) { try await stranger.describe() }
        #expect(unknown?.code == .unauthorized)
        await stranger.close()
        configuration.access = PretixAccess(.token, live.token)
        configuration.events = ["nope"]
        let lost = try PretixServer(configuration)
        let missing = await #expect(throws: ServerError.self) { try await lost.describe() }
        #expect(missing?.code == .forbidden || missing?.code == .notFound)
        #expect(missing?.message.contains("nope") == true)
        await lost.close()
        // The third device may only scan.
        let scanner = try live.server(device: 2, events: ["gala"])
        let narrow = await #expect(throws: ServerError.self) {
            _ = try await scanner.describe()
            _ = try await scanner.page(of: "gala", from: nil)
        }
        #expect(narrow?.code == .forbidden)
        await scanner.close()
    }
}

extension PretixTime {
    /// The wall clock, to the millisecond.
    static var now: PretixTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return PretixTime(
            milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
