import Foundation
import TestHosts

/// A pretix, asked over its interface with curl.
struct Pretix {
    struct Facts: Decodable {
        struct Device: Decodable { let token: String }
        struct Ticket: Decodable {
            let id: UInt64
            let secret: String
        }
        struct Event: Decodable {
            let lists: [String: UInt64]
            let tickets: [Ticket]
        }
        let url: String
        let organizer: String
        let token: String
        let devices: [Device]
        let events: [String: Event]
    }

    struct CheckIn: Decodable {
        let position: UInt64?
        let datetime: String
        let successful: Bool
    }

    private struct Redeemed: Decodable {
        let status: String?
        let reason: String?
    }

    private struct Page: Decodable {
        let next: String?
        let results: [CheckIn]
    }

    let facts: Facts

    init() throws {
        let path = ProcessInfo.processInfo.environment["KIOSKMESH_PRETIX"] ?? ""
        facts = try JSONDecoder().decode(
            Facts.self, from: try Data(contentsOf: URL(filePath: path)))
    }

    /// What pretix would answer: `ok` or its reason.
    func simulate(_ secret: String, list: UInt64) throws -> String {
        let body = try JSONSerialization.data(withJSONObject: [
            "secret": secret, "lists": [list], "simulate": true, "questions_supported": true,
        ])
        let answer = try call(
            "organizers/\(facts.organizer)/checkinrpc/redeem/",
            ["-H", "Content-Type: application/json", "-d", String(decoding: body, as: UTF8.self)])
        let read = try JSONDecoder().decode(Redeemed.self, from: answer)
        return read.status == "ok" ? "ok" : read.reason ?? read.status ?? "?"
    }

    /// Sells one more ticket like the event's first, paid; returns its code.
    func sell(event: String) throws -> String {
        struct Position: Decodable { let item: UInt64?; let secret: String }
        struct Order: Decodable { let positions: [Position] }
        let base = "organizers/\(facts.organizer)/events/\(event)"
        let first = facts.events[event]?.tickets.first?.id ?? 0
        let like = try JSONDecoder().decode(
            Position.self, from: try call("\(base)/orderpositions/\(first)/", []))
        let position: [String: Any] = ["item": like.item ?? 0, "attendee_email": "ada@example.org"]
        let body = try JSONSerialization.data(withJSONObject: [
            "email": "ada@example.org", "locale": "en", "sales_channel": "web", "status": "p",
            "payment_provider": "manual", "positions": [position], "send_email": false,
        ])
        let answer = try call(
            "\(base)/orders/",
            ["-H", "Content-Type: application/json", "-d", String(decoding: body, as: UTF8.self)])
        return try JSONDecoder().decode(Order.self, from: answer).positions.first?.secret ?? ""
    }

    /// Every scan that counted on one list.
    func checkIns(event: String, list: UInt64) throws -> [CheckIn] {
        var found: [CheckIn] = []
        var page = 1
        while true {
            let answer = try call(
                "organizers/\(facts.organizer)/events/\(event)/checkins/"
                    + "?list=\(list)&page=\(page)", [])
            let read = try JSONDecoder().decode(Page.self, from: answer)
            found += read.results.filter(\.successful)
            if read.next == nil { return found }
            page += 1
        }
    }

    private func call(_ path: String, _ options: [String]) throws -> Data {
        let program = try Program(
            [
                "curl", "-s", "-S", "--max-time", "30", "-H",
                "Authorization: Token \(facts.token)",
            ] + options + ["\(facts.url)/api/v1/\(path)"], output: .apart)
        let result = program.result()
        guard result.code == 0 else { throw Unexpected("curl: \(result.errors)") }
        return Data(result.output.utf8)
    }
}
