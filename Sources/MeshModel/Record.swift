/// One fact in a block. Everything that is replicated is a record: one mechanism, one recovery.
package enum Record: Hashable, Sendable {
    case decision(Decision)
    case tickets(TicketBatch)
    case admission(Admission)
    case revocation(request: RequestID, kiosk: KioskID)
    case tokenCreated(request: RequestID, token: JoinToken)
    case tokenRevoked(request: RequestID, token: Key16)
    /// How many unknown codes one kiosk sent in one minute of the host's clock: a prankster fills
    /// no disk.
    case unknownCodes(kiosk: KioskID, minute: Int64, count: UInt32)
    case annulment(Amendment)
    case reprint(Amendment)
    case grant(request: RequestID, SignedGrant)
    /// Definition first, then tickets, then how far it went.
    case page(request: RequestID, SegmentPage)
    case receipts(request: RequestID, [Receipt])
    /// A ticket that the catalogue did not hold, from the code that carries it.
    case ticketFromCode(Ticket)

    /// The attempt that this record answers; nil where none waits for it.
    package var request: RequestID? {
        switch self {
        case .decision(let decision): decision.request
        case .tickets(let batch): batch.request
        case .admission(let admission): admission.request
        case .revocation(let request, _), .tokenCreated(let request, _),
            .tokenRevoked(let request, _):
            request
        case .annulment(let annulment), .reprint(let annulment): annulment.request
        case .grant(let request, _), .page(let request, _), .receipts(let request, _): request
        case .unknownCodes, .ticketFromCode: nil
        }
    }
}

/// What was done with a redemption later: taken back, or printed again.
package struct Amendment: Hashable, Sendable {
    package let request: RequestID
    /// The request that the redemption answered.
    package let redemption: RequestID
    package let reason: String
    package let kiosk: KioskID
    /// The host's wall clock.
    package let at: WallTime

    package init(
        request: RequestID, redemption: RequestID, reason: String, kiosk: KioskID, at: WallTime
    ) {
        self.request = request
        self.redemption = redemption
        self.reason = reason
        self.kiosk = kiosk
        self.at = at
    }
}

/// Tickets that were added or changed by one import request.
package struct TicketBatch: Hashable, Sendable {
    package let request: RequestID
    package let counts: ImportCounts
    /// Only what is new or differs from what the mesh had.
    package let tickets: [Ticket]

    package init(request: RequestID, counts: ImportCounts, tickets: [Ticket]) {
        self.request = request
        self.counts = counts
        self.tickets = tickets
    }
}

/// What an import did to the catalogue, in tickets.
package struct ImportCounts: Hashable, Sendable {
    package var added: UInt32
    package var updated: UInt32
    package var unchanged: UInt32

    package init(added: UInt32 = 0, updated: UInt32 = 0, unchanged: UInt32 = 0) {
        self.added = added
        self.updated = updated
        self.unchanged = unchanged
    }
}

/// A kiosk's admission to the roster, by a token that it proved.
package struct Admission: Hashable, Sendable {
    package let request: RequestID
    package let entry: RosterEntry
    /// The token's id.
    package let token: Key16

    package init(request: RequestID, entry: RosterEntry, token: Key16) {
        self.request = request
        self.entry = entry
        self.token = token
    }
}
