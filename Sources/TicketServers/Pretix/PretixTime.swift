import FoundationEssentials

/// A moment in ISO 8601 with an offset, as pretix reads and writes it.
struct PretixTime: Hashable, Sendable, Decodable {
    /// Since 1970 UTC; what is finer is cut off.
    var milliseconds: Int64

    init(milliseconds: Int64) { self.milliseconds = milliseconds }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let time = PretixTime(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "no time with an offset")
        }
        self = time
    }

    /// Reads `2026-12-01T18:00:00[.123456](Z|+01:00)`.
    init?(_ text: String) {
        var rest = Substring(text)
        guard let year = Self.number(&rest, 4), Self.skip(&rest, "-"),
            let month = Self.number(&rest, 2), Self.skip(&rest, "-"),
            let day = Self.number(&rest, 2), Self.skip(&rest, "T"),
            let hour = Self.number(&rest, 2), Self.skip(&rest, ":"),
            let minute = Self.number(&rest, 2), Self.skip(&rest, ":"),
            let second = Self.number(&rest, 2)
        else { return nil }
        guard let milliseconds = Self.fraction(&rest), let offset = Self.offsetMinutes(&rest),
            rest.isEmpty, (1...12).contains(month), (1...31).contains(day),
            hour < 24, minute < 60, second < 60
        else { return nil }
        let days = Self.days(year, month, day)
        let seconds = ((days * 24 + hour) * 60 + minute - offset) * 60 + second
        self.milliseconds = seconds * 1_000 + milliseconds
    }

    /// In UTC with milliseconds: `2026-12-01T18:00:00.123Z`. Years beyond 1 to 9999 are cut to
    /// these.
    var text: String {
        let limited = min(max(milliseconds, -62_135_596_800_000), 253_402_300_799_999)
        let (days, rest) = Self.floored(limited, 86_400_000)
        let (year, month, day) = Self.date(days)
        let fields = [
            (rest / 3_600_000, ":"), (rest / 60_000 % 60, ":"), (rest / 1_000 % 60, "."),
        ]
        let time = fields.map { Self.padded($0.0, 2) + $0.1 }.joined()
        let date = [Self.padded(year, 4), Self.padded(month, 2), Self.padded(day, 2)]
        return date.joined(separator: "-") + "T" + time + Self.padded(rest % 1_000, 3) + "Z"
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func skip(_ rest: inout Substring, _ mark: Character) -> Bool {
        guard rest.first == mark else { return false }
        rest.removeFirst()
        return true
    }

    private static func number(_ rest: inout Substring, _ count: Int) -> Int64? {
        let digits = rest.prefix(count)
        guard digits.utf8.count == count, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        rest.removeFirst(count)
        return Int64(digits)
    }

    /// Milliseconds of `.123456`; 0 where there is no fraction, nil where it is not one.
    private static func fraction(_ rest: inout Substring) -> Int64? {
        guard skip(&rest, ".") else { return 0 }
        let digits = rest.prefix { ("0"..."9").contains($0) }
        guard (1...9).contains(digits.count) else { return nil }
        rest.removeFirst(digits.count)
        return Int64((digits + "00").prefix(3))
    }

    private static func offsetMinutes(_ rest: inout Substring) -> Int64? {
        if skip(&rest, "Z") { return 0 }
        let isNegative = rest.first == "-"
        guard skip(&rest, "+") || skip(&rest, "-"), let hours = number(&rest, 2),
            skip(&rest, ":"), let minutes = number(&rest, 2), hours < 24, minutes < 60
        else { return nil }
        return (isNegative ? -1 : 1) * (hours * 60 + minutes)
    }

    private static func floored(_ value: Int64, _ divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    // Days since 1970 in the Gregorian calendar and back, years counted from March
    // (H. Hinnant, "chrono-compatible low-level date algorithms").
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = floored(shifted, 400)
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func date(_ days: Int64) -> (Int64, Int64, Int64) {
        let (era, dayOfEra) = floored(days + 719_468, 146_097)
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }
}
