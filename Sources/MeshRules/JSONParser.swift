extension JSONValue {
    /// Rules of a list are a few kilobytes; more is not a rule but an attack or a mix-up.
    package static let maximumBytes = 256 * 1024
    /// pretix's editor nests four levels; the parser's own recursion stays small on any stack.
    package static let maximumDepth = 64

    /// Reads one JSON text (RFC 8259) strictly: nothing before or after it but white space, no
    /// comments, no trailing commas, no NaN.
    package static func parse(_ text: String) throws(JSONFault) -> JSONValue {
        guard text.utf8.count <= maximumBytes else {
            throw JSONFault(.tooLong, at: maximumBytes)
        }
        var parser = JSONParser(bytes: Array(text.utf8))
        return try parser.parseWhole()
    }
}

/// A recursive-descent parser over the bytes of one text.
struct JSONParser {
    private let bytes: [UInt8]
    private var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func parseWhole() throws(JSONFault) -> JSONValue {
        let value = try parseValue(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw JSONFault(.trailing, at: position) }
        return value
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    /// The fault for what stands at the present position.
    private func misfit() -> JSONFault {
        JSONFault(position < bytes.count ? .unexpected : .cutOff, at: position)
    }

    private mutating func parseValue(depth: Int) throws(JSONFault) -> JSONValue {
        skipSpace()
        guard let byte = next else { throw misfit() }
        switch byte {
        case UInt8(ascii: "{"): return try parseObject(depth: depth + 1)
        case UInt8(ascii: "["): return try parseArray(depth: depth + 1)
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
        case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
        case UInt8(ascii: "n"): return try parseWord("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try parseNumber()
        default: throw misfit()
        }
    }

    private mutating func parseWord(
        _ word: StaticString, _ value: JSONValue
    ) throws(JSONFault) -> JSONValue {
        for expected in word.description.utf8 {
            guard next == expected else { throw misfit() }
            position += 1
        }
        return value
    }

    private mutating func parseArray(depth: Int) throws(JSONFault) -> JSONValue {
        guard depth <= JSONValue.maximumDepth else { throw JSONFault(.tooDeep, at: position) }
        position += 1
        var values: [JSONValue] = []
        skipSpace()
        if take("]") { return .array(values) }
        while true {
            values.append(try parseValue(depth: depth))
            skipSpace()
            if take("]") { return .array(values) }
            guard take(",") else { throw misfit() }
        }
    }

    private mutating func parseObject(depth: Int) throws(JSONFault) -> JSONValue {
        guard depth <= JSONValue.maximumDepth else { throw JSONFault(.tooDeep, at: position) }
        position += 1
        var members: [JSONValue.Member] = []
        // By exact bytes: strings that are merely canonically equivalent are different names.
        var places: [[UInt8]: Int] = [:]
        skipSpace()
        if take("}") { return .object(members) }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw misfit() }
            let name = try parseString()
            skipSpace()
            guard take(":") else { throw misfit() }
            let value = try parseValue(depth: depth)
            if let place = places[Array(name.utf8)] {
                members[place].value = value
            } else {
                places[Array(name.utf8)] = members.count
                members.append(JSONValue.Member(name, value))
            }
            skipSpace()
            if take("}") { return .object(members) }
            guard take(",") else { throw misfit() }
        }
    }
}

// MARK: - Numbers

extension JSONParser {
    private mutating func takeDigits() -> Int {
        let start = position
        while let byte = next, isDigit(byte) { position += 1 }
        return position - start
    }

    private mutating func parseNumber() throws(JSONFault) -> JSONValue {
        let start = position
        _ = take("-")
        let leading = next
        let whole = takeDigits()
        guard whole == 1 || (whole > 1 && leading != UInt8(ascii: "0")) else {
            throw JSONFault(whole == 0 && next == nil ? .cutOff : .number, at: start)
        }
        var isWhole = true
        if take(".") {
            isWhole = false
            guard takeDigits() > 0 else { throw JSONFault(.number, at: start) }
        }
        if take("e") || take("E") {
            isWhole = false
            if !take("+") { _ = take("-") }
            guard takeDigits() > 0 else { throw JSONFault(.number, at: start) }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isWhole, let value = Int64(text) { return .int(value) }
        guard let value = Double(text), value.isFinite else { throw JSONFault(.number, at: start) }
        return .double(value)
    }
}

// MARK: - Strings

extension JSONParser {
    private mutating func parseString() throws(JSONFault) -> String {
        position += 1
        var text: [UInt8] = []
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                text += UTF8.encode(try parseEscape()).map(Array.init) ?? []
            case 0..<0x20:
                throw JSONFault(.string, at: position)
            default:
                text.append(byte)
                position += 1
            }
        }
        throw JSONFault(.cutOff, at: position)
    }

    private mutating func parseEscape() throws(JSONFault) -> Unicode.Scalar {
        let start = position
        position += 1
        guard let byte = next else { throw JSONFault(.cutOff, at: position) }
        position += 1
        switch byte {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{08}"
        case UInt8(ascii: "f"): return "\u{0C}"
        case UInt8(ascii: "n"): return "\u{0A}"
        case UInt8(ascii: "r"): return "\u{0D}"
        case UInt8(ascii: "t"): return "\u{09}"
        case UInt8(ascii: "u"): break
        default: throw JSONFault(.string, at: start)
        }
        let unit = try parseUnit(of: start)
        if let scalar = Unicode.Scalar(unit) { return scalar }
        // A high surrogate means something only together with the low one that must follow.
        guard unit < 0xDC00, take("\\"), take("u") else { throw JSONFault(.string, at: start) }
        let low = try parseUnit(of: start)
        guard (0xDC00...0xDFFF).contains(low),
            let scalar = Unicode.Scalar(
                0x10000 + ((UInt32(unit) - 0xD800) << 10) + (UInt32(low) - 0xDC00))
        else { throw JSONFault(.string, at: start) }
        return scalar
    }

    /// Four hexadecimal digits.
    private mutating func parseUnit(of start: Int) throws(JSONFault) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = next else { throw JSONFault(.cutOff, at: position) }
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw JSONFault(.string, at: start)
            }
            unit = unit << 4 | UInt16(digit)
            position += 1
        }
        return unit
    }
}
