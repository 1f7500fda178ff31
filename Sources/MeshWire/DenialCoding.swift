import MeshModel

// The numbers of denials on the wire, as `Protocols/wire.md` lists them.

private let plainDenials: [(UInt32, Denial)] = [
    (1, .unknownToken), (2, .tokenUsedUp), (3, .tokenExpired), (4, .badProof),
    (6, .unknownKiosk), (7, .kioskIsHost), (8, .kioskRevoked), (9, .onlyVoter),
    (10, .rosterFull), (11, .tooManyTokens), (12, .tooManyTickets),
    (13, .otherKey), (14, .unknownRedemption), (15, .alreadyAnnulled), (16, .olderGrant),
    (18, .tooManyGrants), (19, .grantChanged), (20, .otherRequest),
]
private let nameTaken: UInt32 = 5
private let eventCovered: UInt32 = 17

func denial(_ pb: PBDenied) throws(WireError) -> Denial {
    if pb.denial == nameTaken { return .nameTaken(suggestion: pb.suggestion) }
    if pb.denial == eventCovered { return .eventCovered(by: pb.suggestion) }
    guard let known = plainDenials.first(where: { $0.0 == pb.denial }) else {
        throw WireError(.malformed, "denial \(pb.denial) is unknown")
    }
    return known.1
}

extension PBDenied {
    init(_ denial: Denial) {
        self.init()
        if case .nameTaken(let suggestion) = denial {
            self.denial = nameTaken
            self.suggestion = suggestion
        } else if case .eventCovered(let other) = denial {
            self.denial = eventCovered
            self.suggestion = other
        } else {
            self.denial = plainDenials.first { $0.1 == denial }?.0 ?? 0
        }
    }
}
