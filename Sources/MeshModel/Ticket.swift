/// What a visitor may show.
package enum CredentialKind: UInt8, CaseIterable, Sendable {
    case serial = 1
    case qr = 2
    case idNumber = 3
    case account = 4
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

    package init(
        id: TicketID, credentials: [Credential], event: String = "", product: String = "",
        seat: String = "", validFrom: WallTime? = nil, validUntil: WallTime? = nil,
        entries: UInt32 = 1, status: TicketStatus = .paid, sealedDetails: [UInt8] = [],
        contentDigest: UInt64
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
    }
}
