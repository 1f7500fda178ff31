// The two envelopes around every frame and every block, written and read by hand: both only wrap
// exact bytes, and a general encoder would walk and copy those bytes several times over.
// The bytes are those of `Envelope` and `SignedBlock` in Protocols/proto.

/// `SignedBlock` of records.proto.
struct SignedBlockBytes {
    var payload: [UInt8] = []
    var signature: [UInt8] = []

    var serialized: [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(payload.count + signature.count + 12)
        appendField(1, payload, to: &out)
        appendField(2, signature, to: &out)
        return out
    }

    /// Nil where the bytes are no such message.
    init?(_ bytes: [UInt8]) {
        var fields = FieldReader(bytes)
        while !fields.isAtEnd {
            switch fields.next() {
            case .bytes(1, let range): payload = Array(bytes[range])
            case .bytes(2, let range): signature = Array(bytes[range])
            case nil: return nil
            default: break
            }
        }
    }

    init(payload: [UInt8], signature: [UInt8]) {
        self.payload = payload
        self.signature = signature
    }
}

/// `Envelope` of messages.proto.
struct EnvelopeBytes {
    var version: UInt64 = 0
    var mesh: UInt64 = 0
    var payload: [UInt8] = []
    var signature: [UInt8] = []

    init(version: UInt32, mesh: UInt64, payload: [UInt8]) {
        self.version = UInt64(version)
        self.mesh = mesh
        self.payload = payload
    }

    var serialized: [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(payload.count + signature.count + 32)
        if version != 0 {
            out.append(1 << 3)
            appendVarint(version, to: &out)
        }
        if mesh != 0 {
            out.append(2 << 3 | 1)
            for shift in 0..<8 { out.append(UInt8(truncatingIfNeeded: mesh >> UInt64(shift * 8))) }
        }
        appendField(3, payload, to: &out)
        appendField(4, signature, to: &out)
        return out
    }

    /// Nil where the bytes are no such message.
    init?(_ bytes: [UInt8]) {
        var fields = FieldReader(bytes)
        while !fields.isAtEnd {
            switch fields.next() {
            case .number(1, let value): version = value
            case .number(2, let value): mesh = value
            case .bytes(3, let range): payload = Array(bytes[range])
            case .bytes(4, let range): signature = Array(bytes[range])
            case nil: return nil
            default: break
            }
        }
    }
}

private func appendField(_ number: UInt8, _ bytes: [UInt8], to out: inout [UInt8]) {
    guard !bytes.isEmpty else { return }
    out.append(number << 3 | 2)
    appendVarint(UInt64(bytes.count), to: &out)
    out += bytes
}

private func appendVarint(_ value: UInt64, to out: inout [UInt8]) {
    var rest = value
    while rest > 127 {
        out.append(UInt8(truncatingIfNeeded: rest) | 128)
        rest >>= 7
    }
    out.append(UInt8(rest))
}

/// Walks the fields of one protobuf message (protobuf.dev/programming-guides/encoding).
private struct FieldReader {
    enum Field {
        case number(UInt64, UInt64)
        case bytes(UInt64, Range<Int>)
    }

    private let bytes: [UInt8]
    private var at = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { at == bytes.count }

    /// The next field; nil where the bytes are cut short or of a kind that no proto3 message has.
    mutating func next() -> Field? {
        guard let tag = varint(), tag >> 3 > 0 else { return nil }
        switch tag & 7 {
        case 0: return varint().map { .number(tag >> 3, $0) }
        case 1: return fixed(8).map { .number(tag >> 3, $0) }
        case 5: return fixed(4).map { .number(tag >> 3, $0) }
        case 2:
            guard let length = varint(), length <= UInt64(bytes.count - at) else { return nil }
            let range = at..<(at + Int(length))
            at = range.upperBound
            return .bytes(tag >> 3, range)
        default: return nil
        }
    }

    private mutating func varint() -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while at < bytes.count, shift < 64 {
            let byte = bytes[at]
            at += 1
            value |= UInt64(byte & 127) << shift
            if byte < 128 { return value }
            shift += 7
        }
        return nil
    }

    private mutating func fixed(_ count: Int) -> UInt64? {
        guard bytes.count - at >= count else { return nil }
        var value: UInt64 = 0
        for offset in 0..<count { value |= UInt64(bytes[at + offset]) << UInt64(offset * 8) }
        at += count
        return value
    }
}
