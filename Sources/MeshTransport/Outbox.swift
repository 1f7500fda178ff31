import NIOCore

/// What waits to be sent on one link. A plain value; `Link` keeps it behind a lock.
struct Outbox: Sendable {
    /// What became of a frame that was handed over.
    enum Outcome: Equatable {
        /// Taken; the caller must arrange a drain if `drain`.
        case taken(drain: Bool)
        /// No room; the caller must arrange a look at a slow link if `watch`.
        case full(watch: Bool)
        /// The link is closing.
        case closed
    }

    /// Bytes put into one write: enough for full TLS records, little enough to stay in cache.
    static let maximumBatchBytes = 256 << 10

    private let limit: Int
    private var frames: [[UInt8]] = []
    private var head = 0
    private var drainArranged = false
    private var isWatched = false
    /// Bytes of frames that wait here or were written and are not yet with the kernel.
    private(set) var waitingBytes = 0
    /// Why the link closes, once it does; nothing is taken from then on.
    private(set) var closingReason: String?

    /// An outbox for at most `limit` bytes.
    init(limit: Int) {
        self.limit = limit
    }

    /// Takes a frame unless that exceeds the limit.
    mutating func take(_ frame: [UInt8]) -> Outcome {
        guard closingReason == nil else { return .closed }
        let cost = Self.cost(of: frame)
        guard waitingBytes + cost <= limit else {
            defer { isWatched = true }
            return .full(watch: !isWatched)
        }
        frames.append(frame)
        waitingBytes += cost
        defer { drainArranged = true }
        return .taken(drain: !drainArranged)
    }

    /// The drain that was arranged begins: what is taken from now on arranges a new one.
    mutating func beginDrain() {
        drainArranged = false
    }

    /// The next frames that make up one write, at least one; empty when nothing waits. They count
    /// as waiting until `written`.
    mutating func nextBatch() -> (frames: ArraySlice<[UInt8]>, bytes: Int) {
        let start = head
        var bytes = 0
        while head < frames.count {
            let cost = Self.cost(of: frames[head])
            guard bytes == 0 || bytes + cost <= Self.maximumBatchBytes else { break }
            bytes += cost
            head += 1
        }
        let batch = frames[start..<head]
        if head == frames.count {
            frames = []
            head = 0
        }
        return (batch, bytes)
    }

    /// `bytes` of an earlier batch reached the kernel, or never will.
    mutating func written(_ bytes: Int) {
        waitingBytes -= bytes
    }

    /// Ends the watch over a full outbox. Whether it has not come down to half in the meantime:
    /// then the peer reads too slowly.
    mutating func endWatch() -> Bool {
        isWatched = false
        return waitingBytes > limit / 2
    }

    /// Refuses frames from now on; false if it already did.
    mutating func close(reason: String) -> Bool {
        guard closingReason == nil else { return false }
        closingReason = reason
        return true
    }

    private static func cost(of frame: [UInt8]) -> Int {
        frame.count + FrameDecoder.headerBytes
    }
}
