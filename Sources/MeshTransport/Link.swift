import NIOCore
import Synchronization

/// One established link. Its outbox may be used from any thread; the rest happens on its loop.
final class Link: Sendable {
    let id: LinkID
    let key: TransportKey
    let peerClass: PeerClass
    let remote: String
    let isDialed: Bool
    let channel: any Channel

    private let limits: TransportLimits
    private let outbox: Mutex<Outbox>
    private let onDown: @Sendable (Link, String) -> Void

    /// A link over `channel`. `onDown` is called on its event loop, and may be called twice.
    init(
        id: LinkID, key: TransportKey, peerClass: PeerClass, remote: String, isDialed: Bool,
        channel: any Channel, limits: TransportLimits,
        onDown: @escaping @Sendable (Link, String) -> Void
    ) {
        self.id = id
        self.key = key
        self.peerClass = peerClass
        self.remote = remote
        self.isDialed = isDialed
        self.channel = channel
        self.limits = limits
        self.onDown = onDown
        outbox = Mutex(Outbox(limit: limits.maximumOutgoingBytes))
    }

    /// Largest frame the peer may send.
    var maximumFrameBytes: Int {
        peerClass == .member ? limits.maximumFrameBytes : limits.maximumStrangerFrameBytes
    }

    /// False from the moment somebody decided to close the link.
    var isOpen: Bool { outbox.withLock { $0.closingReason == nil } }

    /// Hands a frame over; false if the link is closing or the peer too far behind.
    func send(_ frame: [UInt8]) -> Bool {
        switch outbox.withLock({ $0.take(frame) }) {
        case .taken(let drain):
            // On the loop itself this runs after the current input: what is sent in answer to
            // one read leaves in one write.
            if drain { channel.eventLoop.execute { self.drainNow() } }
            return true
        case .full(let watch):
            if watch { watchSlowPeer() }
            return false
        case .closed:
            return false
        }
    }

    private func drainNow() {
        outbox.withLock { $0.beginDrain() }
        drain()
    }

    /// Writes as much as the socket takes. On the event loop only.
    func drain() {
        while channel.isWritable {
            let batch = outbox.withLock { $0.nextBatch() }
            guard batch.bytes > 0 else { return }
            var buffer = channel.allocator.buffer(capacity: batch.bytes)
            for frame in batch.frames {
                buffer.writeInteger(UInt32(frame.count))
                buffer.writeBytes(frame)
            }
            let done = channel.eventLoop.makePromise(of: Void.self)
            let bytes = batch.bytes
            done.futureResult.whenComplete { _ in
                self.outbox.withLock { $0.written(bytes) }
            }
            channel.writeAndFlush(buffer, promise: done)
        }
    }

    private func watchSlowPeer() {
        channel.eventLoop.scheduleTask(in: TimeAmount(limits.slowLinkTimeout)) {
            guard self.outbox.withLock({ $0.endWatch() }) else { return }
            self.close(
                reason: "it reads too slowly: \(self.limits.maximumOutgoingBytes) bytes waited "
                    + "for it")
        }
    }

    /// Closes the link once, from any thread. No frame passes in either direction after this
    /// call, except for those that were handed over before it.
    func close(reason: String) {
        guard outbox.withLock({ $0.close(reason: reason) }) else { return }
        channel.eventLoop.execute {
            self.drain()
            self.finish(reason)
            self.channel.close(promise: nil)
        }
    }

    /// The channel is gone; on its event loop. A reason given to `close` before goes first.
    func channelGone(reason: String) {
        _ = outbox.withLock { $0.close(reason: reason) }
        finish(outbox.withLock { $0.closingReason } ?? reason)
    }

    private func finish(_ reason: String) {
        onDown(self, reason)
    }
}
