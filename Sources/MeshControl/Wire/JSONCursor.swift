/// Why bytes are not the JSON that was expected, and where.
package struct JSONFault: Error, Sendable, Hashable {
    /// What was expected, in words.
    package let expected: String
    /// Byte offset in the line.
    package let offset: Int
}

/// Reads JSON in place, without building a tree: the counterpart of `JSONWriter`.
/// Every bound is checked, so that no peer's line can trap.
package struct JSONCursor {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    /// A cursor at the start of `bytes`.
    package init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    /// Steps into an object.
    package mutating func beginObject() throws(JSONFault) {
        try expect(UInt8(ascii: "{"), "an object")
    }

    /// The next member's key, or nil at the object's end. Keys with escapes come as written.
    package mutating func nextKey(first: Bool) throws(JSONFault) -> ArraySlice<UInt8>? {
        if try endsHere(UInt8(ascii: "}"), first: first) { return nil }
        skipSpace()
        let quoted = try skipString()
        try expect(UInt8(ascii: ":"), "a colon")
        return bytes[quoted.dropFirst().dropLast()]
    }

    /// Steps into an array.
    package mutating func beginArray() throws(JSONFault) {
        try expect(UInt8(ascii: "["), "an array")
    }

    /// Whether another element follows; false steps out of the array.
    package mutating func nextElement(first: Bool) throws(JSONFault) -> Bool {
        try !endsHere(UInt8(ascii: "]"), first: first)
    }

    /// Demands that nothing but white space is left.
    package mutating func end() throws(JSONFault) {
        skipSpace()
        guard position == bytes.endIndex else { throw fault("the end of the line") }
    }

    /// Steps over one value of any kind and returns its bytes.
    package mutating func value() throws(JSONFault) -> ArraySlice<UInt8> {
        skipSpace()
        let start = position
        try skipValue(depth: 0)
        return bytes[start..<position]
    }

    /// A string's text; escapes are resolved and UTF-8 is checked.
    package mutating func string() throws(JSONFault) -> String {
        skipSpace()
        let inner = try skipString().dropFirst().dropLast()
        if !bytes[inner].contains(UInt8(ascii: "\\")) {
            guard let text = String(validating: bytes[inner], as: UTF8.self) else {
                throw fault("valid UTF-8")
            }
            return text
        }
        let plain = try unescape(inner)
        guard let text = String(validating: plain, as: UTF8.self) else {
            throw fault("valid UTF-8")
        }
        return text
    }

    /// A string or null.
    package mutating func optionalString() throws(JSONFault) -> String? {
        try takeNull() ? nil : try string()
    }

    /// A whole number.
    package mutating func integer() throws(JSONFault) -> Int64 {
        skipSpace()
        let isNegative = peek() == UInt8(ascii: "-")
        if isNegative { position += 1 }
        let start = position
        var value: Int64 = 0
        while let byte = peek(), byte >= 0x30, byte <= 0x39 {
            let (scaled, overflowed) = value.multipliedReportingOverflow(by: 10)
            let (sum, carried) = scaled.subtractingReportingOverflow(Int64(byte - 0x30))
            guard !overflowed, !carried else { throw fault("a smaller number") }
            value = sum
            position += 1
        }
        guard position > start else { throw fault("a whole number") }
        if let byte = peek(), byte == 0x2E || byte | 0x20 == 0x65 {
            throw fault("a whole number")
        }
        // Digits are summed below zero, where one more value fits.
        guard isNegative || value != .min else { throw fault("a smaller number") }
        return isNegative ? value : -value
    }

    /// A whole number or null.
    package mutating func optionalInteger() throws(JSONFault) -> Int64? {
        try takeNull() ? nil : try integer()
    }

    /// Steps over `null` if it is next.
    package mutating func takeNull() throws(JSONFault) -> Bool {
        skipSpace()
        guard peek() == UInt8(ascii: "n") else { return false }
        try skipWord("null")
        return true
    }

    /// `true` or `false`.
    package mutating func boolean() throws(JSONFault) -> Bool {
        skipSpace()
        if peek() == UInt8(ascii: "t") {
            try skipWord("true")
            return true
        }
        try skipWord("false")
        return false
    }
}

extension JSONCursor {
    private func peek() -> UInt8? {
        position < bytes.endIndex ? bytes[position] : nil
    }

    private func fault(_ expected: String) -> JSONFault {
        JSONFault(expected: expected, offset: position - bytes.startIndex)
    }

    private mutating func skipSpace() {
        while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            position += 1
        }
    }

    private mutating func expect(_ byte: UInt8, _ words: String) throws(JSONFault) {
        skipSpace()
        guard peek() == byte else { throw fault(words) }
        position += 1
    }

    private mutating func endsHere(_ bracket: UInt8, first: Bool) throws(JSONFault) -> Bool {
        skipSpace()
        if peek() == bracket {
            position += 1
            return true
        }
        if !first { try expect(UInt8(ascii: ","), "a comma") }
        return false
    }

    /// The range of a string with its quotes.
    private mutating func skipString() throws(JSONFault) -> Range<Int> {
        let start = position
        guard peek() == UInt8(ascii: "\"") else { throw fault("a string") }
        position += 1
        while let byte = peek() {
            position += 1
            if byte == UInt8(ascii: "\"") { return start..<position }
            if byte == UInt8(ascii: "\\") { position += 1 }
            if byte < 0x20 { throw fault("no control character") }
        }
        throw fault("the end of a string")
    }

    private mutating func skipWord(_ word: String) throws(JSONFault) {
        for byte in word.utf8 {
            guard peek() == byte else { throw fault(word) }
            position += 1
        }
    }

    private mutating func skipValue(depth: Int) throws(JSONFault) {
        guard depth < ControlLimits.jsonDepth else { throw fault("fewer nested values") }
        skipSpace()
        switch peek() {
        case UInt8(ascii: "\""): _ = try skipString()
        case UInt8(ascii: "{"):
            try beginObject()
            var first = true
            while try nextKey(first: first) != nil {
                try skipValue(depth: depth + 1)
                first = false
            }
        case UInt8(ascii: "["):
            try beginArray()
            var first = true
            while try nextElement(first: first) {
                try skipValue(depth: depth + 1)
                first = false
            }
        case UInt8(ascii: "t"): try skipWord("true")
        case UInt8(ascii: "f"): try skipWord("false")
        case UInt8(ascii: "n"): try skipWord("null")
        default: try skipNumber()
        }
    }

    private mutating func skipNumber() throws(JSONFault) {
        let start = position
        var hasDigit = false
        while let byte = peek() {
            let isDigit = byte >= 0x30 && byte <= 0x39
            let isSign = byte == 0x2B || byte == 0x2D || byte == 0x2E || byte | 0x20 == 0x65
            guard isDigit || isSign else { break }
            hasDigit = hasDigit || isDigit
            position += 1
        }
        guard hasDigit, position > start else { throw fault("a value") }
    }

    private func unescape(_ range: Range<Int>) throws(JSONFault) -> [UInt8] {
        var plain: [UInt8] = []
        plain.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = bytes[index]
            index += 1
            guard byte == UInt8(ascii: "\\") else {
                plain.append(byte)
                continue
            }
            guard index < range.upperBound else { throw fault("an escape") }
            let kind = bytes[index]
            index += 1
            switch kind {
            case UInt8(ascii: "n"): plain.append(0x0A)
            case UInt8(ascii: "t"): plain.append(0x09)
            case UInt8(ascii: "r"): plain.append(0x0D)
            case UInt8(ascii: "b"): plain.append(0x08)
            case UInt8(ascii: "f"): plain.append(0x0C)
            case 0x22, 0x2F, 0x5C: plain.append(kind)
            case UInt8(ascii: "u"):
                plain.append(contentsOf: Array(String(try scalar(&index, range.upperBound)).utf8))
            default: throw fault("a known escape")
            }
        }
        return plain
    }

    /// The scalar of one `\uXXXX`, or of a surrogate pair of two.
    private func scalar(_ index: inout Int, _ end: Int) throws(JSONFault) -> Unicode.Scalar {
        let high = try fourDigits(&index, end)
        if let scalar = Unicode.Scalar(high) { return scalar }
        guard high < 0xDC00, index + 6 <= end, bytes[index] == 0x5C, bytes[index + 1] == 0x75
        else { throw fault("a surrogate pair") }
        index += 2
        let low = try fourDigits(&index, end)
        guard low >= 0xDC00, low < 0xE000 else { throw fault("a surrogate pair") }
        guard let scalar = Unicode.Scalar(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
        else { throw fault("a character") }
        return scalar
    }

    private func fourDigits(_ index: inout Int, _ end: Int) throws(JSONFault) -> UInt32 {
        guard index + 4 <= end else { throw fault("four digits") }
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(bytes[index])).hexDigitValue else {
                throw fault("four digits")
            }
            value = value << 4 | UInt32(digit)
            index += 1
        }
        return value
    }
}
