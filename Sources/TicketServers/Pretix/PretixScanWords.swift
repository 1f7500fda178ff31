// What is said to pretix of scans, and what it answers, in its own words.

/// A redemption that has happened: pretix is told, not asked.
struct PretixRedemption: Encodable, Sendable {
    var secret: String
    var lists: [UInt64]
    var type: String
    var nonce: String
    var datetime: String
    var sourceType = "barcode"
    /// Overrides every rule: whoever was let in is in.
    var force = true
    var ignoreUnpaid = true
    var questionsSupported = false

    init(_ fact: UploadFact, secret: String) {
        self.secret = secret
        lists = [fact.list]
        type = fact.isExit ? "exit" : "entry"
        nonce = fact.requestID
        datetime = PretixTime(milliseconds: fact.at).text
    }
}

struct PretixFailedCheckIn: Encodable, Sendable {
    /// The reasons that pretix has a word for.
    static let reasons: Set<String> = [
        "already_redeemed", "ambiguous", "blocked", "canceled", "error", "incomplete", "invalid",
        "invalid_time", "product", "revoked", "rules", "unapproved", "unpaid",
    ]

    var rawBarcode: String
    var errorReason: String
    var errorExplanation: String
    var type: String
    var nonce: String
    var datetime: String
    var rawSourceType = "barcode"

    init(_ fact: UploadFact, _ reason: String) {
        // A blank is refused; a ticket without a code is named by its number.
        rawBarcode = fact.secret.isEmpty ? "#\(fact.key)" : fact.secret
        let isKnown = Self.reasons.contains(reason)
        errorReason = isKnown ? reason : "error"
        let parts = [isKnown ? "" : reason, fact.note, "kiosk \(fact.kiosk)"]
        errorExplanation = PretixExplanation.of(parts)
        type = fact.isExit ? "exit" : "entry"
        nonce = fact.requestID
        datetime = PretixTime(milliseconds: fact.at).text
    }
}

/// Taken by pretix only from the device that redeemed, within 15 minutes of the redemption.
struct PretixAnnulment: Encodable, Sendable {
    static let wasDoneBefore = "Cannot annul an unsuccessful checkin"

    var lists: [UInt64]
    var nonce: String
    var datetime: String
    var errorExplanation: String

    init(_ fact: UploadFact) {
        lists = [fact.list]
        nonce = fact.requestID
        datetime = PretixTime(milliseconds: fact.at).text
        errorExplanation = PretixExplanation.of([fact.note, "kiosk \(fact.kiosk)"])
    }
}

enum PretixExplanation {
    static func of(_ parts: [String]) -> String {
        ServerWords.plain(parts.filter { !$0.isEmpty }.joined(separator: "; "))
    }
}

/// The answer to a redemption or an annulment that was taken.
struct PretixSuccess: Decodable, Sendable {
    struct Position: Decodable, Sendable {
        var checkins: [PretixPosition.CheckIn]
    }

    var status: String
    /// As it was before this scan.
    var position: Position?

    /// A repeated nonce adds nothing; then the very scan is among those from before.
    func knew(_ fact: UploadFact) -> Bool {
        (position?.checkins ?? []).contains {
            $0.list == fact.list && $0.datetime.milliseconds == fact.at
                && ($0.type == "exit") == fact.isExit
        }
    }
}

struct PretixStoredFailure: Decodable, Sendable {
    var nonce: String?
}

/// The answer to a scan that was not taken.
struct PretixRefusal: Decodable, Sendable {
    var status: String
    var reason: String?
    var reasonExplanation: String?

    var words: String {
        PretixExplanation.of([reason ?? status, reasonExplanation ?? ""])
    }
}
