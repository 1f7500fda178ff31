/// What a visitor may show.
package enum CredentialKind: UInt8, CaseIterable, Sendable {
    case serial = 1
    case qr = 2
    case idNumber = 3
    case account = 4
    /// The code of the ticket that this one is an add-on of.
    case addOn = 5
}

/// A keyed hash of something a visitor may show, with its kind.
package struct Credential: Hashable, Sendable {
    package let kind: CredentialKind
    package let hash: CredentialHash

    package init(kind: CredentialKind, hash: CredentialHash) {
        self.kind = kind
        self.hash = hash
    }
}

/// What the ticket server says of a ticket, before any redemption.
package enum TicketStatus: UInt8, Sendable {
    case paid = 1
    case unpaid = 2
    case canceled = 3
    case blocked = 4
    /// No ticket any more: a code that the server withdrew.
    case revoked = 5
}

/// What else the ticket server says of a ticket, and how it came here.
package struct TicketMarks: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let blocked = TicketMarks(rawValue: 1 << 0)
    /// The order waits for somebody's approval.
    package static let unapproved = TicketMarks(rawValue: 1 << 1)
    /// Good though the order is not paid.
    package static let validIfPending = TicketMarks(rawValue: 1 << 2)
    /// Required questions have no answer.
    package static let incomplete = TicketMarks(rawValue: 1 << 3)
    /// Of a test order.
    package static let test = TicketMarks(rawValue: 1 << 4)
    /// On the server, but not covered by the grant.
    package static let outside = TicketMarks(rawValue: 1 << 5)
    /// Known from the code that was shown, not from the catalogue.
    package static let fromCode = TicketMarks(rawValue: 1 << 6)
    /// Known from the code's signature alone: pretix's shorter order of checks.
    package static let signatureOnly = TicketMarks(rawValue: 1 << 7)

    /// All bits that have a meaning.
    package static let all = TicketMarks(rawValue: 0xff)
}

/// One ticket of the catalogue, as it is replicated: no personal detail in the clear.
package struct Ticket: Hashable, Sendable {
    package var id: TicketID
    /// Every code that finds it, as keyed hashes; the serial among them.
    package var credentials: [Credential]
    package var event: String
    package var product: String
    package var seat: String
    /// First and last moment of validity; nil where unlimited.
    package var validFrom: WallTime?
    package var validUntil: WallTime?
    /// How often it may be redeemed, at least 1.
    package var entries: UInt32
    package var status: TicketStatus
    /// Serial, holder and account under the mesh's personal-data key.
    package var sealedDetails: [UInt8]
    /// Keyed digest of the whole imported row: equal rows change nothing.
    package var contentDigest: UInt64
    /// The grant that it came under; empty for an imported ticket, which needs none.
    package var segment: String
    package var marks: TicketMarks
    /// The server's numbers of product, variation and session; 0 and nil where it has none.
    package var productID: UInt64
    package var variation: UInt64?
    package var session: UInt64?
    /// Scans that the server knew of, in the order of time.
    package var checkIns: [CheckIn]

    package init(
        id: TicketID, credentials: [Credential], event: String = "", product: String = "",
        seat: String = "", validFrom: WallTime? = nil, validUntil: WallTime? = nil,
        entries: UInt32 = 1, status: TicketStatus = .paid, sealedDetails: [UInt8] = [],
        contentDigest: UInt64, segment: String = "", marks: TicketMarks = [],
        productID: UInt64 = 0, variation: UInt64? = nil, session: UInt64? = nil,
        checkIns: [CheckIn] = []
    ) {
        self.id = id
        self.credentials = credentials
        self.event = event
        self.product = product
        self.seat = seat
        self.validFrom = validFrom
        self.validUntil = validUntil
        self.entries = entries
        self.status = status
        self.sealedDetails = sealedDetails
        self.contentDigest = contentDigest
        self.segment = segment
        self.marks = marks
        self.productID = productID
        self.variation = variation
        self.session = session
        self.checkIns = checkIns
    }
}
