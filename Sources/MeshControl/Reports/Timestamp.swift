/// A moment as the schema writes it: ISO 8601, UTC, milliseconds (`2026-12-01T17:00:00.000Z`).
package struct Timestamp: Sendable, Hashable, Comparable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    package let millisecondsSinceEpoch: Int64

    package init(millisecondsSinceEpoch: Int64) {
        self.millisecondsSinceEpoch = millisecondsSinceEpoch
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.millisecondsSinceEpoch < right.millisecondsSinceEpoch
    }
}

extension Timestamp: CustomStringConvertible {
    /// The 24 characters of the schema.
    package var description: String {
        let day = Int64(86_400_000)
        let sinceMidnight = (millisecondsSinceEpoch % day + day) % day
        let days = (millisecondsSinceEpoch - sinceMidnight) / day
        let (year, month, dayOfMonth) = Self.date(days: days)
        let second = sinceMidnight / 1000
        return Self.digits(year, 4) + "-" + Self.digits(month, 2) + "-" + Self.digits(dayOfMonth, 2)
            + "T" + Self.digits(second / 3600, 2) + ":" + Self.digits(second / 60 % 60, 2) + ":"
            + Self.digits(second % 60, 2) + "." + Self.digits(sinceMidnight % 1000, 3) + "Z"
    }

    /// Reads `YYYY-MM-DDTHH:MM[:SS[.fff]]` with `Z` or an offset `±HH:MM`; nil for anything else.
    package init?(_ text: String) {
        let pattern =
            /(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?([Zz]|[+-]\d\d:?\d\d)/
        guard let found = try? pattern.wholeMatch(in: text)?.output,
            let year = Int64(found.1), let month = Int64(found.2), let day = Int64(found.3),
            let hour = Int64(found.4), let minute = Int64(found.5),
            let second = Int64(found.6 ?? "0"), (1...12).contains(month), day >= 1, hour < 24,
            minute < 60, second < 60
        else { return nil }
        let days = Self.days(year: year, month: month, day: day)
        guard Self.date(days: days) == (year, month, day) else { return nil }
        let fraction = (found.7.map(String.init) ?? "") + "000"
        var offset: Int64 = 0
        if found.8.count > 1 {
            let figures = found.8.filter(\.isNumber)
            guard let hours = Int64(figures.prefix(2)), let minutes = Int64(figures.suffix(2)),
                hours < 24, minutes < 60
            else { return nil }
            offset = (hours * 60 + minutes) * (found.8.first == "-" ? -1 : 1)
        }
        let seconds = ((days * 24 + hour) * 60 + minute - offset) * 60 + second
        millisecondsSinceEpoch = seconds * 1000 + (Int64(fraction.prefix(3)) ?? 0)
    }

    private static func digits(_ value: Int64, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": eras of 400 years from March.
    private static func date(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let march = (5 * dayOfYear + 2) / 153
        let month = march < 10 ? march + 3 : march - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * march + 2) / 5 + 1)
    }

    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}

extension Timestamp: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let time = Timestamp(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "not an ISO 8601 time with offset")
        }
        self = time
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
