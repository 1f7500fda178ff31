// What pretix says of orders, in its own words; only the fields that are used.

/// An entry that is kept apart from its neighbours: one that cannot be read spoils no page.
struct PretixEntry<Value: Decodable & Sendable>: Decodable, Sendable {
    var value: Value?
    /// Why there is no value.
    var problem: String?

    init(from decoder: any Decoder) throws {
        do {
            value = try Value(from: decoder)
        } catch {
            problem = PretixUnreadable.words(error)
        }
    }
}

struct PretixOrder: Decodable, Sendable {
    var code: String
    /// p paid, n pending, e expired, c canceled.
    var status: String
    var testmode: Bool
    var email: String?
    var requireApproval: Bool?
    var validIfPending: Bool?
    var positions: [PretixPosition]

    static let fields = [
        "code", "status", "testmode", "email", "require_approval", "valid_if_pending",
    ]
}

struct PretixPosition: Decodable, Sendable {
    struct Seat: Decodable, Sendable {
        var name: String?
    }

    struct CheckIn: Decodable, Sendable {
        var list: UInt64
        var datetime: PretixTime
        var type: String
    }

    struct Answer: Decodable, Sendable {
        var question: UInt64
    }

    var id: UInt64
    var item: UInt64
    var variation: UInt64?
    var attendeeName: String?
    var attendeeEmail: String?
    var secret: String
    var addonTo: UInt64?
    var subevent: UInt64?
    var seat: Seat?
    var canceled: Bool?
    var validFrom: PretixTime?
    var validUntil: PretixTime?
    /// Who blocked it; nil or empty is not blocked.
    var blocked: [String]?
    var checkins: [CheckIn]
    var answers: [Answer]

    static let fields = [
        "id", "item", "variation", "attendee_name", "attendee_email", "secret", "addon_to",
        "subevent", "seat", "canceled", "valid_from", "valid_until", "blocked", "checkins",
        "answers",
    ]
}

struct PretixRevokedSecret: Decodable, Sendable {
    var secret: String
}
