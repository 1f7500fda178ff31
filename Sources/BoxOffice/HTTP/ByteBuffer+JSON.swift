import NIOCore

/// JSON written straight into the buffer that is sent.
extension ByteBuffer {
    /// `,"name":"text"`; the name is one of ours and needs no escapes.
    mutating func writeMember(_ name: String, _ text: String) {
        writeString(",\"")
        writeString(name)
        writeString("\":")
        writeJSON(text)
    }

    /// The text in quotes, escaped as RFC 8259 wants it.
    mutating func writeJSON(_ text: String) {
        writeInteger(UInt8(ascii: "\""))
        if text.utf8.contains(where: Self.needsEscape) {
            for byte in text.utf8 { writeEscaped(byte) }
        } else {
            writeString(text)
        }
        writeInteger(UInt8(ascii: "\""))
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func writeEscaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): writeString("\\\"")
        case UInt8(ascii: "\\"): writeString("\\\\")
        case 0..<0x20:
            writeString("\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16))
        default: writeInteger(byte)
        }
    }
}
