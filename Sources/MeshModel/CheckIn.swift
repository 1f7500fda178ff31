/// How a ticket server numbers its check-in lists; 0 is the one list of tickets that came without.
package typealias ListID = UInt64

/// Which way somebody goes through a door.
package enum ScanKind: UInt8, CaseIterable, Sendable {
    case entry = 1
    case exit = 2

    /// The word on the command line and in reports.
    package var word: String {
        switch self {
        case .entry: "entry"
        case .exit: "exit"
        }
    }
}

/// One scan that counted on one list.
package struct CheckIn: Hashable, Sendable {
    package let list: ListID
    package let kind: ScanKind
    package let at: WallTime

    package init(list: ListID, kind: ScanKind, at: WallTime) {
        self.list = list
        self.kind = kind
        self.at = at
    }
}

/// What a kiosk reads at its door, as it asks the host about it.
package struct Scan: Hashable, Sendable {
    /// Keyed hash of the code.
    package var hash: CredentialHash
    /// What the code is to be read as; nil matches any kind.
    package var kind: CredentialKind?
    package var direction: ScanKind
    /// The list it is for; nil takes the one that the grant names for the ticket.
    package var list: ListID?
    /// The visitor's choice among several tickets of one credential.
    package var ticket: TicketID?
    /// Passes an unpaid ticket where its list says that it may.
    package var ignoresUnpaid: Bool
    /// A code that carries its ticket, under the mesh's personal-data key; empty for all others.
    package var sealedCode: [UInt8]

    package init(
        _ hash: CredentialHash, kind: CredentialKind? = nil, direction: ScanKind = .entry,
        list: ListID? = nil, ticket: TicketID? = nil, ignoresUnpaid: Bool = false,
        sealedCode: [UInt8] = []
    ) {
        self.hash = hash
        self.kind = kind
        self.direction = direction
        self.list = list
        self.ticket = ticket
        self.ignoresUnpaid = ignoresUnpaid
        self.sealedCode = sealedCode
    }
}
