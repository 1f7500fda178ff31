/// How the mesh is, as one word.
package enum Health: String, Codable, Sendable, Hashable, CaseIterable {
    /// A strict host is known, every member is well, every storage is in sync.
    case healthy
    /// Redeeming, but not all of that.
    case degraded
    /// No strict host is known.
    case noHost = "no-host"
    /// This kiosk reaches no other one.
    case isolated
}

/// What a kiosk does now.
package enum KioskRole: String, Codable, Sendable, Hashable, CaseIterable {
    /// Decides redemptions.
    case host
    /// Holds everything and can become host.
    case standby
    /// Any other.
    case kiosk
}

/// How a kiosk looks from here.
package enum KioskState: String, Codable, Sendable, Hashable, CaseIterable {
    /// Answers.
    case ok
    /// Did not answer lately.
    case suspect
    /// Is gone.
    case lost
    /// Was cut off for good.
    case revoked
}

/// How safe an acknowledged redemption is.
package enum Guarantee: String, Codable, Sendable, Hashable, CaseIterable {
    /// On several disks.
    case replicated
    /// On one disk.
    case singleCopy = "single-copy"
    /// Accepted without quorum.
    case provisional
    /// On no disk.
    case volatile
}

/// The outcome of a redemption.
package enum RedeemStatus: String, Codable, Sendable, Hashable, CaseIterable {
    /// The ticket is redeemed.
    case ok
    /// It is not, and `reason` says why.
    case rejected
    /// Nothing could be decided.
    case unavailable
}

/// What a code is read as.
package enum CodeKind: String, Codable, Sendable, Hashable, CaseIterable {
    /// Whatever it is found as.
    case auto
    /// The ticket's serial.
    case serial
    /// The text of its QR code.
    case qr
    /// The visitor's identity number.
    case id
    /// The visitor's account.
    case account
}

/// What `wait` waits for.
package enum WaitGoal: String, Codable, Sendable, Hashable, CaseIterable {
    /// On the roster and linked to a member.
    case joined
    /// A strict host is known.
    case host
    /// This kiosk's lag is 0.
    case synced
    /// A redemption would be decided now.
    case redeeming
    /// Nothing waits to be replicated or uploaded.
    case idle
}
