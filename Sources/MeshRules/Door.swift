/// What of a ticket counts at a door.
package struct DoorTicket: Hashable, Sendable {
    /// How the ticket server has it.
    package enum Status: String, Hashable, Sendable, CaseIterable {
        case paid
        /// Ordered, not paid yet: pretix's pending.
        case unpaid
        /// The order or this position was canceled; pretix treats an expired order the same way.
        case canceled
        /// The code that was shown is on the revocation list: it was replaced or withdrawn.
        case revoked
    }

    package var status: Status
    package var isBlocked: Bool
    /// The order must still be approved by the organiser.
    package var requiresApproval: Bool
    /// Admitted though unpaid.
    package var isValidIfPending: Bool
    /// A question that must be answered at the door has no answer.
    package var isIncomplete: Bool
    package var product: UInt64
    package var variation: UInt64?
    /// The date of a series that the ticket is for: pretix's subevent.
    package var session: UInt64?
    /// First and last moment of validity, both included, in milliseconds from 1970.
    package var validFrom: Int64?
    package var validUntil: Int64?
    /// How many entries it is good for on one list, at least 1; more than 1 is KioskMesh's own.
    package var entries: Int
    /// Known from its signature alone: the ticket server's data does not have it, so that it is
    /// neither paid nor unpaid.
    package var isFromCode: Bool

    package init(
        status: Status = .paid, isBlocked: Bool = false, requiresApproval: Bool = false,
        isValidIfPending: Bool = false, isIncomplete: Bool = false, product: UInt64,
        variation: UInt64? = nil, session: UInt64? = nil, validFrom: Int64? = nil,
        validUntil: Int64? = nil, entries: Int = 1, isFromCode: Bool = false
    ) {
        self.status = status
        self.isBlocked = isBlocked
        self.requiresApproval = requiresApproval
        self.isValidIfPending = isValidIfPending
        self.isIncomplete = isIncomplete
        self.product = product
        self.variation = variation
        self.session = session
        self.validFrom = validFrom
        self.validUntil = validUntil
        self.entries = entries
        self.isFromCode = isFromCode
    }
}

/// A check-in list: who may pass where it is used.
package struct DoorList: Hashable, Sendable {
    package var id: UInt64
    package var name: String
    /// Products on the list; nil where all are.
    package var products: [UInt64]?
    /// The date of a series that the list is for; nil where for all.
    package var session: UInt64?
    package var includesPending: Bool
    package var allowsMultipleEntries: Bool
    package var allowsEntryAfterExit: Bool
    /// pretix's JSON logic; empty where there are none.
    package var rules: JSONValue

    package init(
        id: UInt64, name: String, products: [UInt64]? = nil, session: UInt64? = nil,
        includesPending: Bool = false, allowsMultipleEntries: Bool = false,
        allowsEntryAfterExit: Bool = true, rules: JSONValue = .object([])
    ) {
        self.id = id
        self.name = name
        self.products = products
        self.session = session
        self.includesPending = includesPending
        self.allowsMultipleEntries = allowsMultipleEntries
        self.allowsEntryAfterExit = allowsEntryAfterExit
        self.rules = rules
    }
}

/// Where and for what a scan is made. Times are in milliseconds from 1970.
package struct DoorEvent: Hashable, Sendable {
    /// The event's own zone, for its days and times of day.
    package var zone: ZoneTable
    /// Of the ticket's session where it has one, else of the event.
    package var from: Int64?
    package var until: Int64?
    package var admission: Int64?
    /// The gate that the kiosk stands at.
    package var gate: UInt64?

    package init(
        zone: ZoneTable, from: Int64? = nil, until: Int64? = nil, admission: Int64? = nil,
        gate: UInt64? = nil
    ) {
        self.zone = zone
        self.from = from
        self.until = until
        self.admission = admission
        self.gate = gate
    }
}

/// One scan that is to be decided.
package struct DoorScan: Hashable, Sendable {
    package var isExit: Bool
    /// Whoever scans asks to overlook a missing payment; only lists that include pending heed it.
    package var ignoresUnpaid: Bool
    /// The kiosk can ask questions; where it cannot, missing answers hinder nobody.
    package var supportsQuestions: Bool
    /// When, in milliseconds from 1970.
    package var at: Int64

    package init(
        isExit: Bool = false, ignoresUnpaid: Bool = false, supportsQuestions: Bool = true, at: Int64
    ) {
        self.isExit = isExit
        self.ignoresUnpaid = ignoresUnpaid
        self.supportsQuestions = supportsQuestions
        self.at = at
    }
}

/// A scan of the same ticket that passed on the same list before.
package struct PastScan: Hashable, Sendable {
    package var isExit: Bool
    /// When, in milliseconds from 1970.
    package var at: Int64

    package init(isExit: Bool = false, at: Int64) {
        self.isExit = isExit
        self.at = at
    }
}
