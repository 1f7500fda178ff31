/// An event as its ticket server describes it: who may pass which door, when, by which rules.
package struct EventDefinition: Hashable, Sendable {
    /// The server's short name: what a grant lists and a ticket's `event` says.
    package var slug: String
    package var name: String
    package var zone: ZoneOffsets
    package var span: EventSpan
    package var sessions: [Session]
    package var products: [Product]
    package var lists: [CheckInList]
    /// Keys under which codes are good that the catalogue does not hold.
    package var issuers: [Issuer]
    /// The gate that the server gave the mesh's device; nil where there is none.
    package var gate: UInt64?

    package init(
        slug: String, name: String, zone: ZoneOffsets = ZoneOffsets(), span: EventSpan = .open,
        sessions: [Session] = [], products: [Product] = [], lists: [CheckInList] = [],
        issuers: [Issuer] = [], gate: UInt64? = nil
    ) {
        self.slug = slug
        self.name = name
        self.zone = zone
        self.span = span
        self.sessions = sessions
        self.products = products
        self.lists = lists
        self.issuers = issuers
        self.gate = gate
    }

    package func list(_ id: ListID) -> CheckInList? { lists.first { $0.id == id } }

    /// When a ticket's session takes place, or the event itself.
    package func span(of session: UInt64?) -> EventSpan {
        session.flatMap { id in sessions.first { $0.id == id }?.span } ?? span
    }
}

/// From when to when something takes place; each nil where the server says nothing.
package struct EventSpan: Hashable, Sendable {
    package var from: WallTime?
    package var until: WallTime?
    package var admission: WallTime?

    package static let open = EventSpan(from: nil, until: nil, admission: nil)

    package init(from: WallTime?, until: WallTime?, admission: WallTime?) {
        self.from = from
        self.until = until
        self.admission = admission
    }
}

/// One date of an event that has several.
package struct Session: Hashable, Sendable {
    package var id: UInt64
    package var name: String
    package var span: EventSpan

    package init(id: UInt64, name: String, span: EventSpan) {
        self.id = id
        self.name = name
        self.span = span
    }
}

/// Something that is sold.
package struct Product: Hashable, Sendable {
    package var id: UInt64
    package var name: String

    package init(id: UInt64, name: String) {
        self.id = id
        self.name = name
    }
}

/// A door's list.
package struct CheckInList: Hashable, Sendable {
    package var id: ListID
    package var name: String
    /// Nil where every product may pass.
    package var products: [UInt64]?
    /// Nil where every session may pass.
    package var session: UInt64?
    package var options: ListOptions
    /// JSON logic as text; empty is no rule.
    package var rules: String

    package init(
        id: ListID, name: String, products: [UInt64]? = nil, session: UInt64? = nil,
        options: ListOptions = .reentry, rules: String = ""
    ) {
        self.id = id
        self.name = name
        self.products = products
        self.session = session
        self.options = options
        self.rules = rules
    }
}

package struct ListOptions: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let includesPending = ListOptions(rawValue: 1 << 0)
    package static let multipleEntries = ListOptions(rawValue: 1 << 1)
    /// Entry is allowed again after an exit.
    package static let reentry = ListOptions(rawValue: 1 << 2)
    /// A ticket's add-ons are looked at where the ticket itself may not pass.
    package static let addOns = ListOptions(rawValue: 1 << 3)

    /// All bits that have a meaning.
    package static let all = ListOptions(rawValue: 0xf)
}

/// A key that signs codes.
package struct Issuer: Hashable, Sendable {
    package enum Scheme: UInt8, Sendable {
        /// pretix's signed tickets.
        case pretixSig1 = 1
        /// The box office's sealed QR codes.
        case sealedTicket = 2
    }

    package var scheme: Scheme
    package var key: Key32

    package init(scheme: Scheme, key: Key32) {
        self.scheme = scheme
        self.key = key
    }
}

/// A time zone as data, since the core has no database of them.
package struct ZoneOffsets: Hashable, Sendable {
    package struct Change: Hashable, Sendable {
        /// From this moment on.
        package var at: WallTime
        /// Seconds east of UTC.
        package var seconds: Int32

        package init(at: WallTime, seconds: Int32) {
            self.at = at
            self.seconds = seconds
        }
    }

    /// IANA name, for people.
    package var name: String
    /// Before the first change.
    package var first: Int32
    /// In the order of time.
    package var changes: [Change]

    package init(name: String = "UTC", first: Int32 = 0, changes: [Change] = []) {
        self.name = name
        self.first = first
        self.changes = changes
    }
}
