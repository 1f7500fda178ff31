/// What a sealed code says of its ticket.
package struct SealedTicketPayload: Hashable, Sendable {
    /// The server's name of the ticket, 1 to 64 bytes.
    package var key: String
    /// The server's short name of the event, 1 to 64 bytes.
    package var event: String
    /// First 8 bytes of the id of the mesh that the code was made for.
    package var meshPrefix: [UInt8]
    package var product: UInt64
    /// The date of an event that has several; nil is any.
    package var session: UInt64?
    /// At most 200 bytes each; may be empty.
    package var seat: String
    package var holder: String
    /// Milliseconds since 1970 UTC; nil is without limit.
    package var validFrom: Int64?
    package var validUntil: Int64?
    /// How often the ticket may be redeemed, at least 1.
    package var entries: UInt32
    /// When the code was made, and from when it counts no more. Milliseconds since 1970 UTC.
    package var issuedAt: Int64
    package var expires: Int64

    package init(
        key: String, event: String, mesh: [UInt8], product: UInt64 = 0, session: UInt64? = nil,
        seat: String = "", holder: String = "", validFrom: Int64? = nil, validUntil: Int64? = nil,
        entries: UInt32 = 1, issuedAt: Int64, expires: Int64
    ) {
        self.key = key
        self.event = event
        self.meshPrefix = Array(mesh.prefix(Self.meshPrefixLength))
        self.product = product
        self.session = session
        self.seat = seat
        self.holder = holder
        self.validFrom = validFrom
        self.validUntil = validUntil
        self.entries = entries
        self.issuedAt = issuedAt
        self.expires = expires
    }

    /// Long enough that a code made for another mesh is never taken for one of ours by chance.
    package static let meshPrefixLength = 8
    /// Longest key or event.
    package static let nameBytes = 64
    /// Longest seat or holder: with all four texts at their longest the code has 947 characters,
    /// which a QR code of middling size holds.
    package static let textBytes = 200

    /// The first rule that the payload breaks, in words; nil where it can be encoded.
    package var problem: String? {
        for (name, text, longest) in texts {
            if text.utf8.count > longest {
                return "The \(name) is \(text.utf8.count) bytes long; a code holds \(longest)."
            }
        }
        if key.isEmpty { return "The ticket has no key." }
        if event.isEmpty { return "The ticket has no event." }
        if meshPrefix.count != Self.meshPrefixLength { return "The mesh id is too short." }
        if entries == 0 { return "The ticket is good for no entry." }
        if expires < issuedAt { return "The code expires before it is issued." }
        if let validFrom, let validUntil, validUntil < validFrom {
            return "The ticket's validity ends before it begins."
        }
        return nil
    }

    var texts: [(name: String, text: String, longest: Int)] {
        [
            ("event", event, Self.nameBytes), ("key", key, Self.nameBytes),
            ("seat", seat, Self.textBytes), ("holder", holder, Self.textBytes),
        ]
    }
}
