/// Writes JSON straight into bytes. The redeem and import paths run thousands of times a second,
/// where `JSONEncoder` would cost more than the redemption; everything else uses Codable.
package struct JSONWriter {
    /// What has been written so far.
    package var bytes: [UInt8]
    private var needsComma = false

    /// An empty writer that has room for `capacity` bytes.
    package init(reserving capacity: Int = 256) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// Opens an object, as the next element where one is due.
    package mutating func beginObject() { open(UInt8(ascii: "{")) }

    /// Closes the innermost object.
    package mutating func endObject() { close(UInt8(ascii: "}")) }

    /// Opens an array.
    package mutating func beginArray() { open(UInt8(ascii: "[")) }

    /// Closes the innermost array.
    package mutating func endArray() { close(UInt8(ascii: "]")) }

    /// Writes a member's key; `name` must need no escape, as all of ours don't.
    package mutating func key(_ name: StaticString) {
        comma()
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a string with the escapes that JSON demands.
    package mutating func string(_ value: String) {
        comma()
        bytes.append(UInt8(ascii: "\""))
        let isPlain: Void? = value.utf8.withContiguousStorageIfAvailable { buffer in
            if buffer.allSatisfy({ $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C }) {
                bytes.append(contentsOf: buffer)
            } else {
                for byte in buffer { escape(byte) }
            }
        }
        if isPlain == nil { for byte in value.utf8 { escape(byte) } }
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    /// Writes a string, or `null` where there is none.
    package mutating func string(_ value: String?) {
        if let value { string(value) } else { null() }
    }

    /// Writes a whole number.
    package mutating func integer(_ value: some FixedWidthInteger) {
        comma()
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        var magnitude = UInt64(value.magnitude)
        let start = bytes.count
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(magnitude % 10))
            magnitude /= 10
        } while magnitude > 0
        bytes[start...].reverse()
        needsComma = true
    }

    /// Writes a whole number, or `null` where there is none.
    package mutating func integer(_ value: (some FixedWidthInteger)?) {
        if let value { integer(value) } else { null() }
    }

    /// Writes `true` or `false`.
    package mutating func boolean(_ value: Bool) {
        comma()
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
        needsComma = true
    }

    /// Writes `null`.
    package mutating func null() {
        comma()
        bytes.append(contentsOf: "null".utf8)
        needsComma = true
    }

    /// Writes a value that is JSON already.
    package mutating func raw(_ json: some Sequence<UInt8>) {
        comma()
        bytes.append(contentsOf: json)
        needsComma = true
    }

    private mutating func comma() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func open(_ bracket: UInt8) {
        comma()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case 0x22, 0x5C:
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
        case 0..<0x20:
            let digits = Array("0123456789abcdef".utf8)
            bytes.append(contentsOf: "\\u00".utf8)
            bytes.append(digits[Int(byte >> 4)])
            bytes.append(digits[Int(byte & 15)])
        default:
            bytes.append(byte)
        }
    }
}
