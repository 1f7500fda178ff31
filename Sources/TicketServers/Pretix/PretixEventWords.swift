import FoundationEssentials

// What pretix says of events, in its own words; only the fields that are used.

/// One page of a list. `next` is only ever asked whether it is there.
struct PretixList<Entry: Decodable & Sendable>: Decodable, Sendable {
    var count: Int
    var next: String?
    var results: [Entry]
}

/// A text in one language or in several.
struct PretixText: Decodable, Sendable {
    private var byLanguage: [String: String]

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            byLanguage = ["": text]
        } else {
            byLanguage = try container.decode([String: String?].self).compactMapValues(\.self)
        }
    }

    /// In `language`, else in English, else in the first language by name.
    func text(in language: String) -> String {
        for name in [language, "en"] {
            if let text = byLanguage[name], !text.isEmpty { return text }
        }
        return byLanguage.sorted { $0.key < $1.key }.first { !$0.value.isEmpty }?.value ?? ""
    }
}

struct PretixVersion: Decodable, Sendable {
    var pretix: String
}

struct PretixDeviceInfo: Decodable, Sendable {
    struct Device: Decodable, Sendable {
        var gate: PretixGate?
    }
    var device: Device
}

struct PretixGate: Decodable, Sendable {
    var id: UInt64
}

struct PretixEventName: Decodable, Sendable {
    var slug: String
}

struct PretixEvent: Decodable, Sendable {
    var slug: String
    var name: PretixText
    var timezone: String
    var dateFrom: PretixTime?
    var dateTo: PretixTime?
    var dateAdmission: PretixTime?
    var hasSubevents: Bool
    var validKeys: [String: [String]]?
}

struct PretixSubevent: Decodable, Sendable {
    var id: UInt64
    var name: PretixText
    var dateFrom: PretixTime?
    var dateTo: PretixTime?
    var dateAdmission: PretixTime?
}

struct PretixItem: Decodable, Sendable {
    struct Variation: Decodable, Sendable {
        var id: UInt64
        var value: PretixText
    }
    var id: UInt64
    var name: PretixText
    var variations: [Variation]?
}

struct PretixCheckInList: Decodable, Sendable {
    var id: UInt64
    var name: String
    var allProducts: Bool
    var limitProducts: [UInt64]
    var subevent: UInt64?
    var includePending: Bool
    var allowMultipleEntries: Bool
    var allowEntryAfterExit: Bool
    var addonMatch: Bool?
    var rules: JSONValue?
}

struct PretixQuestion: Decodable, Sendable {
    var id: UInt64
    var required: Bool
    var askDuringCheckin: Bool
    var items: [UInt64]
}
