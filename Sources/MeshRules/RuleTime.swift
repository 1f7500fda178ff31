/// A moment in a rule, in microseconds from 1970 UTC.
///
/// A time of day on the present day is kept as the wall shows it as well, because to it minutes
/// are added on the wall: on the night the clocks change that is not the same.
struct RuleTime {
    let moment: Int64
    /// Microseconds from 1970-01-01 00:00 on the wall of the event; nil for a mere moment.
    let wall: Int64?

    init(moment: Int64, wall: Int64? = nil) {
        self.moment = moment
        self.wall = wall
    }

    func isLess(_ other: RuleTime) -> Bool {
        if let a = wall, let b = other.wall { return a < b }
        return moment < other.moment
    }

    func equals(_ other: RuleTime) -> Bool {
        if let a = wall, let b = other.wall { return a == b }
        return moment == other.moment
    }

    /// Later by a number of minutes, rounded to microseconds.
    func adding(minutes: Double, in zone: ZoneTable) throws(RuleTrouble) -> RuleTime {
        let limit = Double(Int64.max / 60_000_000 / 4)
        guard minutes.magnitude < limit else { throw Self.beyond }
        let whole = Int64(minutes)
        let fraction = ((minutes - Double(whole)) * 60_000_000).rounded(.toNearestOrEven)
        let start = wall ?? moment
        let end = start + whole * 60_000_000 + Int64(fraction)
        guard CivilTime.range.contains(end) else { throw Self.beyond }
        guard wall != nil else { return RuleTime(moment: end) }
        return RuleTime(moment: zone.microseconds(ofLocal: end, isSecond: false), wall: end)
    }

    private static let beyond = RuleTrouble("a time lies beyond the years 1 to 9999")
}

// MARK: - Reading times

/// Times as rules write them: a subset of ISO 8601, which is all that pretix's editor makes.
struct RuleTimeText {
    private var rest: ArraySlice<UInt8>
    private let text: String

    init(_ text: String) {
        self.text = text
        rest = Array(text.utf8)[...]
    }

    /// `2026-11-25T01:13[:57[.780984]]` and `Z` or an offset: one moment.
    static func moment(_ text: String) throws(RuleTrouble) -> RuleTime {
        var reader = RuleTimeText(text)
        guard let date = reader.takeCivilDay(), reader.take("T") || reader.take(" "),
            let clock = reader.takeClock(on: date)
        else { throw reader.misread("a date and time") }
        guard !reader.rest.isEmpty else {
            throw RuleTrouble("the time “\(text)” does not say its offset from UTC")
        }
        guard let offset = reader.takeOffset(), reader.rest.isEmpty else {
            throw reader.misread("a date and time")
        }
        return RuleTime(moment: clock.microseconds - offset)
    }

    /// `01:13[:57[.780984]]`, or the time of day of a whole date and time.
    static func timeOfDay(_ text: String) throws(RuleTrouble) -> Int64 {
        var reader = RuleTimeText(text)
        if let date = reader.takeCivilDay() {
            guard reader.take("T") || reader.take(" "), let clock = reader.takeClock(on: date),
                reader.rest.isEmpty || reader.takeOffset() != nil, reader.rest.isEmpty
            else { throw reader.misread("a time of day") }
            return clock.microseconds - date.microseconds
        }
        guard let epoch = CivilTime(year: 1970, month: 1, day: 1),
            let clock = reader.takeClock(on: epoch), reader.rest.isEmpty
        else { throw reader.misread("a time of day") }
        return clock.microseconds
    }

    private func misread(_ what: String) -> RuleTrouble {
        RuleTrouble("“\(text.prefix(40))” is not \(what)")
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    /// A number of so many digits.
    private mutating func takeNumber(_ counts: ClosedRange<Int>) -> Int? {
        let digits = rest.prefix(while: isDigit)
        guard counts.contains(digits.count) else { return nil }
        rest = rest.dropFirst(digits.count)
        return Int(String(decoding: digits, as: UTF8.self))
    }

    /// Takes nothing where no date stands.
    private mutating func takeCivilDay() -> CivilTime? {
        let start = rest
        guard let year = takeNumber(4...4), take("-"), let month = takeNumber(2...2), take("-"),
            let day = takeNumber(2...2), let date = CivilTime(year: year, month: month, day: day)
        else {
            rest = start
            return nil
        }
        return date
    }

    private mutating func takeClock(on date: CivilTime) -> CivilTime? {
        guard let hour = takeNumber(1...2), take(":"), let minute = takeNumber(2...2) else {
            return nil
        }
        var second = 0
        var microsecond = 0
        if take(":") {
            guard let number = takeNumber(2...2) else { return nil }
            second = number
            if take(".") {
                let digits = rest.prefix(while: isDigit)
                guard !digits.isEmpty else { return nil }
                rest = rest.dropFirst(digits.count)
                let six = String(decoding: digits.prefix(6), as: UTF8.self)
                let zeros = String(repeating: "0", count: 6 - six.utf8.count)
                microsecond = Int(six + zeros) ?? 0
            }
        }
        return CivilTime(
            year: date.year, month: date.month, day: date.day, hour: hour, minute: minute,
            second: second, microsecond: microsecond)
    }

    /// Microseconds east of UTC: `Z`, `+01:00`, `+0100` or `+01`.
    private mutating func takeOffset() -> Int64? {
        if take("Z") { return 0 }
        let isWest = rest.first == UInt8(ascii: "-")
        guard take("+") || take("-") else { return nil }
        let digits = rest.prefix(while: isDigit).count
        guard let number = takeNumber(2...4), digits != 3 else { return nil }
        var hours = digits == 4 ? number / 100 : number
        var minutes = digits == 4 ? number % 100 : 0
        if digits == 2, take(":") {
            guard let number = takeNumber(2...2) else { return nil }
            minutes = number
        }
        guard hours < 24, minutes < 60 else { return nil }
        hours *= 60
        minutes += hours
        return Int64(isWest ? -minutes : minutes) * 60_000_000
    }
}
