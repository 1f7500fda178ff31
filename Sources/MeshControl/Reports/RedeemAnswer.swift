/// The answer of `redeem`. A revoked kiosk answers with an error of exit code 4.
package struct RedeemAnswer: Codable, Sendable, Hashable {
    /// The schema's number.
    package let schema: Int
    /// The outcome.
    package var status: RedeemStatus
    /// Why not, in the vocabulary of the design.
    @Nullable package var reason: String?
    /// How safe it is.
    @Nullable package var guarantee: Guarantee?
    /// Disks that hold it.
    @Nullable package var copies: Int?
    /// The attempt's id.
    package var requestId: String
    /// The ticket, where the code named one.
    @Nullable package var ticket: Ticket?
    /// The first redemption, where there was one before.
    @Nullable package var first: First?
    /// `chain/seq/index`.
    @Nullable package var record: String?
    /// More on the reason in plain words.
    @Nullable package var note: String?
    /// With reason `ambiguous`: the tickets to choose from.
    package var candidates: [Candidate] = []
    /// Whether it may still be decided, under the same request id; only where unavailable.
    package var undecided: Bool
    /// What to do about it, where more is known than the reason says.
    @Nullable package var hint: String?

    package init(
        status: RedeemStatus, reason: String?, guarantee: Guarantee?, copies: Int?,
        requestId: String, ticket: Ticket?, first: First?, record: String?,
        undecided: Bool = false, hint: String? = nil
    ) {
        schema = ControlSchema.version
        self.status = status
        self.reason = reason
        self.guarantee = guarantee
        self.copies = copies
        self.requestId = requestId
        self.ticket = ticket
        self.first = first
        self.record = record
        self.undecided = undecided
        self.hint = hint
    }

    /// What to print.
    package struct Ticket: Codable, Sendable, Hashable {
        /// The ticket's id.
        package var id: String
        /// Its product.
        @Nullable package var product: String?
        /// Its seat.
        @Nullable package var seat: String?

        package init(id: String, product: String?, seat: String?) {
            self.id = id
            self.product = product
            self.seat = seat
        }
    }

    /// One of several tickets that a code finds.
    package struct Candidate: Codable, Sendable, Hashable {
        /// What to give as the choice.
        package var id: String
        @Nullable package var product: String?
        @Nullable package var seat: String?
        package var redeemed: Bool

        package init(id: String, product: String?, seat: String?, redeemed: Bool) {
            self.id = id
            self.product = product
            self.seat = seat
            self.redeemed = redeemed
        }
    }

    /// When and where it was first redeemed.
    package struct First: Codable, Sendable, Hashable {
        /// When.
        package var at: Timestamp
        /// Where.
        package var kiosk: String

        package init(at: Timestamp, kiosk: String) {
            self.at = at
            self.kiosk = kiosk
        }
    }
}
