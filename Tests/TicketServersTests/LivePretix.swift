import FoundationEssentials
import Glibc
import NIOCore
import Testing

@testable import TicketServers

/// A pretix that `Scripts/pretix-server` started; its facts are where KIOSKMESH_PRETIX says.
struct LivePretix: Decodable, Sendable {
    struct Device: Decodable, Sendable {
        var name: String
        var token: String
    }

    struct Ticket: Decodable, Sendable {
        var id: UInt64
        var secret: String
    }

    struct Event: Decodable, Sendable {
        var slug: String
        var products: [String: UInt64]
        var lists: [String: UInt64]
        var dates: [UInt64]
        var tickets: [Ticket]
    }

    var url: String
    var organizer: String
    var token: String
    var gate: UInt64
    var devices: [Device]
    var events: [String: Event]

    /// Where the facts are; nil without a server.
    static var file: String? { getenv("KIOSKMESH_PRETIX").map { String(cString: $0) } }

    static func read() throws -> LivePretix {
        let path = try #require(file)
        return try JSONDecoder().decode(
            LivePretix.self, from: try Data(contentsOf: URL(filePath: path)))
    }

    func event(_ slug: String) throws -> Event { try #require(events[slug]) }

    /// The adapter as device number `index`.
    func server(device index: Int = 0, events: [String]? = nil) throws -> PretixServer {
        let device = try #require(devices.dropFirst(index).first)
        return try PretixServer(
            PretixServer.Configuration(
                address: try ServerAddress(url), organizer: organizer,
                access: PretixAccess(.device, device.token), events: events))
    }

    /// What the organiser does in pretix meanwhile: a call as the team.
    @discardableResult
    func organiser(_ path: [String], _ body: JSONValue) async throws -> JSONValue {
        let caller = ServerCaller(
            try ServerAddress(url), authorization: "Token \(token)", limits: ServerCallLimits())
        let answer = try await caller.post(
            ServerPath(["api", "v1", "organizers", organizer] + path),
            json: ByteBuffer(string: body.text))
        await caller.close()
        try #require((200...201).contains(answer.status), "\(String(buffer: answer.body))")
        return try JSONDecoder().decode(JSONValue.self, from: Data(buffer: answer.body))
    }

    /// Sells one ticket and gives its order's code, number and secret.
    func sell(
        _ slug: String, _ product: String = "standard", more: [String: JSONValue] = [:]
    ) async throws -> (order: String, key: String, secret: String) {
        let item = try #require(try event(slug).products[product])
        var order: [String: JSONValue] = [
            "email": .string("late@example.org"), "locale": .string("en"),
            "sales_channel": .string("web"), "status": .string("p"),
            "payment_provider": .string("manual"), "send_email": .bool(false),
            "positions": .array([
                .object([
                    "item": .integer(Int64(item)), "variation": .null, "price": .null,
                    "subevent": .null, "addon_to": .null,
                ])
            ]),
        ]
        order.merge(more) { $1 }
        let sold = try await organiser(["events", slug, "orders"], .object(order))
        let position = try #require(sold["positions"]?.first)
        return (
            try #require(sold["code"]?.string),
            try #require(position["id"]?.integer.map(String.init)),
            try #require(position["secret"]?.string)
        )
    }
}

extension JSONValue {
    subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }

    var first: JSONValue? {
        guard case .array(let values) = self else { return nil }
        return values.first
    }

    var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    var integer: Int64? {
        guard case .integer(let number) = self else { return nil }
        return number
    }
}

/// A download: pages to the end of a round, the last word on every ticket.
struct LiveDownload {
    var tickets: [String: ServerTicket] = [:]
    var revoked: Set<String> = []
    var cursor: String?
    var pages = 0

    mutating func round(_ server: PretixServer, _ event: String) async throws {
        for _ in 0..<100 {
            let page = try await server.page(of: event, from: cursor)
            #expect(page.skipped.isEmpty)
            #expect(page.cursor.utf8.count <= 1_024)
            for ticket in page.tickets { tickets[ticket.key] = ticket }
            revoked.formUnion(page.revokedCodes)
            cursor = page.cursor
            pages += 1
            if page.isComplete { return }
        }
        Issue.record("no end after 100 pages")
    }
}
