import NIOCore

/// Cuts a byte stream into frames: 4 bytes of length, big-endian, then as many bytes.
///
/// Bytes of an unfinished frame are kept as they come, so that a length alone takes no memory:
/// a peer makes us hold at most one frame.
struct FrameDecoder: Sendable {
    /// Bytes before each frame.
    static let headerBytes = 4

    /// What is wrong with a stream; nothing after it can be read.
    enum Fault: Error, Equatable {
        case empty
        case oversized(bytes: Int, limit: Int)

        /// The fault in words.
        var reason: String {
            switch self {
            case .empty: "it sent an empty frame"
            case .oversized(let bytes, let limit):
                "it announced a frame of \(bytes) bytes where \(limit) are allowed"
            }
        }
    }

    private let limit: Int
    private var header: UInt32 = 0
    private var headerCount = 0
    private var body: [UInt8] = []

    /// A decoder that accepts frames of 1 to `limit` bytes.
    init(limit: Int) {
        self.limit = limit
    }

    /// Bytes held for a frame that is not complete.
    var heldBytes: Int { body.count }

    /// The next whole frame, taking what it needs from `input`; nil when more input is needed.
    mutating func next(from input: inout ByteBuffer) throws(Fault) -> [UInt8]? {
        while headerCount < Self.headerBytes {
            guard let byte = input.readInteger(as: UInt8.self) else { return nil }
            header = header << 8 | UInt32(byte)
            headerCount += 1
        }
        let length = Int(header)
        guard length > 0 else { throw .empty }
        guard length <= limit else { throw .oversized(bytes: length, limit: limit) }
        let missing = length - body.count
        if body.isEmpty, let whole = input.readBytes(length: missing) {
            reset()
            return whole
        }
        let taken = min(missing, input.readableBytes)
        body.append(contentsOf: input.readableBytesView.prefix(taken))
        input.moveReaderIndex(forwardBy: taken)
        guard body.count == length else { return nil }
        defer { reset() }
        return body
    }

    private mutating func reset() {
        header = 0
        headerCount = 0
        body = []
    }
}
