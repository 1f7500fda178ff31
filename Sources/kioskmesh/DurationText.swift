import ArgumentParser

/// A duration as people write it: `500ms`, `2s`, `10m`, `12h`, `7d`; a bare number is seconds.
struct DurationText: ExpressibleByArgument, Sendable, Hashable, CustomStringConvertible {
    let milliseconds: Int64

    init(milliseconds: Int64) { self.milliseconds = milliseconds }

    init?(argument: String) {
        let units: [(String, Int64)] = [
            ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("", 1000),
        ]
        guard let (suffix, factor) = units.first(where: { argument.hasSuffix($0.0) }),
            let number = Double(argument.dropLast(suffix.count)), number.isFinite, number >= 0
        else { return nil }
        let milliseconds = number * Double(factor)
        // A century is longer than any wait, and stays far from overflow.
        guard milliseconds <= 3_155_760_000_000 else { return nil }
        self.milliseconds = Int64(milliseconds)
    }

    var duration: Duration { .milliseconds(milliseconds) }

    var description: String {
        for (suffix, factor) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)]
        where milliseconds > 0 && milliseconds % Int64(factor) == 0 {
            return "\(milliseconds / Int64(factor))\(suffix)"
        }
        return "\(milliseconds)ms"
    }

    /// How long ago, in at most two units: `18s`, `3m12s`, `2h05m`, `3d04h`.
    static func spoken(milliseconds: Int64) -> String {
        let seconds = max(0, milliseconds / 1000)
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        switch seconds {
        case ..<60: return "\(seconds)s"
        case ..<3600: return "\(seconds / 60)m\(two(seconds % 60))s"
        case ..<86_400: return "\(seconds / 3600)h\(two(seconds / 60 % 60))m"
        default: return "\(seconds / 86_400)d\(two(seconds / 3600 % 24))h"
        }
    }
}
