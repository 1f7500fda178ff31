import MeshCrypto

/// One of the two places in the vote file: magic 8, version u32, payload length u32, counter u64,
/// BLAKE2b-256 of those 24 bytes and the payload, payload. Numbers are big-endian.
struct VoteSlot: Equatable {
    /// Bytes from one slot to the next: a multiple of every disk's sector and page, so that a
    /// torn write of one slot never touches the other.
    static let stride = 64 * 1024
    static let magic = Array("KMVOTE\u{0}\u{1}".utf8)
    static let version: UInt32 = 1
    static let fieldsLength = 24
    static let headerLength = fieldsLength + 32

    let counter: UInt64
    let payload: [UInt8]

    /// What a slot's bytes are.
    enum Content: Equatable {
        case empty
        case valid(VoteSlot)
        case damaged(reason: String)
    }

    func encoded() -> [UInt8] {
        var fields = Self.magic
        fields.reserveCapacity(Self.headerLength + payload.count)
        fields += Self.bigEndian(Self.version)
        fields += Self.bigEndian(UInt32(payload.count))
        fields += Self.bigEndian(counter)
        return fields + Blake2b.hash(fields + payload) + payload
    }

    static func decode(_ bytes: ArraySlice<UInt8>) -> Content {
        guard bytes.count >= headerLength else { return .damaged(reason: "it is cut short") }
        let fields = bytes.prefix(fieldsLength)
        guard fields.starts(with: magic) else {
            return bytes.allSatisfy { $0 == 0 } ? .empty : .damaged(reason: "it has no mark")
        }
        guard number(fields.dropFirst(8).prefix(4)) == UInt64(version) else {
            return .damaged(reason: "its version is unknown")
        }
        let length = Int(number(fields.dropFirst(12).prefix(4)))
        let rest = bytes.dropFirst(headerLength)
        guard length <= VoteFile.maximumPayloadLength, length <= rest.count else {
            return .damaged(reason: "its length is wrong")
        }
        let payload = Array(rest.prefix(length))
        let checksum = bytes.dropFirst(fieldsLength).prefix(32)
        guard Blake2b.hash(Array(fields) + payload).elementsEqual(checksum) else {
            return .damaged(reason: "its checksum is wrong")
        }
        return .valid(VoteSlot(counter: number(fields.dropFirst(16)), payload: payload))
    }

    private static func bigEndian<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
