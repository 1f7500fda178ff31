import Dispatch
import Foundation
import Synchronization

/// Writes batches to the disk on a thread of its own, strictly in order, and reports what is
/// durable. Everything that waits is written at once: one flush of the vote file, then one
/// transaction (group commit, as databases do it). The first error is the last thing it says: a
/// flush that failed is never repeated as if it could succeed.
package final class DiskQueue: Sendable {
    /// Most batches that may wait: seconds of work for a slow memory card. A disk that falls
    /// further behind is broken.
    package static let maximumWaitingBatches = 4_096
    /// Most bytes that may wait, so that a stuck disk cannot fill a small kiosk's memory.
    package static let maximumWaitingBytes = 128 * 1024 * 1024
    /// Most bytes that are written as one group: beyond this a longer transaction saves no time
    /// and only delays the report of the first batch.
    package static let maximumGroupBytes = 8 * 1024 * 1024
    /// A full disk is tried again this often.
    private static let fullRetrySeconds = 0.5

    private struct State {
        var waiting: [DiskBatch] = []
        var waitingBytes = 0
        var isShuttingDown = false
        var failure: StorageError?
        var hasEnded = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let voteFile: VoteFile
    private let blockStore: BlockStore?
    private let onDurable: @Sendable ([UInt64]) -> Void
    private let onFatal: @Sendable (StorageError) -> Void
    private let onFull: @Sendable (StorageError?) -> Void
    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)

    /// Starts the thread; it ends with `shutdown` or the first error. Without `blockStore`, as on
    /// a kiosk without storage, only votes are accepted. `onDurable` gets the ids in order,
    /// `onFatal` at most one error; `onFull` is told when the disk is full, and with nil when it
    /// takes writes again. All are called on the disk's thread.
    package init(
        voteFile: VoteFile, blockStore: BlockStore?,
        onDurable: @escaping @Sendable ([UInt64]) -> Void,
        onFatal: @escaping @Sendable (StorageError) -> Void,
        onFull: @escaping @Sendable (StorageError?) -> Void = { _ in }
    ) {
        self.voteFile = voteFile
        self.blockStore = blockStore
        self.onDurable = onDurable
        self.onFatal = onFatal
        self.onFull = onFull
        let thread = Thread { [self] in run() }
        thread.name = "km-disk"
        thread.start()
    }

    /// Hands over a batch; returns at once.
    /// Throws `refused` (a malformed block, a vote too long, or blocks where there is no block
    /// store), `queueFull`, and `stopped` after `shutdown` or an error.
    package func enqueue(_ batch: DiskBatch) throws(StorageError) {
        try check(batch)
        try state.withLock { state throws(StorageError) in
            guard !state.isShuttingDown, state.failure == nil else { throw .stopped }
            let length = batch.length
            guard state.waiting.count < Self.maximumWaitingBatches,
                state.waiting.isEmpty || state.waitingBytes + length <= Self.maximumWaitingBytes
            else { throw .queueFull }
            state.waiting.append(batch)
            state.waitingBytes += length
        }
        wake.signal()
    }

    /// Blocks of `chain` from sequence `from`, as `BlockStore.read`; does not wait for writes and
    /// may miss what is not reported durable yet. Throws `refused` where there is no block store.
    package func read(
        chain: [UInt8], from: UInt64, maximumBytes: Int, maximumCount: Int
    ) async throws(StorageError) -> [StoredBlock] {
        guard let blockStore else { throw .noBlockStore }
        return try await blockStore.read(
            chain: chain, from: from, maximumBytes: maximumBytes, maximumCount: maximumCount)
    }

    /// Writes and reports everything that waits, then ends the thread; returns when it has ended.
    package func shutdown() async {
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                state.isShuttingDown = true
                if !state.hasEnded { state.waiters.append(continuation) }
                return state.hasEnded
            }
            wake.signal()
            if hasEnded { continuation.resume() }
        }
    }

    private func check(_ batch: DiskBatch) throws(StorageError) {
        guard batch.blocks.isEmpty || blockStore != nil else { throw .noBlockStore }
        for block in batch.blocks { try block.check() }
        try VoteFile.check(batch.vote ?? [])
    }
}

extension DiskQueue {
    private func run() {
        do throws(StorageError) {
            while let group = nextGroup() {
                // A wake-up whose batches went with an earlier group.
                if group.isEmpty { continue }
                try writeOrWait(group)
                onDurable(group.map(\.id))
            }
        } catch {
            state.withLock { state in
                state.failure = error
                state.waiting = []
            }
            onFatal(error)
        }
        let waiters = state.withLock { state in
            state.hasEnded = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Waits, then takes what waits, up to `maximumGroupBytes`; nil when all is done.
    private func nextGroup() -> [DiskBatch]? {
        let isIdle = state.withLock { $0.waiting.isEmpty && !$0.isShuttingDown }
        if isIdle { wake.wait() }
        return state.withLock { state in
            if state.waiting.isEmpty { return state.isShuttingDown ? nil : [] }
            var count = 0
            var length = 0
            for batch in state.waiting {
                if count > 0, length + batch.length > Self.maximumGroupBytes { break }
                length += batch.length
                count += 1
            }
            let group = Array(state.waiting.prefix(count))
            state.waiting.removeFirst(count)
            state.waitingBytes -= length
            return group
        }
    }

    /// A full disk takes nothing, and harms nothing that it took before: the group is written once
    /// there is room. Nothing behind it is reported meanwhile, so that the mesh goes on without
    /// this disk. Every other error ends the queue.
    private func writeOrWait(_ group: [DiskBatch]) throws(StorageError) {
        var isFull = false
        while true {
            do throws(StorageError) {
                try write(group)
                if isFull { onFull(nil) }
                return
            } catch {
                guard error.code == .full, !state.withLock({ $0.isShuttingDown }) else {
                    throw error
                }
                if !isFull { onFull(error) }
                isFull = true
                Thread.sleep(forTimeInterval: Self.fullRetrySeconds)
            }
        }
    }

    /// The last vote stands for the earlier ones: none is reported before this one is durable.
    private func write(_ group: [DiskBatch]) throws(StorageError) {
        if let vote = group.last(where: { $0.vote != nil })?.vote { try voteFile.save(vote) }
        try blockStore?.append(group.flatMap(\.blocks))
    }
}

extension StorageError {
    fileprivate static let noBlockStore = StorageError(
        code: .refused, message: "This kiosk keeps no blocks.",
        hint: "Ask a kiosk with storage, or give this one a disk and --storage yes.")
    fileprivate static let stopped = StorageError(
        code: .stopped, message: "Nothing is written to the disk any more.",
        hint: "Look for the disk's error in the log and start KioskMesh again.")
    fileprivate static let queueFull = StorageError(
        code: .queueFull, message: "The disk is too slow: too much waits to be written.",
        hint: "Check the disk's health. " + replaceDisk)
}
