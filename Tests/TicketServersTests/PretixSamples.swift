@testable import TicketServers

/// What pretix 2026.8 answers, shortened; the people are invented.
enum PretixSamples {
    static let version = #"{"pretix":"2026.8.0","pretix_numeric":20260080005000}"#
    static let deviceInfo = """
        {"device":{"organizer":"venue","device_id":2,"name":"kiosk-2","security_profile":"full",
        "gate":{"id":7,"name":"North gate","identifier":"AS9PSJ8W"}},"medium_key_sets":[]}
        """
    static let key =
        "LS0tLS1CRUdJTiBQVUJMSUMgS0VZLS0tLS0KTUNvd0JRWURLMlZ3QXlFQTh2UlBYOWdEeThPb0NLcy8rd0U1"
        + "YUdWcER4L0hCN3haTWNLMGllNFVsem89Ci0tLS0tRU5EIFBVQkxJQyBLRVktLS0tLQo="
    static let event = """
        {"name":{"de":"Gala-Abend","en":"Gala"},"slug":"gala","live":true,"testmode":false,
        "date_from":"2026-11-24T18:00:00+01:00","date_to":"2026-11-24T23:07:16.500000Z",
        "date_admission":null,"has_subevents":true,"timezone":"Europe/Berlin",
        "valid_keys":{"pretix_sig1":["\(key)"]}}
        """
    static let subevents = list(
        #"{"id":11,"name":{"en":"Day 1"},"active":true,"date_from":"2026-11-24T17:00:00Z","#
            + #""date_to":null,"date_admission":"2026-11-24T16:30:00Z"}"#)
    static let items = list(
        #"{"id":1,"name":{"en":"Standard"},"variations":[]}"#,
        #"{"id":4,"name":{"de":"Führung"},"variations":[{"id":9,"value":{"en":"Morning"}}]}"#)
    static let lists = list(
        checkInList(5, "Main entrance"),
        """
        {"id":6,"name":"VIP","all_products":false,"limit_products":[1,4],"subevent":11,
        "include_pending":true,"allow_multiple_entries":true,"allow_entry_after_exit":false,
        "addon_match":true,"rules":{"and":[{"inList":[{"var":"product"},
        {"objectList":[{"lookup":["product","1","VIP"]}]}]},{"<":[{"var":"entries_number"},3]}]}}
        """)
    static let questions = list(
        question(21, required: true, atCheckIn: true, items: "[3]"),
        question(22, required: false, atCheckIn: true, items: "[1]"),
        question(23, required: true, atCheckIn: false, items: "[1]"))

    static func list(_ entries: String..., count: Int? = nil, next: String? = nil) -> String {
        list(entries, count: count, next: next)
    }

    static func list(_ entries: [String], count: Int? = nil, next: String? = nil) -> String {
        let link = next.map { "\"\($0)\"" } ?? "null"
        return #"{"count":\#(count ?? entries.count),"next":\#(link),"previous":null,"#
            + #""results":[\#(entries.joined(separator: ","))]}"#
    }

    static func checkInList(_ id: Int, _ name: String) -> String {
        """
        {"id":\(id),"name":"\(name)","all_products":true,"limit_products":[],"subevent":null,
        "checkin_count":0,"include_pending":false,"allow_multiple_entries":false,
        "allow_entry_after_exit":true,"rules":{},"addon_match":false}
        """
    }

    static func question(_ id: Int, required: Bool, atCheckIn: Bool, items: String) -> String {
        #"{"id":\#(id),"question":{"en":"Diet?"},"required":\#(required),"items":\#(items),"#
            + #""ask_during_checkin":\#(atCheckIn)}"#
    }

    static func order(
        status: String = "p", testmode: Bool = false, email: String? = "buyer5@example.org",
        more: String = "", _ positions: String...
    ) -> String {
        let address = email.map { "\"\($0)\"" } ?? "null"
        return #"{"code":"QKTPD","status":"\#(status)","testmode":\#(testmode),"#
            + #""email":\#(address),\#(more)"positions":[\#(positions.joined(separator: ","))]}"#
    }

    static func position(_ id: Int, item: Int = 1, _ more: [String: String] = [:]) -> String {
        var fields = [
            "id": "\(id)", "item": "\(item)", "variation": "null",
            "attendee_name": "\"Fay Brandt\"",
            "attendee_email": "null", "secret": "\"secret-\(id)\"", "addon_to": "null",
            "subevent": "null", "seat": "null", "canceled": "false", "valid_from": "null",
            "valid_until": "null", "blocked": "null", "checkins": "[]", "answers": "[]",
        ]
        fields.merge(more) { $1 }
        let members = fields.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }
        return "{" + members.joined(separator: ",") + "}"
    }
}

extension PretixServer {
    /// One that asks the scripted server as a device, and gives up soon.
    static func asking(
        _ url: String, events: [String]? = nil, kind: PretixAccess.Kind = .device,
        adjust: (inout ServerCallLimits) -> Void = { _ in }
    ) throws -> PretixServer {
        var configuration = Configuration(
            address: try ServerAddress(url), organizer: "venue",
            access: PretixAccess(kind, "t0ken"), events: events)
        adjust(&configuration.limits)
        return try PretixServer(configuration)
    }
}
