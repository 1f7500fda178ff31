// The few pieces of protobuf's encoding that are written and read by hand here
// (protobuf.dev/programming-guides/encoding). Numbers that are zero are left out, as proto3 does.

func appendVarint(_ value: UInt64, to out: inout [UInt8]) {
    var rest = value
    while rest > 127 {
        out.append(UInt8(truncatingIfNeeded: rest) | 128)
        rest >>= 7
    }
    out.append(UInt8(rest))
}

func appendVarintField(_ number: UInt8, _ value: UInt64, to out: inout [UInt8]) {
    guard value != 0 else { return }
    out.append(number << 3)
    appendVarint(value, to: &out)
}

func appendFixed64Field(_ number: UInt8, _ value: UInt64, to out: inout [UInt8]) {
    guard value != 0 else { return }
    out.append(number << 3 | 1)
    withUnsafeBytes(of: value.littleEndian) { out.append(contentsOf: $0) }
}

func appendBytesField(_ number: UInt8, _ bytes: [UInt8], to out: inout [UInt8]) {
    guard !bytes.isEmpty else { return }
    out.append(number << 3 | 2)
    appendVarint(UInt64(bytes.count), to: &out)
    out += bytes
}

/// Bytes that `appendVarint` writes.
func varintSize(_ value: UInt64) -> Int {
    value == 0 ? 1 : (70 - value.leadingZeroBitCount) / 7
}

/// Walks the fields of one protobuf message.
struct FieldReader {
    enum Field {
        case varint(UInt64, UInt64)
        case fixed64(UInt64, UInt64)
        case bytes(UInt64, Range<Int>)
        case fixed32
    }

    private let bytes: [UInt8]
    private let end: Int
    private var at: Int

    init(_ bytes: [UInt8]) {
        self.init(bytes, 0..<bytes.count)
    }

    /// Reads the message that lies in `range` of `bytes`.
    init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        end = range.upperBound
        at = range.lowerBound
    }

    var isAtEnd: Bool { at == end }

    /// The next field; nil where the bytes are cut short or of a kind that no proto3 message has.
    mutating func next() -> Field? {
        guard let tag = varint(), tag >> 3 > 0 else { return nil }
        switch tag & 7 {
        case 0: return varint().map { .varint(tag >> 3, $0) }
        case 1: return fixed64().map { .fixed64(tag >> 3, $0) }
        case 5:
            guard end - at >= 4 else { return nil }
            at += 4
            return .fixed32
        case 2:
            guard let length = varint(), length <= UInt64(end - at) else { return nil }
            let range = at..<(at + Int(length))
            at = range.upperBound
            return .bytes(tag >> 3, range)
        default: return nil
        }
    }

    private mutating func varint() -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while at < end, shift < 64 {
            let byte = bytes[at]
            at += 1
            value |= UInt64(byte & 127) << shift
            if byte < 128 { return value }
            shift += 7
        }
        return nil
    }

    private mutating func fixed64() -> UInt64? {
        guard end - at >= 8 else { return nil }
        let value = bytes.withUnsafeBytes {
            UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: at, as: UInt64.self))
        }
        at += 8
        return value
    }
}
