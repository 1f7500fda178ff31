/// One ticket server, as the mesh sees it: what it sells, page by page, and where redemptions go.
///
/// Implementations translate one vendor's interface. They keep no state that a new host would miss:
/// everything that must survive is in the cursor, which the mesh records after each page.
package protocol TicketServer: Sendable {
    /// Signs in and tells what may be read: every event of the scope with its lists and products.
    func describe() async throws(ServerError) -> ServerDescription

    /// One page of the tickets of `event`, beginning at `cursor`; nil begins anew.
    ///
    /// Pages overlap rather than miss: a ticket may come again, the last word counts. After the
    /// page whose `isComplete` is true, its cursor asks for what changed since.
    func page(of event: String, from cursor: String?) async throws(ServerError) -> CatalogPage

    /// Hands one fact over. Safe to repeat: the server knows it again by its request id.
    func upload(_ fact: UploadFact) async throws(ServerError) -> UploadOutcome

    /// Hands several facts over, in their order; one outcome each, in the same order. The same as
    /// one by one, but quicker where the server takes many at once.
    ///
    /// Throws where the server could not be asked; some may be stored all the same, and all may be
    /// sent again.
    func uploadBatch(_ facts: [UploadFact]) async throws(ServerError) -> [UploadOutcome]

    /// How many facts are best handed to `uploadBatch` at once.
    var batchFacts: Int { get }

    /// Ends open connections and, where the server works in batches, writes them out.
    func close() async
}

extension TicketServer {
    package var batchFacts: Int { 1 }

    package func uploadBatch(
        _ facts: [UploadFact]
    ) async throws(ServerError) -> [UploadOutcome] {
        var outcomes: [UploadOutcome] = []
        for fact in facts { outcomes.append(try await upload(fact)) }
        return outcomes
    }
}

/// What `describe` found.
package struct ServerDescription: Hashable, Sendable {
    /// The server's name and version in its own words, for people.
    package var software: String
    package var events: [ServerEvent]

    package init(software: String, events: [ServerEvent]) {
        self.software = software
        self.events = events
    }
}

/// An event and the rules of its doors.
package struct ServerEvent: Hashable, Sendable {
    /// The server's short name of it: what a grant lists.
    package var slug: String
    package var name: String
    /// IANA name, for example `Europe/Berlin`.
    package var timeZone: String
    /// Milliseconds since 1970 UTC; nil where the server says nothing.
    package var from: Int64?
    package var until: Int64?
    package var admission: Int64?
    package var sessions: [ServerSession]
    package var products: [ServerProduct]
    package var lists: [ServerCheckInList]
    /// Keys under which codes are valid that the catalog does not hold.
    package var issuers: [CodeIssuer]
    /// The gate that the server gave this device; nil where there is none.
    package var gate: UInt64?

    package init(
        slug: String, name: String, timeZone: String = "UTC", from: Int64? = nil,
        until: Int64? = nil, admission: Int64? = nil, sessions: [ServerSession] = [],
        products: [ServerProduct] = [], lists: [ServerCheckInList] = [],
        issuers: [CodeIssuer] = [], gate: UInt64? = nil
    ) {
        self.slug = slug
        self.name = name
        self.timeZone = timeZone
        self.from = from
        self.until = until
        self.admission = admission
        self.sessions = sessions
        self.products = products
        self.lists = lists
        self.issuers = issuers
        self.gate = gate
    }
}

/// One date of an event that has several (pretix: subevent).
package struct ServerSession: Hashable, Sendable {
    package var id: UInt64
    package var name: String
    package var from: Int64?
    package var until: Int64?
    package var admission: Int64?

    package init(
        id: UInt64, name: String, from: Int64? = nil, until: Int64? = nil, admission: Int64? = nil
    ) {
        self.id = id
        self.name = name
        self.from = from
        self.until = until
        self.admission = admission
    }
}

/// Something sold (pretix: item), with the variations it has.
package struct ServerProduct: Hashable, Sendable {
    package struct Variation: Hashable, Sendable {
        package var id: UInt64
        package var name: String

        package init(id: UInt64, name: String) {
            self.id = id
            self.name = name
        }
    }

    package var id: UInt64
    package var name: String
    package var variations: [Variation]

    package init(id: UInt64, name: String, variations: [Variation] = []) {
        self.id = id
        self.name = name
        self.variations = variations
    }
}

/// A door's list: who may pass, how often, by which rules (pretix: check-in list).
package struct ServerCheckInList: Hashable, Sendable {
    package var id: UInt64
    package var name: String
    /// Product ids that may pass; nil is all.
    package var products: [UInt64]?
    /// Only tickets of this session; nil is all.
    package var session: UInt64?
    package var includesPending: Bool
    package var allowsMultipleEntries: Bool
    package var allowsEntryAfterExit: Bool
    /// A ticket's add-ons are looked at where the ticket itself is not on the list.
    package var matchesAddOns: Bool
    /// JSON logic as text; `{}` or empty is no rule.
    package var rules: String

    package init(
        id: UInt64, name: String, products: [UInt64]? = nil, session: UInt64? = nil,
        includesPending: Bool = false, allowsMultipleEntries: Bool = false,
        allowsEntryAfterExit: Bool = true, matchesAddOns: Bool = false, rules: String = "{}"
    ) {
        self.id = id
        self.name = name
        self.products = products
        self.session = session
        self.includesPending = includesPending
        self.allowsMultipleEntries = allowsMultipleEntries
        self.allowsEntryAfterExit = allowsEntryAfterExit
        self.matchesAddOns = matchesAddOns
        self.rules = rules
    }
}

/// A key that signs codes of an event.
package struct CodeIssuer: Hashable, Sendable {
    package enum Scheme: String, Hashable, Sendable {
        /// pretix's signed tickets.
        case pretixSig1 = "pretix_sig1"
        /// The box office's sealed QR codes.
        case sealedTicket = "kioskmesh_qr1"
    }

    package var scheme: Scheme
    /// Ed25519 public key, 32 bytes.
    package var publicKey: [UInt8]

    package init(scheme: Scheme, publicKey: [UInt8]) {
        self.scheme = scheme
        self.publicKey = publicKey
    }
}

/// One page of a catalog.
package struct CatalogPage: Hashable, Sendable {
    package var tickets: [ServerTicket]
    /// Secrets that were withdrawn: shown at a door they answer `revoked`.
    package var revokedCodes: [String]
    /// Where the next page begins; opaque, at most 1,024 bytes.
    package var cursor: String
    /// Everything there was when the page was made has been sent with it.
    package var isComplete: Bool
    /// How many tickets the server says there are in all; nil where it does not say.
    package var expected: Int?
    /// Entries that could not be read, in plain words each.
    package var skipped: [String]

    package init(
        tickets: [ServerTicket], revokedCodes: [String] = [], cursor: String, isComplete: Bool,
        expected: Int? = nil, skipped: [String] = []
    ) {
        self.tickets = tickets
        self.revokedCodes = revokedCodes
        self.cursor = cursor
        self.isComplete = isComplete
        self.expected = expected
        self.skipped = skipped
    }
}

/// A ticket as the server has it, in the clear: only ever in memory.
package struct ServerTicket: Hashable, Sendable {
    /// Names the ticket on its server for good, also when its code changes.
    package var key: String
    /// What its visitor scans or types; nil where it was withdrawn.
    package var secret: String?
    /// A second code beside `secret`, only ever scanned; empty where there is none.
    package var qr: String
    package var idNumber: String
    /// E-mail address or account name of the buyer.
    package var account: String
    package var product: UInt64
    package var variation: UInt64?
    package var session: UInt64?
    package var seat: String
    package var holder: String
    package var validFrom: Int64?
    package var validUntil: Int64?
    /// How often it may be redeemed on one list, at least 1.
    package var entries: Int
    package var status: Status
    package var isBlocked: Bool
    package var requiresApproval: Bool
    package var isValidIfPending: Bool
    /// Required questions are not answered.
    package var isIncomplete: Bool
    package var isTest: Bool
    /// The `key` of the ticket that this one is an add-on of.
    package var addOnTo: String?
    package var checkIns: [ServerCheckIn]

    package enum Status: String, Hashable, Sendable, CaseIterable {
        case paid, unpaid, canceled
    }

    package init(
        key: String, secret: String?, qr: String = "", idNumber: String = "", account: String = "",
        product: UInt64 = 0, variation: UInt64? = nil, session: UInt64? = nil, seat: String = "",
        holder: String = "", validFrom: Int64? = nil, validUntil: Int64? = nil, entries: Int = 1,
        status: Status = .paid, isBlocked: Bool = false, requiresApproval: Bool = false,
        isValidIfPending: Bool = false, isIncomplete: Bool = false, isTest: Bool = false,
        addOnTo: String? = nil, checkIns: [ServerCheckIn] = []
    ) {
        self.key = key
        self.secret = secret
        self.qr = qr
        self.idNumber = idNumber
        self.account = account
        self.product = product
        self.variation = variation
        self.session = session
        self.seat = seat
        self.holder = holder
        self.validFrom = validFrom
        self.validUntil = validUntil
        self.entries = entries
        self.status = status
        self.isBlocked = isBlocked
        self.requiresApproval = requiresApproval
        self.isValidIfPending = isValidIfPending
        self.isIncomplete = isIncomplete
        self.isTest = isTest
        self.addOnTo = addOnTo
        self.checkIns = checkIns
    }
}

/// A scan that the server knows of.
package struct ServerCheckIn: Hashable, Sendable {
    package var list: UInt64
    package var isExit: Bool
    /// Milliseconds since 1970 UTC.
    package var at: Int64

    package init(list: UInt64, isExit: Bool, at: Int64) {
        self.list = list
        self.isExit = isExit
        self.at = at
    }
}

/// One fact for the server.
package struct UploadFact: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case redeemed
        /// Refused at the door; the reason in pretix's vocabulary.
        case rejected(reason: String)
        /// The redemption with `requestID` was taken back.
        case annulled
    }

    package var kind: Kind
    /// 32 lower-case hexadecimal digits: the nonce. An annulment has that of its redemption.
    package var requestID: String
    package var event: String
    /// 0 where the ticket server has no lists.
    package var list: UInt64
    package var key: String
    /// The code as it was known when it was shown.
    package var secret: String
    package var isExit: Bool
    /// Milliseconds since 1970 UTC, the host's clock.
    package var at: Int64
    /// The kiosk where it was shown.
    package var kiosk: String
    /// `replicated`, `single-copy`, `provisional` or `volatile`.
    package var guarantee: String
    /// More in plain words, for example why it was annulled; may be empty.
    package var note: String

    package init(
        kind: Kind, requestID: String, event: String, list: UInt64, key: String, secret: String,
        isExit: Bool, at: Int64, kiosk: String, guarantee: String, note: String = ""
    ) {
        self.kind = kind
        self.requestID = requestID
        self.event = event
        self.list = list
        self.key = key
        self.secret = secret
        self.isExit = isExit
        self.at = at
        self.kiosk = kiosk
        self.guarantee = guarantee
        self.note = note
    }
}

/// How the server took a fact.
package enum UploadOutcome: Hashable, Sendable {
    case stored
    /// It had this very fact before.
    case alreadyKnown
    /// It will never take it; its own words, at most 500 characters.
    case refused(String)
}
