/// The fields of a signed payload, read strictly: ascending, each once, shortest integers, nothing
/// unknown. So one set of fields has one payload, but for validity fields that are zero, which
/// pretix writes and proto3 would leave out; both are signed, so both are taken.
struct PretixSignedFields: Hashable, Sendable {
    /// Longest seed taken, in bytes; pretix writes nine.
    static let maximumSeedBytes = 64

    var seed = ""
    var item: UInt64 = 0
    var variation: UInt64?
    var subevent: UInt64?
    var validFromUnixTime: Int64?
    var validUntilUnixTime: Int64?

    init?(_ payload: [UInt8]) {
        var rest = payload[...]
        var last = 0
        while let tag = rest.popFirst() {
            let number = Int(tag >> 3)
            guard number > last, let value = Self.value(tag, &rest), take(number, value) else {
                return nil
            }
            last = number
        }
        guard !seed.isEmpty, item > 0 else { return nil }
    }

    private enum Value {
        case bytes(ArraySlice<UInt8>)
        case integer(UInt64)
    }

    private mutating func take(_ number: Int, _ value: Value) -> Bool {
        switch (number, value) {
        case (1, .bytes(let bytes)):
            guard bytes.count <= Self.maximumSeedBytes,
                let text = String(validating: bytes, as: UTF8.self)
            else { return false }
            seed = text
        case (2, .integer(let integer)) where Self.isIdentifier(integer): item = integer
        case (3, .integer(let integer)) where Self.isIdentifier(integer): variation = integer
        case (4, .integer(let integer)) where Self.isIdentifier(integer): subevent = integer
        case (5, .integer(let integer)):
            validFromUnixTime = integer == 0 ? nil : Int64(bitPattern: integer)
        case (6, .integer(let integer)):
            validUntilUnixTime = integer == 0 ? nil : Int64(bitPattern: integer)
        default: return false
        }
        return true
    }

    /// An int64 of the server's that is positive; zero would have been left out.
    private static func isIdentifier(_ integer: UInt64) -> Bool {
        integer > 0 && integer <= UInt64(Int64.max)
    }

    private static func value(_ tag: UInt8, _ rest: inout ArraySlice<UInt8>) -> Value? {
        guard let integer = varint(&rest) else { return nil }
        switch tag & 7 {
        case 0: return .integer(integer)
        case 2:
            guard integer <= UInt64(rest.count) else { return nil }
            let bytes = rest.prefix(Int(integer))
            rest.removeFirst(bytes.count)
            return .bytes(bytes)
        default: return nil
        }
    }

    /// A base-128 integer in its shortest form, or nil.
    private static func varint(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), through: 63, by: 7) {
            guard let byte = rest.popFirst() else { return nil }
            if shift == 63, byte > 1 { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return byte == 0 && shift > 0 ? nil : value }
        }
        return nil
    }
}
