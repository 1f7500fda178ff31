/// One attempt by a kiosk to have the host decide something.
package struct Request: Hashable, Sendable {
    package let id: RequestID
    /// The kiosk where it was made.
    package let kiosk: KioskID
    package let body: RequestBody

    package init(id: RequestID, kiosk: KioskID, body: RequestBody) {
        self.id = id
        self.kiosk = kiosk
        self.body = body
    }
}

/// What is asked of the host.
package enum RequestBody: Hashable, Sendable {
    case redeem(Scan)
    /// Takes a redemption back, named by its request.
    case annul(RequestID, reason: String)
    /// The ticket of a redemption is printed once more.
    case reprint(RequestID, reason: String)
    case importTickets([Ticket])
    case createToken(JoinToken)
    case revokeToken(Key16)
    case revoke(KioskID)
    case admit(JoinApplication)
    case grant(SignedGrant)
    case segmentPage(SegmentPage)
    case receipts([Receipt])

    /// Redemptions are decided many at a time; the rest one at a time, each on the state that the
    /// one before it left.
    package var isRedemption: Bool {
        if case .redeem = self { return true }
        return false
    }
}

/// What a kiosk that wants to join presents, proved under a token.
package struct JoinApplication: Hashable, Sendable {
    package let entry: RosterEntry
    package let token: Key16
    /// Keyed hash over entry, token and request id, under the token's verifier.
    package let proof: Key32
    /// The identity key's signature over the proof.
    package let signature: [UInt8]

    package init(entry: RosterEntry, token: Key16, proof: Key32, signature: [UInt8]) {
        self.entry = entry
        self.token = token
        self.proof = proof
        self.signature = signature
    }
}

/// The host's answer to one request.
package struct Answer: Hashable, Sendable {
    package let request: RequestID
    package let outcome: Outcome

    package init(request: RequestID, outcome: Outcome) {
        self.request = request
        self.outcome = outcome
    }
}

/// How a request ended.
package enum Outcome: Hashable, Sendable {
    /// Recorded, and durable as the guarantee says.
    case decided(DecidedAnswer)
    /// Nothing was recorded, since the credential finds no ticket, or more than one.
    case refused(Reason, candidates: [Candidate])
    case unavailable(Unavailable)
    case imported(ImportCounts)
    case admitted(RosterEntry)
    case done
    case denied(Denial)
}

/// One of several tickets that a credential finds, for the visitor to choose from.
package struct Candidate: Hashable, Sendable {
    package let ticket: TicketID
    package let product: String
    package let seat: String
    package let isRedeemed: Bool

    package init(ticket: TicketID, product: String, seat: String, isRedeemed: Bool) {
        self.ticket = ticket
        self.product = product
        self.seat = seat
        self.isRedeemed = isRedeemed
    }
}

/// A recorded decision as the kiosk shows it.
package struct DecidedAnswer: Hashable, Sendable {
    package let decision: Decision
    package let record: RecordID
    package let guarantee: Guarantee
    package let product: String
    package let seat: String
    /// When and where the ticket was first redeemed; nil where it never was.
    package let first: FirstUse?

    package init(
        decision: Decision, record: RecordID, guarantee: Guarantee, product: String, seat: String,
        first: FirstUse?
    ) {
        self.decision = decision
        self.record = record
        self.guarantee = guarantee
        self.product = product
        self.seat = seat
        self.first = first
    }
}

/// When and at which kiosk a ticket was first redeemed; no kiosk where the ticket server says so.
package struct FirstUse: Hashable, Sendable {
    package let at: WallTime
    package let kiosk: KioskID?

    package init(at: WallTime, kiosk: KioskID?) {
        self.at = at
        self.kiosk = kiosk
    }
}

/// Why an administrative request changed nothing.
package enum Denial: Hashable, Sendable {
    case unknownToken
    case tokenUsedUp
    case tokenExpired
    case badProof
    case nameTaken(suggestion: String)
    case unknownKiosk
    case kioskIsHost
    case kioskRevoked
    /// The kiosk is a member, with another TLS key.
    case otherKey
    case onlyVoter
    case rosterFull
    case tooManyTokens
    case tooManyTickets
    /// No such redemption is known, or it is not one that can be annulled or printed again.
    case unknownRedemption
    case alreadyAnnulled
    /// A grant of that name with a later date is known.
    case olderGrant
    /// Another grant covers one of its events.
    case eventCovered(by: String)
    case tooManyGrants
    /// The request id was used before, for another code.
    case otherRequest
    /// The page was read under a grant that no longer holds.
    case grantChanged
}
