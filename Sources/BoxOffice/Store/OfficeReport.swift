/// What became of every ticket and every fact; the sums must add up.
package struct OfficeReport: Codable, Hashable, Sendable {
    package struct Tickets: Codable, Hashable, Sendable {
        package var total = 0
        package var paid = 0
        package var unpaid = 0
        package var canceled = 0
        package var blocked = 0
        /// With at least one entry that stands, and without.
        package var redeemed = 0
        package var open = 0
    }

    package struct Facts: Codable, Hashable, Sendable {
        package var total = 0
        /// Redemptions on the way in and on the way out, also those annulled later.
        package var redeemed = 0
        package var exits = 0
        package var rejected = 0
        /// Annulments.
        package var annulled = 0
        /// Of any kind, about a ticket that is not known here; in none of the others.
        package var unknown = 0
    }

    /// A ticket that was redeemed more often than it is good for.
    package struct Double: Codable, Hashable, Sendable {
        package var key: String
        package var serial: String
        package var entries: Int
        package var redeemed: Int
        package var kiosks: [String]
    }

    package struct Event: Codable, Hashable, Sendable {
        /// Short name.
        package var event: String
        package var name: String
        package var tickets = Tickets()
        package var facts = Facts()
        /// Redemptions on the way in that were not annulled.
        package var standing = 0
        /// Tickets redeemed more often than they are good for, and by how much in all.
        package var doubles = 0
        package var doubleEntries = 0
        /// The first of them.
        package var doubleTickets: [Double] = []
        /// Tickets that were redeemed and are not paid, canceled or blocked.
        package var redeemedUnpaid = 0
        /// How often each reason was given.
        package var rejections: [String: Int] = [:]
        /// Redemptions by the guarantee under which they were made.
        package var guarantees: [String: Int] = [:]
        /// Sums that do not add up, in words; empty is how it must be.
        package var differences: [String] = []
    }

    package var schema = 1
    package var events: [Event] = []
    package var balanced: Bool { events.allSatisfy(\.differences.isEmpty) }
}

extension OfficeReport.Event {
    /// Two ways of counting the same are compared; `ticketCount` and `entered` are kept by the
    /// way, everything else is counted now.
    mutating func balance(ticketCount: Int, entered: Int, annulledEntries: Int) {
        func compare(_ what: String, _ left: Int, _ right: Int) {
            if left != right { differences.append("\(what): \(left) and \(right)") }
        }
        compare(
            "tickets, and those of each status", tickets.total,
            tickets.paid + tickets.unpaid + tickets.canceled + tickets.blocked)
        compare("tickets, and tickets kept count of", tickets.total, ticketCount)
        compare(
            "tickets, and redeemed and open ones", tickets.total, tickets.redeemed + tickets.open)
        compare(
            "facts, and those of each kind", facts.total,
            facts.redeemed + facts.exits + facts.rejected + facts.annulled + facts.unknown)
        compare(
            "standing redemptions, and redeemed without annulled", standing,
            facts.redeemed - annulledEntries)
        compare("standing redemptions, and entries of the tickets", standing, entered)
        compare("rejections, and those of each reason", facts.rejected, rejections.values.sum)
        compare(
            "redemptions, and those of each guarantee", facts.redeemed + facts.exits,
            guarantees.values.sum)
    }
}

extension Sequence<Int> {
    fileprivate var sum: Int { reduce(0, +) }
}

extension OfficeReport {
    private enum CodingKeys: String, CodingKey { case schema, balanced, events }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        schema = try values.decode(Int.self, forKey: .schema)
        events = try values.decode([Event].self, forKey: .events)
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(schema, forKey: .schema)
        try values.encode(balanced, forKey: .balanced)
        try values.encode(events, forKey: .events)
    }
}
