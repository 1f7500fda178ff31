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
        appendBytesField(1, payload, to: &out)
        appendBytesField(2, signature, to: &out)
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
        appendVarintField(1, version, to: &out)
        appendFixed64Field(2, mesh, to: &out)
        appendBytesField(3, payload, to: &out)
        appendBytesField(4, signature, to: &out)
        return out
    }

    /// Nil where the bytes are no such message.
    init?(_ bytes: [UInt8]) {
        var fields = FieldReader(bytes)
        while !fields.isAtEnd {
            switch fields.next() {
            case .varint(1, let value): version = value
            case .fixed64(2, let value): mesh = value
            case .bytes(3, let range): payload = Array(bytes[range])
            case .bytes(4, let range): signature = Array(bytes[range])
            case nil: return nil
            default: break
            }
        }
    }
}
