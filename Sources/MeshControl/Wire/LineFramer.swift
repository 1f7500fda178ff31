internal import NIOCore

/// Cuts a byte stream into lines without their newline. Holds at most one line.
struct LineFramer {
    private var held = ByteBuffer()
    /// Bytes of `held` that are known to have no newline, so that none is looked at twice.
    private var scanned = 0
    private let maximumBytes: Int

    init(maximumBytes: Int = ControlLimits.lineBytes) {
        self.maximumBytes = maximumBytes
    }

    mutating func append(_ bytes: inout ByteBuffer) {
        if held.readableBytes == 0 { held = bytes } else { held.writeBuffer(&bytes) }
    }

    /// The next whole line, or nil until more bytes come. Throws when a line is over the maximum.
    mutating func next() throws(ControlError) -> [UInt8]? {
        let unseen = held.readableBytesView.dropFirst(scanned)
        guard let newline = unseen.firstIndex(of: 0x0A) else {
            scanned = held.readableBytes
            guard scanned <= maximumBytes else { throw tooLong() }
            if scanned == 0 { held = ByteBuffer() }
            return nil
        }
        let length = newline - held.readerIndex
        guard length <= maximumBytes else { throw tooLong() }
        var line = held.readBytes(length: length) ?? []
        held.moveReaderIndex(forwardBy: 1)
        scanned = 0
        if line.last == 0x0D { line.removeLast() }
        return line
    }

    private func tooLong() -> ControlError {
        ControlError(
            .limit, "A line is longer than \(maximumBytes) bytes.",
            hint: "Send fewer rows in one request.")
    }
}
