/// What rules may ask about one scan of one ticket on one list.
package struct RuleFacts: Sendable {
    let product: UInt64
    let variation: UInt64?
    let event: DoorEvent
    /// The scan, in microseconds.
    let moment: Int64
    /// The entries before, in microseconds, ascending.
    let entries: [Int64]
    /// The last scan was an entry.
    let isPresent: Bool

    package init(ticket: DoorTicket, event: DoorEvent, at: Int64, history: [PastScan]) {
        product = ticket.product
        variation = ticket.variation
        self.event = event
        moment = clampedMicroseconds(at)
        entries = history.filter { !$0.isExit }.map { clampedMicroseconds($0.at) }.sorted()
        isPresent = history.latest.map { !$0.isExit } ?? false
    }

    /// Names that rules may use.
    enum Variable: String, CaseIterable {
        case product
        case variation
        case gate
        case moment = "now"
        case weekday = "now_isoweekday"
        case entriesNumber = "entries_number"
        case entriesToday = "entries_today"
        case entriesDays = "entries_days"
        case minutesSinceLastEntry = "minutes_since_last_entry"
        case minutesSinceFirstEntry = "minutes_since_first_entry"
        case entryStatus = "entry_status"
    }

    func value(of variable: Variable) throws(RuleTrouble) -> RuleValue {
        switch variable {
        case .product: try id(product)
        case .variation: try variation.map(id) ?? .null
        case .gate: try event.gate.map(id) ?? .null
        case .moment: .time(RuleTime(moment: moment))
        case .weekday:
            .int(
                Int64(CivilTime(microseconds: event.zone.localMicroseconds(of: moment)).isoWeekday))
        case .entriesNumber: .int(Int64(entries.count))
        case .entriesToday: .int(entries(since: event.zone.startOfDay(atMicroseconds: moment)))
        case .entriesDays: .int(days(of: entries[...]))
        case .minutesSinceLastEntry: minutes(since: entries.last)
        case .minutesSinceFirstEntry: minutes(since: entries.first)
        case .entryStatus: .string(isPresent ? "present" : "absent")
        }
    }

    /// What counts the entries on one side of a moment.
    enum Count: String, CaseIterable {
        case since = "entries_since"
        case before = "entries_before"
        case daysSince = "entries_days_since"
        case daysBefore = "entries_days_before"
    }

    func value(of count: Count, _ cutoff: RuleTime) -> RuleValue {
        let split = entries.firstIndex { $0 >= cutoff.moment } ?? entries.count
        return switch count {
        case .since: .int(Int64(entries.count - split))
        case .before: .int(Int64(split))
        case .daysSince: .int(days(of: entries[split...]))
        case .daysBefore: .int(days(of: entries[..<split]))
        }
    }

    private func id(_ id: UInt64) throws(RuleTrouble) -> RuleValue {
        guard let id = Int64(exactly: id) else { throw RuleTrouble("id \(id) is too large") }
        return .int(id)
    }

    private func entries(since moment: Int64) -> Int64 {
        Int64(entries.count { $0 >= moment })
    }

    /// On how many days of the event's zone these fell.
    private func days(of entries: ArraySlice<Int64>) -> Int64 {
        let days = entries.map {
            floorDivide(event.zone.localMicroseconds(of: $0), microsecondsPerDay)
        }
        return Int64(Set(days).count)
    }

    /// Whole minutes, rounded down, as a fraction like pretix's; −1 without an entry.
    private func minutes(since entry: Int64?) -> RuleValue {
        guard let entry else { return .int(-1) }
        return .double(Double(floorDivide(moment - entry, 60_000_000)))
    }
}
