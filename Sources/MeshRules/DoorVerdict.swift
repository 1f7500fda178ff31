/// Why a door refuses, in pretix's words.
package enum DoorReason: String, Hashable, Sendable, CaseIterable {
    case invalid
    case unpaid
    case blocked
    case invalidTime = "invalid_time"
    case canceled
    case alreadyRedeemed = "already_redeemed"
    case product
    case rules
    case revoked
    case unapproved
    case incomplete
}

/// What a door answers to one scan.
package enum DoorVerdict: Hashable, Sendable {
    case pass
    /// The explanation is one short sentence for people.
    case refuse(DoorReason, explanation: String)

    /// The reason; nil where it passes.
    package var reason: DoorReason? {
        switch self {
        case .pass: nil
        case .refuse(let reason, _): reason
        }
    }
}
