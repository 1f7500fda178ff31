/// One fact as a mesh hands it over.
package struct OfficeFact: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case redeemed, rejected, annulled
    }

    package var kind: Kind
    /// 32 lower-case hexadecimal digits; an annulment has that of its redemption.
    package var request: String
    /// 0 or the only list there is.
    package var list: UInt64
    package var key: String
    package var code = ""
    /// Why it was rejected; empty otherwise.
    package var reason = ""
    package var isExit = false
    /// Milliseconds since 1970 UTC.
    package var at: Int64
    package var kiosk = ""
    package var guarantee = ""
    package var note = ""

    package init(kind: Kind, request: String, list: UInt64 = 1, key: String, at: Int64) {
        self.kind = kind
        self.request = request
        self.list = list
        self.key = key
        self.at = at
    }

    /// The first thing that is wrong with it, in words; nil where it can be stored.
    var problem: String? {
        let digits = request.utf8.allSatisfy {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
        }
        if request.utf8.count != 32 || !digits {
            return "The request id is not 32 lower-case hexadecimal digits."
        }
        if list > BoxOffice.listID { return "There is no list \(list); the only one is 1." }
        if kind == .rejected, reason.isEmpty { return "A rejection needs its reason." }
        for (name, text) in [
            ("key", key), ("code", code), ("reason", reason), ("kiosk", kiosk),
            ("guarantee", guarantee), ("note", note),
        ] where text.utf8.count > BoxOfficeLimits.factTextBytes {
            return "The \(name) is \(text.utf8.count) bytes long, over "
                + "\(BoxOfficeLimits.factTextBytes)."
        }
        return nil
    }
}

/// What became of a fact.
package enum FactOutcome: Hashable, Sendable {
    case stored
    /// This very fact was stored before.
    case alreadyKnown
    /// It is not taken; why, in a sentence.
    case refused(String)
}
