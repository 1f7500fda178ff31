/// Words for people: safe on a terminal, and as wide as they look.
enum Text {
    /// The text without characters that would steer the terminal; names come from other kiosks.
    static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var safe = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { safe.append(isControl(scalar) ? "\u{FFFD}" : scalar) }
        return String(safe)
    }

    /// Columns that the text takes: wide East Asian characters take two, marks none.
    static func width(_ text: String) -> Int {
        text.reduce(0) { sum, character in
            guard let scalar = character.unicodeScalars.first else { return sum }
            return sum + (isWide(scalar.value) ? 2 : 1)
        }
    }

    /// The text, padded or cut to `columns`; a cut shows as `…`.
    static func fitted(_ text: String, to columns: Int, right: Bool = false) -> String {
        let missing = columns - width(text)
        if missing >= 0 {
            let space = String(repeating: " ", count: missing)
            return right ? space + text : text + space
        }
        var cut = ""
        for character in text {
            guard width(cut) + width(String(character)) < columns else { break }
            cut.append(character)
        }
        return cut + "…" + String(repeating: " ", count: max(0, columns - width(cut) - 1))
    }

    /// The text, padded to `columns`; never cut.
    static func padded(_ text: String, to columns: Int) -> String {
        text + String(repeating: " ", count: max(0, columns - width(text)))
    }

    /// Cuts text into lines of at most `columns` at spaces.
    static func wrapped(_ text: String, to columns: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if line.isEmpty {
                line = String(word)
            } else if width(line) + 1 + width(String(word)) <= columns {
                line += " " + word
            } else {
                lines.append(line)
                line = String(word)
            }
        }
        return line.isEmpty ? lines : lines + [line]
    }

    /// `1 kiosk`, `2 kiosks`.
    static func count(_ number: some BinaryInteger, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }

    /// A number with `digits` decimals.
    static func decimal(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "?" }
        let scale = [1, 10, 100, 1000][min(max(digits, 0), 3)]
        let scaled = Int64((value * Double(scale)).rounded())
        let whole = "\(scaled < 0 ? "-" : "")\(abs(scaled) / Int64(scale))"
        guard digits > 0 else { return whole }
        let rest = String(abs(scaled) % Int64(scale))
        return whole + "." + String(repeating: "0", count: digits - rest.count) + rest
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            || (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
    }

    private static func isWide(_ value: UInt32) -> Bool {
        (0x1100...0x115F).contains(value) || (0x2E80...0xA4CF).contains(value)
            || (0xAC00...0xD7A3).contains(value) || (0xF900...0xFAFF).contains(value)
            || (0xFE30...0xFE6F).contains(value) || (0xFF00...0xFF60).contains(value)
            || (0x1F300...0x1FAFF).contains(value) || (0x20000...0x3FFFD).contains(value)
    }
}
