/// The daemon's answer to `tickets.import`.
package struct ImportAnswer: Codable, Sendable, Hashable {
    /// The schema's number.
    package let schema: Int
    /// Tickets that are new.
    package var added: Int
    /// Tickets that changed.
    package var updated: Int
    /// Tickets that were there already.
    package var unchanged: Int

    package init(added: Int, updated: Int, unchanged: Int) {
        schema = ControlSchema.version
        self.added = added
        self.updated = updated
        self.unchanged = unchanged
    }
}

/// The answer of `tickets import`: the sum of all chunks, and what was not imported.
package struct ImportReport: Codable, Sendable, Hashable {
    /// The schema's number.
    package let schema: Int
    /// Tickets that are new.
    package var added: Int
    /// Tickets that changed.
    package var updated: Int
    /// Tickets that were there already.
    package var unchanged: Int
    /// Lines that were not imported.
    package var rejected: Int
    /// The first of them, in order.
    package var problems: [ImportProblem]
    /// Remarks on the file.
    package var notes: [String]
    /// Time it took.
    package var seconds: Double

    package init(
        added: Int, updated: Int, unchanged: Int, rejected: Int, problems: [ImportProblem],
        notes: [String], seconds: Double
    ) {
        schema = ControlSchema.version
        self.added = added
        self.updated = updated
        self.unchanged = unchanged
        self.rejected = rejected
        self.problems = problems
        self.notes = notes
        self.seconds = seconds
    }
}

/// One line that was not imported.
package struct ImportProblem: Codable, Sendable, Hashable {
    /// The line's number from 1.
    package var line: Int
    /// The column; null is the whole line.
    @Nullable package var column: String?
    /// What is wrong and what to do.
    package var message: String

    package init(line: Int, column: String?, message: String) {
        self.line = line
        self.column = column
        self.message = message
    }
}

/// The answer of `tickets.show`: the tickets that a code names.
package struct TicketsReport: Codable, Sendable, Hashable {
    /// The schema's number.
    package let schema: Int
    /// One, or several that share an identity number or account.
    package var tickets: [Entry]

    package init(tickets: [Entry]) {
        schema = ControlSchema.version
        self.tickets = tickets
    }

    /// One ticket.
    package struct Entry: Codable, Sendable, Hashable {
        /// The ticket's id.
        package var id: String
        /// Its event.
        @Nullable package var event: String?
        /// Its product.
        @Nullable package var product: String?
        /// Its seat.
        @Nullable package var seat: String?
        /// `paid`, `unpaid`, `canceled` or `blocked`.
        package var status: String
        /// From when it counts.
        @Nullable package var validFrom: Timestamp?
        /// Until when it counts.
        @Nullable package var validUntil: Timestamp?
        /// Redemptions it is good for.
        package var entries: Int
        /// Redemptions so far.
        package var redeemed: Int
        /// The first redemption.
        @Nullable package var first: RedeemAnswer.First?

        package init(
            id: String, event: String?, product: String?, seat: String?, status: String,
            validFrom: Timestamp?, validUntil: Timestamp?, entries: Int, redeemed: Int,
            first: RedeemAnswer.First?
        ) {
            self.id = id
            self.event = event
            self.product = product
            self.seat = seat
            self.status = status
            self.validFrom = validFrom
            self.validUntil = validUntil
            self.entries = entries
            self.redeemed = redeemed
            self.first = first
        }
    }
}

/// The answer of `tickets.stats`.
package struct TicketStatsReport: Codable, Sendable, Hashable {
    /// The schema's number.
    package let schema: Int
    /// The counts.
    package var tickets: TicketCounts

    package init(tickets: TicketCounts) {
        schema = ControlSchema.version
        self.tickets = tickets
    }
}
