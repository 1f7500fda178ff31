/// Lengths of time and shares as a person writes them in a scenario or on the command line.
package enum Quantity {
    /// Nanoseconds of `250ms`, `90s`, `10m` or `2h`; nil for anything else.
    package static func nanoseconds(_ text: String) -> UInt64? {
        let units: [(String, Double)] = [
            ("ms", 1e6), ("us", 1e3), ("s", 1e9), ("m", 60e9), ("h", 3600e9),
        ]
        for (unit, scale) in units where text.hasSuffix(unit) {
            guard let number = Double(text.dropLast(unit.count)), number >= 0, number < 1e6 else {
                return nil
            }
            return UInt64(number * scale)
        }
        return nil
    }

    /// Parts of 10,000 of `0.5%`; nil for anything else, and above 100 %.
    package static func inTenThousand(_ text: String) -> UInt64? {
        guard text.hasSuffix("%"), let number = Double(text.dropLast()), (0...100).contains(number)
        else { return nil }
        return UInt64(number * 100)
    }
}
