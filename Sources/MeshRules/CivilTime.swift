/// Date and time of day as a calendar and a clock on a wall show them, without a zone: proleptic
/// Gregorian, years 1 to 9999.
package struct CivilTime: Hashable, Sendable {
    package let year: Int
    package let month: Int
    package let day: Int
    package let hour: Int
    package let minute: Int
    package let second: Int
    package let microsecond: Int

    /// nil where there is no such date or time. Second 60 does not exist: UTC leap seconds are
    /// no part of this scale.
    package init?(
        year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0,
        microsecond: Int = 0
    ) {
        guard (1...9999).contains(year), (1...12).contains(month),
            (1...daysInMonth(year: year, month: month)).contains(day),
            (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second),
            (0...999_999).contains(microsecond)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
        self.microsecond = microsecond
    }

    /// What a wall shows so many microseconds after 1970-01-01 00:00 on that wall; clamped to
    /// years 1 to 9999.
    package init(microseconds: Int64) {
        let clamped = min(max(microseconds, Self.range.lowerBound), Self.range.upperBound)
        let days = floorDivide(clamped, microsecondsPerDay)
        let rest = Int(clamped - days * microsecondsPerDay)
        (year, month, day) = civil(ofDay: Int(days))
        hour = rest / 3_600_000_000
        minute = rest / 60_000_000 % 60
        second = rest / 1_000_000 % 60
        microsecond = rest % 1_000_000
    }

    /// Microseconds from 1970-01-01 00:00 on the same wall.
    package var microseconds: Int64 {
        let seconds = (dayNumber * 24 + hour) * 3600 + minute * 60 + second
        return Int64(seconds) * 1_000_000 + Int64(microsecond)
    }

    /// Days from 1970-01-01.
    package var dayNumber: Int { MeshRules.dayNumber(year: year, month: month, day: day) }

    /// 1 for Monday to 7 for Sunday (ISO 8601).
    package var isoWeekday: Int { MeshRules.isoWeekday(ofDay: dayNumber) }

    /// Microseconds that years 1 to 9999 cover, from 1970.
    package static let range: ClosedRange<Int64> =
        -62_135_596_800_000_000...253_402_300_799_999_999

    /// `2026-11-25 01:13`, for people.
    package var minuteText: String {
        "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2)) \(clockText)"
    }

    /// `01:13`, for people.
    package var clockText: String { "\(padded(hour, 2)):\(padded(minute, 2))" }
}

let microsecondsPerDay: Int64 = 86_400_000_000

private func padded(_ number: Int, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
}

/// Division that rounds to minus infinity; the divisor is positive.
func floorDivide(_ dividend: Int64, _ divisor: Int64) -> Int64 {
    let quotient = dividend / divisor
    return dividend % divisor < 0 ? quotient - 1 : quotient
}

private func daysInMonth(year: Int, month: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
}

/// 1 for Monday to 7 for Sunday; day 0, 1970-01-01, was a Thursday.
func isoWeekday(ofDay day: Int) -> Int { ((day + 3) % 7 + 7) % 7 + 1 }

/// Days from 1970-01-01. The year is taken to begin in March, so that the leap day is its last and
/// months have fixed starts (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms").
func dayNumber(year: Int, month: Int, day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
}

/// The inverse of `dayNumber`.
private func civil(ofDay number: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = number + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
}
