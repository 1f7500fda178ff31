/// Why a sealed code was not made or not taken.
package enum SealedTicketCodeError: Error, Hashable, Sendable {
    /// Does not begin like a sealed code: something else was scanned.
    case notSealed
    /// A sealed code of a later version.
    case newerVersion
    /// Longer than any sealed code.
    case tooLong
    /// The text is not base64url without padding, as when a character is missing.
    case unreadable
    /// Sealed to another mesh's key, or altered: without the key the two look alike.
    case cannotOpen
    /// It opened, but what is inside is not the one encoding of a payload.
    case malformed
    /// It opened, but was signed for another mesh.
    case foreignMesh
    /// None of the ticket server's keys signed it.
    case forged
    /// Its time is over.
    case expired
    /// It was issued in the future: the clock here or at the ticket server is wrong.
    case notYetIssued
    /// A payload that no code can hold; in words.
    case unsuitable(String)
    /// The mesh's key is none to which anything can be sealed.
    case badMeshKey

    /// One plain sentence: what happened.
    package var message: String {
        switch self {
        case .notSealed: "This is not an encrypted ticket code."
        case .newerVersion: "This ticket code was made by a newer ticket server."
        case .tooLong: "This is longer than any ticket code."
        case .unreadable: "The ticket code was read wrongly or is incomplete."
        case .cannotOpen: "The ticket code is for another venue, or it was altered."
        case .malformed: "The ticket code does not hold a ticket."
        case .foreignMesh: "The ticket code is for another venue."
        case .forged: "The ticket code was not signed by the ticket server."
        case .expired: "The ticket code has expired."
        case .notYetIssued: "The ticket code is dated in the future."
        case .unsuitable(let words): words
        case .badMeshKey: "The mesh's key is not one to which a ticket can be encrypted."
        }
    }

    /// What a person can do about it.
    package var hint: String {
        switch self {
        case .notSealed: "Show the code that came with the ticket."
        case .newerVersion: "Update KioskMesh on the kiosks."
        case .tooLong, .unreadable: "Scan it again, with the whole code in view."
        case .cannotOpen, .malformed, .foreignMesh, .forged:
            "Check that the ticket is for this venue; otherwise the ticket office helps."
        case .expired: "The ticket office can issue a new code."
        case .notYetIssued: "Check the clocks of the kiosk and of the ticket server."
        case .unsuitable: "Change it and issue the ticket again."
        case .badMeshKey: "Copy the key again from a kiosk of the mesh."
        }
    }
}
