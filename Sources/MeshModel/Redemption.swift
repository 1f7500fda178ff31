/// Why a credential was refused: pretix's vocabulary, so that reports line up, then ours.
package enum Reason: UInt8, CaseIterable, Sendable {
    case invalid = 1
    case unpaid = 2
    case blocked = 3
    case invalidTime = 4
    case canceled = 5
    case alreadyRedeemed = 6
    case product = 7
    case rules = 8
    case ambiguous = 9
    case revoked = 10
    case unapproved = 11
    case incomplete = 12
    case notAuthorized = 13
    case conflict = 14

    /// The word on the command line and in reports.
    package var word: String {
        switch self {
        case .invalid: "invalid"
        case .unpaid: "unpaid"
        case .blocked: "blocked"
        case .invalidTime: "invalid_time"
        case .canceled: "canceled"
        case .alreadyRedeemed: "already_redeemed"
        case .product: "product"
        case .rules: "rules"
        case .ambiguous: "ambiguous"
        case .revoked: "revoked"
        case .unapproved: "unapproved"
        case .incomplete: "incomplete"
        case .notAuthorized: "not_authorized"
        case .conflict: "conflict"
        }
    }
}

/// Why no decision could be had; nothing was decided and the same request id may be sent again.
package enum Unavailable: UInt8, Sendable {
    case noHost = 1
    case staleData = 2
    case busy = 3
    case revokedKiosk = 4

    /// The word on the command line.
    package var word: String {
        switch self {
        case .noHost: "no_host"
        case .staleData: "stale_data"
        case .busy: "busy"
        case .revokedKiosk: "revoked_kiosk"
        }
    }
}

/// How safe an acknowledged redemption is.
package enum Guarantee: Hashable, Sendable {
    /// On this many disks, at least 2.
    case replicated(copies: Int)
    /// On one disk.
    case singleCopy
    /// Accepted without quorum, against the offline allowance.
    case provisional
    /// In the memory of kiosks without storage.
    case volatile

    /// The word on the command line.
    package var word: String {
        switch self {
        case .replicated: "replicated"
        case .singleCopy: "single-copy"
        case .provisional: "provisional"
        case .volatile: "volatile"
        }
    }
}

/// What the host decided on one credential.
package enum Verdict: Hashable, Sendable {
    case redeemed
    case rejected(Reason)
}

/// The recorded decision on one request: a fact in the log.
package struct Decision: Hashable, Sendable {
    package let request: RequestID
    /// The kiosk where the credential was shown.
    package let kiosk: KioskID
    package let ticket: TicketID
    package let list: ListID
    package let direction: ScanKind
    package let verdict: Verdict
    /// Why, where the reason's word does not say it all; at most `TextLimits.words` bytes.
    package let note: String
    /// The host's wall clock.
    package let at: WallTime

    package init(
        request: RequestID, kiosk: KioskID, ticket: TicketID, list: ListID = 0,
        direction: ScanKind = .entry, verdict: Verdict, note: String = "", at: WallTime
    ) {
        self.request = request
        self.kiosk = kiosk
        self.ticket = ticket
        self.list = list
        self.direction = direction
        self.verdict = verdict
        self.note = note
        self.at = at
    }
}
