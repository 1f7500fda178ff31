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
        var text: [UInt8] = []
        text.reserveCapacity(24)
        Self.append(year, 4, "-", &text)
        Self.append(month, 2, "-", &text)
        Self.append(dayOfMonth, 2, "T", &text)
        Self.append(second / 3600, 2, ":", &text)
        Self.append(second / 60 % 60, 2, ":", &text)
        Self.append(second % 60, 2, ".", &text)
        Self.append(sinceMidnight % 1000, 3, "Z", &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// The same to the second, for tables.
    package var secondsDescription: String { "\(description.dropLast(5))Z" }

    /// Reads `YYYY-MM-DDTHH:MM[:SS[.fff]]` with `Z` or an offset `±HH:MM`; nil for anything else.
    package init?(_ text: String) {
        var rest = Array(text.utf8)[...]
        guard let year = Self.number(&rest, 4), Self.skip(&rest, "-"),
            let month = Self.number(&rest, 2), Self.skip(&rest, "-"),
            let day = Self.number(&rest, 2), Self.skip(&rest, "T") || Self.skip(&rest, " "),
            let hour = Self.number(&rest, 2), Self.skip(&rest, ":"),
            let minute = Self.number(&rest, 2)
        else { return nil }
        var (second, millisecond) = (Int64(0), Int64(0))
        if Self.skip(&rest, ":") {
            guard let figures = Self.number(&rest, 2) else { return nil }
            second = figures
            if Self.skip(&rest, ".") {
                let fraction = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }
                guard (1...9).contains(fraction.count) else { return nil }
                rest.removeFirst(fraction.count)
                var padded = (fraction + [0x30, 0x30])[...]
                millisecond = Self.number(&padded, 3) ?? 0
            }
        }
        guard let offset = Self.offsetMinutes(&rest), rest.isEmpty, (1...12).contains(month),
            day >= 1, hour < 24, minute < 60, second < 60
        else { return nil }
        let days = Self.days(year: year, month: month, day: day)
        guard Self.date(days: days) == (year, month, day) else { return nil }
        let minutes = (days * 24 + hour) * 60 + minute - offset
        millisecondsSinceEpoch = (minutes * 60 + second) * 1000 + millisecond
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

    /// `Z`, `±HH:MM` or `±HHMM`.
    private static func offsetMinutes(_ rest: inout ArraySlice<UInt8>) -> Int64? {
        if skip(&rest, "Z") { return 0 }
        let isWest = skip(&rest, "-")
        guard isWest || skip(&rest, "+"), let hours = number(&rest, 2) else { return nil }
        _ = skip(&rest, ":")
        guard let minutes = number(&rest, 2), hours < 24, minutes < 60 else { return nil }
        return (hours * 60 + minutes) * (isWest ? -1 : 1)
    }

    private static func append(
        _ value: Int64, _ width: Int, _ mark: Unicode.Scalar, _ text: inout [UInt8]
    ) {
        var scale: Int64 = 1
        for _ in 1..<width { scale *= 10 }
        // A year over 9999 shows all of its digits.
        while value / scale >= 10 { scale *= 10 }
        while scale > 0 {
            text.append(UInt8(ascii: "0") + UInt8(abs(value / scale % 10)))
            scale /= 10
        }
        text.append(UInt8(ascii: mark))
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
