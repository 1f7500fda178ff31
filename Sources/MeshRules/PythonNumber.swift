// pretix evaluates rules in Python, so that texts become numbers, and numbers texts, in Python's
// way. These follow the language reference: int(), float() and str() of the built-in types.

/// A decimal digit in ASCII.
func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

/// The bytes of a text without the white space around it. Python takes the digits of every script;
/// other characters beyond ASCII are in no number.
private func stripped(_ text: String) -> ArraySlice<UInt8> {
    let isSpace = { (byte: UInt8) in
        byte == 0x20 || (0x09...0x0D).contains(byte) || (0x1C...0x1F).contains(byte)
    }
    var bytes = text.unicodeScalars.map { scalar in
        if scalar.isASCII { return UInt8(scalar.value) }
        if scalar.properties.isWhitespace { return 0x20 }
        guard scalar.properties.numericType == .decimal, let value = scalar.properties.numericValue
        else { return 0x7F }
        return UInt8(ascii: "0") + UInt8(value)
    }[...]
    while let first = bytes.first, isSpace(first) { bytes.removeFirst() }
    while let last = bytes.last, isSpace(last) { bytes.removeLast() }
    return bytes
}

/// Drops underscores, each of which must stand between two digits; nil where one does not.
private func withoutUnderscores(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
    var plain: [UInt8] = []
    var previous: UInt8 = 0
    for (index, byte) in zip(bytes.indices, bytes) {
        if byte == UInt8(ascii: "_") {
            guard isDigit(previous), index + 1 < bytes.endIndex, isDigit(bytes[index + 1]) else {
                return nil
            }
        } else {
            plain.append(byte)
        }
        previous = byte
    }
    return plain
}

/// What `int(text)` gives; nil where it fails, or beyond 64 bits.
func pythonInt(_ text: String) -> Int64? {
    guard let plain = withoutUnderscores(stripped(text)) else { return nil }
    return Int64(String(decoding: plain, as: UTF8.self))
}

/// What `float(text)` gives; nil where it fails. Infinities and NaN have names there.
func pythonFloat(_ text: String) -> Double? {
    guard let plain = withoutUnderscores(stripped(text)) else { return nil }
    var rest = plain[...]
    var isNegative = false
    if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
        isNegative = sign == UInt8(ascii: "-")
        rest.removeFirst()
    }
    switch String(decoding: rest, as: UTF8.self).lowercased() {
    case "nan": return .nan
    case "inf", "infinity": return isNegative ? -.infinity : .infinity
    default: break
    }
    guard let magnitude = decimal(rest).flatMap({ Double($0) }) else { return nil }
    return isNegative ? -magnitude : magnitude
}

/// Digits with at most one point among them, at least one digit, then perhaps an exponent: written
/// with digits on both sides of the point, which Python does not demand. nil for anything else.
private func decimal(_ bytes: ArraySlice<UInt8>) -> String? {
    var rest = bytes
    let take = { (rest: inout ArraySlice<UInt8>) -> String in
        let digits = rest.prefix(while: isDigit)
        rest = rest.dropFirst(digits.count)
        return String(decoding: digits, as: UTF8.self)
    }
    let whole = take(&rest)
    var fraction = ""
    if rest.first == UInt8(ascii: ".") {
        rest.removeFirst()
        fraction = take(&rest)
    }
    guard !whole.isEmpty || !fraction.isEmpty else { return nil }
    let mantissa = "0\(whole).\(fraction)0"
    guard let letter = rest.first else { return mantissa }
    guard letter == UInt8(ascii: "e") || letter == UInt8(ascii: "E") else { return nil }
    rest.removeFirst()
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
    let exponent = take(&rest)
    guard !exponent.isEmpty, rest.isEmpty else { return nil }
    return mantissa + (isNegative ? "e-" : "e") + exponent
}

/// What `str(value)` gives: the shortest digits that mean this number, with an exponent below
/// 10⁻⁴ and from 10¹⁶ on.
func pythonText(of value: Double) -> String {
    if value.isNaN { return "nan" }
    let sign = value.sign == .minus ? "-" : ""
    guard value.isFinite else { return sign + "inf" }
    guard value != 0 else { return sign + "0.0" }
    let (digits, exponent) = shortestDigits(of: value.magnitude)
    if exponent < -4 || exponent >= 16 {
        let head = String(digits.prefix(1))
        let tail = digits.count > 1 ? "." + digits.dropFirst() : ""
        let power = String(exponent.magnitude)
        let padded = power.count < 2 ? "0" + power : power
        return sign + head + tail + "e" + (exponent < 0 ? "-" : "+") + padded
    }
    if exponent < 0 {
        return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits
    }
    let whole = digits.prefix(exponent + 1)
    let zeros = String(repeating: "0", count: exponent + 1 - whole.count)
    let fraction = digits.dropFirst(exponent + 1)
    return sign + whole + zeros + "." + (fraction.isEmpty ? "0" : fraction)
}

/// The significant digits of a positive number, and the power of ten of the first of them.
private func shortestDigits(of value: Double) -> (digits: String, exponent: Int) {
    let parts = value.description.split(separator: "e")
    let mantissa = parts.first ?? "0"
    let whole = mantissa.prefix { $0 != "." }
    let all = mantissa.filter { $0 != "." }
    let leading = all.prefix { $0 == "0" }.count
    let power = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    var digits = all.dropFirst(leading)
    while digits.count > 1, digits.last == "0" { digits.removeLast() }
    return (String(digits), power + whole.count - 1 - leading)
}
