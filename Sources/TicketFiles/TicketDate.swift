/// Reads the dates of a tickets file: ISO 8601 with an offset, as in `2026-12-01T18:00:00+01:00`.
/// A time without offset could mean another hour at another kiosk, so it is refused.
enum TicketDate {
    /// Milliseconds since 1970 UTC.
    static func milliseconds(_ text: String) throws(FieldProblem) -> Int64 {
        var rest = Array(text.utf8)[...]
        guard let year = number(&rest, 4), skip(&rest, "-"), let month = number(&rest, 2),
            skip(&rest, "-"), let day = number(&rest, 2)
        else { throw unreadable(text) }
        guard skip(&rest, "T") || skip(&rest, "t") || skip(&rest, " "),
            let hour = number(&rest, 2), skip(&rest, ":"), let minute = number(&rest, 2)
        else {
            if rest.isEmpty {
                throw FieldProblem(
                    "\(text) has no time and offset; write it like 2026-12-01T18:00:00+01:00")
            }
            throw unreadable(text)
        }
        var (second, millisecond) = (Int64(0), Int64(0))
        if skip(&rest, ":") {
            guard let figures = number(&rest, 2) else { throw unreadable(text) }
            second = figures
            if skip(&rest, ".") || skip(&rest, ",") {
                guard let part = fraction(&rest) else { throw unreadable(text) }
                millisecond = part
            }
        }
        guard !rest.isEmpty else {
            throw FieldProblem(
                "\(text) has no offset; add Z for UTC or an offset such as +01:00")
        }
        guard let offset = offsetMinutes(&rest), rest.isEmpty else { throw unreadable(text) }
        guard year >= 1970, (1...12).contains(month), day >= 1, day <= days(year, month),
            hour < 24, minute < 60, second < 60
        else { throw FieldProblem("\(text) is not a moment that exists; check day and time") }
        let minutes = (daysSinceEpoch(year, month, day) * 24 + hour) * 60 + minute - offset
        return (minutes * 60 + second) * 1000 + millisecond
    }

    private static func unreadable(_ text: String) -> FieldProblem {
        FieldProblem(
            "\(text.prefix(40)) is not an ISO 8601 date; write it like 2026-12-01T18:00:00+01:00")
    }

    private static func skip(_ rest: inout ArraySlice<UInt8>, _ mark: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: mark) else { return false }
        rest.removeFirst()
        return true
    }

    private static func number(_ rest: inout ArraySlice<UInt8>, _ digits: Int) -> Int64? {
        guard rest.count >= digits else { return nil }
        var value: Int64 = 0
        for byte in rest.prefix(digits) {
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            value = value * 10 + Int64(byte - 0x30)
        }
        rest.removeFirst(digits)
        return value
    }

    /// Milliseconds of one to nine digits behind the point.
    private static func fraction(_ rest: inout ArraySlice<UInt8>) -> Int64? {
        let digits = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }
        guard (1...9).contains(digits.count) else { return nil }
        rest.removeFirst(digits.count)
        var padded = (Array(digits) + [0x30, 0x30])[...]
        return number(&padded, 3)
    }

    /// `Z`, `±HH:MM`, `±HHMM` or `±HH`.
    private static func offsetMinutes(_ rest: inout ArraySlice<UInt8>) -> Int64? {
        if skip(&rest, "Z") || skip(&rest, "z") { return 0 }
        let isWest = skip(&rest, "-")
        guard isWest || skip(&rest, "+"), let hours = number(&rest, 2) else { return nil }
        var minutes: Int64 = 0
        if skip(&rest, ":") || !rest.isEmpty {
            guard let figures = number(&rest, 2) else { return nil }
            minutes = figures
        }
        guard hours <= 14, minutes < 60 else { return nil }
        return (hours * 60 + minutes) * (isWest ? -1 : 1)
    }

    private static func days(_ year: Int64, _ month: Int64) -> Int64 {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years begin in March.
    private static func daysSinceEpoch(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return year * 365 + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
    }
}
