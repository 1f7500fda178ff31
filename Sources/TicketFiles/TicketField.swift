/// The text of one field: trimmed, valid UTF-8, without control characters.
enum TicketField {
    /// The field without spaces and tabs at its ends. Nothing else is changed, so that codes that
    /// only look alike stay different.
    static func trimmed(_ field: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var field = field
        while let byte = field.first, byte == 0x20 || byte == 0x09 { field.removeFirst() }
        while let byte = field.last, byte == 0x20 || byte == 0x09 { field.removeLast() }
        return field
    }

    /// The field's text; throws what is wrong with it.
    static func text(
        _ field: ArraySlice<UInt8>, maximumBytes: Int
    ) throws(FieldProblem) -> String {
        let bytes = trimmed(field)
        if bytes.isEmpty { return "" }
        guard bytes.count <= maximumBytes else {
            throw FieldProblem(
                "is \(bytes.count) bytes long, over \(maximumBytes); shorten it")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw FieldProblem("is not valid UTF-8; save the file as UTF-8")
        }
        // Control characters are single bytes, or U+0080 to U+009F behind the byte 0xC2.
        if bytes.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == 0xC2 }),
            let control = text.unicodeScalars.first(where: isControl)
        {
            throw FieldProblem(words(control))
        }
        return text
    }

    static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
    }

    private static func words(_ control: Unicode.Scalar) -> String {
        switch control.value {
        case 0: "holds a NUL character; remove it"
        case 0x0A, 0x0D: "holds a line break; put the text on one line"
        case 0x09: "holds a tab; write a space instead"
        default:
            "holds the control character U+"
                + String(repeating: "0", count: control.value < 16 ? 3 : 2)
                + String(control.value, radix: 16, uppercase: true) + "; remove it"
        }
    }
}

/// What is wrong with a field; its place is added by whoever knows it.
struct FieldProblem: Error, Sendable, Hashable {
    let message: String
    init(_ message: String) { self.message = message }
}
