/// The answer of `status`.
package struct StatusReport: Codable, Sendable, Hashable {
    /// The schema's number.
    package let schema: Int
    /// The venue's name.
    package var venue: String
    /// The mesh's id.
    package var mesh: String
    /// The whole in one word.
    package var health: Health
    /// What is wrong, worst first.
    package var problems: [Problem]
    /// This kiosk.
    package var itself: Itself
    /// The host; null where none is known.
    @Nullable package var host: HostEntry?
    /// The configuration register.
    package var register: Register
    /// All members, this one included.
    package var kiosks: [KioskEntry]
    /// The counts of tickets.
    package var tickets: TicketCounts
    /// The offline allowance and its use.
    package var offlineAllowance: OfflineUse
    /// Losses of kiosks that redemption survives, one after the other; null is unknown.
    @Nullable package var survivesLosses: Int?

    package init(
        venue: String, mesh: String, health: Health, problems: [Problem], itself: Itself,
        host: HostEntry?, register: Register, kiosks: [KioskEntry], tickets: TicketCounts,
        offlineAllowance: OfflineUse, survivesLosses: Int? = nil
    ) {
        schema = ControlSchema.version
        self.venue = venue
        self.mesh = mesh
        self.health = health
        self.problems = problems
        self.itself = itself
        self.host = host
        self.register = register
        self.kiosks = kiosks
        self.tickets = tickets
        self.offlineAllowance = offlineAllowance
        self.survivesLosses = survivesLosses
    }

    private enum CodingKeys: String, CodingKey {
        case schema, venue, mesh, health, problems, host, register, kiosks, tickets
        case offlineAllowance, survivesLosses
        case itself = "self"
    }

    /// One thing that is wrong.
    package struct Problem: Codable, Sendable, Hashable {
        /// The kiosk it is about; null is the whole mesh.
        @Nullable package var kiosk: String?
        /// What is wrong, in plain words.
        package var what: String
        /// The command or act that mends it.
        package var fix: String

        package init(kiosk: String?, what: String, fix: String) {
            self.kiosk = kiosk
            self.what = what
            self.fix = fix
        }
    }

    /// This kiosk.
    package struct Itself: Codable, Sendable, Hashable {
        /// The kiosk's key in text form.
        package var id: String
        /// Its name.
        package var name: String
        /// What it does now.
        package var role: KioskRole
        /// Whether it stores the ticket data.
        package var storage: Bool

        package init(id: String, name: String, role: KioskRole, storage: Bool) {
            self.id = id
            self.name = name
            self.role = role
            self.storage = storage
        }
    }
}

/// The host of an epoch.
package struct HostEntry: Codable, Sendable, Hashable {
    /// The kiosk's key in text form.
    package var id: String
    /// Its name.
    package var name: String
    /// The number of its reign.
    package var epoch: UInt64
    /// Whether it decides without quorum.
    package var provisional: Bool

    package init(id: String, name: String, epoch: UInt64, provisional: Bool) {
        self.id = id
        self.name = name
        self.epoch = epoch
        self.provisional = provisional
    }
}

/// The configuration register.
package struct Register: Codable, Sendable, Hashable {
    /// Its number within the epoch.
    package var version: UInt64
    /// Names of the voters.
    package var voters: [String]
    /// Names of the in-sync set.
    package var inSync: [String]

    package init(version: UInt64, voters: [String], inSync: [String]) {
        self.version = version
        self.voters = voters
        self.inSync = inSync
    }
}

/// One member of the mesh, as this kiosk sees it.
package struct KioskEntry: Codable, Sendable, Hashable {
    /// The kiosk's key in text form.
    package var id: String
    /// Its name.
    package var name: String
    /// What it does now.
    package var role: KioskRole
    /// How it looks from here.
    package var state: KioskState
    /// Whether it stores the ticket data.
    package var storage: Bool
    /// Whether it is a terminal, which may be away; null from a release that knows none.
    @Nullable package var terminal: Bool?
    /// Records it has yet to store; null is unknown and shown as `?`, never as 0.
    @Nullable package var lag: Int64?
    /// Round-trip time from here; null is unknown.
    @Nullable package var rttMilliseconds: Double?
    /// When it last answered; null is never.
    @Nullable package var lastSeen: Timestamp?
    /// Its program version; null is unknown.
    @Nullable package var version: String?

    package init(
        id: String, name: String, role: KioskRole, state: KioskState, storage: Bool,
        terminal: Bool? = nil, lag: Int64?, rttMilliseconds: Double?, lastSeen: Timestamp?,
        version: String?
    ) {
        self.id = id
        self.name = name
        self.role = role
        self.state = state
        self.storage = storage
        self.terminal = terminal
        self.lag = lag
        self.rttMilliseconds = rttMilliseconds
        self.lastSeen = lastSeen
        self.version = version
    }

    /// A terminal that was carried away: nobody misses it.
    package var isAway: Bool { terminal == true && (state == .lost || state == .suspect) }
}

/// Counts of tickets.
package struct TicketCounts: Codable, Sendable, Hashable {
    /// Tickets in the catalog.
    package var total: Int64
    /// Redeemed ones.
    package var redeemed: Int64
    /// Rejections recorded.
    package var rejected: Int64
    /// Records that the server does not have yet.
    package var awaitingUpload: Int64
    /// Findings, such as double redemptions.
    package var findings: Int64

    package init(
        total: Int64, redeemed: Int64, rejected: Int64, awaitingUpload: Int64, findings: Int64
    ) {
        self.total = total
        self.redeemed = redeemed
        self.rejected = rejected
        self.awaitingUpload = awaitingUpload
        self.findings = findings
    }
}

/// The offline allowance and its use.
package struct OfflineUse: Codable, Sendable, Hashable {
    /// Provisional redemptions allowed; null is unlimited.
    @Nullable package var limit: Int64?
    /// Provisional redemptions made.
    package var used: Int64

    package init(limit: Int64?, used: Int64) {
        self.limit = limit
        self.used = used
    }
}
