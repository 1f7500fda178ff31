import Foundation
import Synchronization
import Testing

@testable import MeshStorage

@Suite("Disk queue")
struct DiskQueueTests {
    /// What the queue reported, in order.
    private final class Report: Sendable {
        let groups = Mutex<[[UInt64]]>([])
        let failures = Mutex<[StorageError]>([])
    }

    @Test("reports every batch once, in order, and drains at shutdown")
    func order() async throws {
        let folder = try TemporaryFolder()
        let state = try folder.state()
        let store = try BlockStore.open(state)
        let report = Report()
        let queue = DiskQueue(
            voteFile: VoteFile(in: state), blockStore: store,
            onDurable: { ids in report.groups.withLock { $0.append(ids) } },
            onFatal: { error in report.failures.withLock { $0.append(error) } })
        for id in 0..<300 as Range<UInt64> {
            try queue.enqueue(
                DiskBatch(
                    id: id, vote: id % 3 == 0 ? [UInt8(id % 256)] : nil,
                    blocks: id % 2 == 0 ? [sampleBlock(1, id / 2)] : []))
        }
        await queue.shutdown()
        await queue.shutdown()
        #expect(report.groups.withLock { $0.flatMap { $0 } } == Array(0..<300))
        #expect(report.failures.withLock { $0.isEmpty })
        #expect(try store.all() == (0..<150).map { sampleBlock(1, $0) })
        #expect(try VoteFile(in: state).load() == .valid([UInt8(297 % 256)]))
        let error = try #require(throws: StorageError.self) {
            try queue.enqueue(DiskBatch(id: 300))
        }
        #expect(error.code == .stopped)
    }

    @Test("takes everything that waits as one group; all of it is durable when it is reported")
    func groupCommit() async throws {
        let folder = try TemporaryFolder()
        let state = try folder.state()
        let store = try BlockStore.open(state)
        let report = Report()
        let seen = Mutex<[(VoteFileState?, Int?)]>([])
        let firstIsReported = DispatchSemaphore(value: 0)
        let goOn = DispatchSemaphore(value: 0)
        let queue = DiskQueue(
            voteFile: VoteFile(in: state), blockStore: store,
            onDurable: { ids in
                report.groups.withLock { $0.append(ids) }
                let onDisk = (try? VoteFile(in: state).load(), try? store.count())
                seen.withLock { $0.append(onDisk) }
                if ids == [0] {
                    firstIsReported.signal()
                    goOn.wait()
                }
            }, onFatal: { error in report.failures.withLock { $0.append(error) } })
        try queue.enqueue(DiskBatch(id: 0, vote: [0], blocks: [sampleBlock(1, 0)]))
        await wait(for: firstIsReported)
        for id in 1...50 as ClosedRange<UInt64> {
            try queue.enqueue(
                DiskBatch(
                    id: id, vote: id < 40 ? [UInt8(id)] : nil, blocks: [sampleBlock(1, id)]))
        }
        goOn.signal()
        await queue.shutdown()
        #expect(report.groups.withLock { $0 } == [[0], Array(1...50)])
        seen.withLock { seen in
            #expect(seen.map(\.0) == [.valid([0]), .valid([39])])
            #expect(seen.map(\.1) == [1, 51])
        }
    }

    @Test("the first error is final: reported once, nothing after it is completed or written")
    func fatal() async throws {
        let folder = try TemporaryFolder()
        let state = try folder.state()
        let store = try BlockStore.open(state)
        try store.append([sampleBlock(1, 0)])
        let report = Report()
        let queue = DiskQueue(
            voteFile: VoteFile(in: state), blockStore: store,
            onDurable: { ids in report.groups.withLock { $0.append(ids) } },
            onFatal: { error in report.failures.withLock { $0.append(error) } })
        // The position is taken: the database refuses it.
        try queue.enqueue(DiskBatch(id: 1, blocks: [sampleBlock(1, 0)]))
        for id in 2..<100 as Range<UInt64> {
            try? queue.enqueue(DiskBatch(id: id, blocks: [sampleBlock(1, id)]))
        }
        await queue.shutdown()
        #expect(report.groups.withLock { $0.isEmpty })
        #expect(report.failures.withLock { $0.map(\.code) } == [.refused])
        #expect(try store.count() == 1)
        #expect(throws: StorageError.self) { try queue.enqueue(DiskBatch(id: 100)) }
    }

    @Test(
        "a full disk is fatal, and what was reported before is there",
        .enabled(if: TinyDisk.isAvailable, "needs the right to mount a small memory disk"))
    func fullDisk() async throws {
        let disk = try TinyDisk(kibibytes: 1_024)
        let state = try StateDirectory.open(path: disk.path, create: false)
        let store = try BlockStore.open(state)
        let report = Report()
        let queue = DiskQueue(
            voteFile: VoteFile(in: state), blockStore: store,
            onDurable: { ids in report.groups.withLock { $0.append(ids) } },
            onFatal: { error in report.failures.withLock { $0.append(error) } })
        for id in 0..<200 as Range<UInt64> {
            try? queue.enqueue(
                DiskBatch(id: id, vote: [1], blocks: [sampleBlock(1, id, count: 20_000)]))
        }
        await queue.shutdown()
        #expect(report.failures.withLock { $0.map(\.code) } == [.full])
        let reported = report.groups.withLock { $0.flatMap { $0 }.count }
        #expect(reported < 200)
        #expect(try store.all().count >= reported)
    }

    @Test("works without blocks on a kiosk without storage")
    func votesOnly() async throws {
        let folder = try TemporaryFolder()
        let state = try folder.state()
        let report = Report()
        let queue = DiskQueue(
            voteFile: VoteFile(in: state), blockStore: nil,
            onDurable: { ids in report.groups.withLock { $0.append(ids) } },
            onFatal: { error in report.failures.withLock { $0.append(error) } })
        try queue.enqueue(DiskBatch(id: 1, vote: [1]))
        let error = try #require(throws: StorageError.self) {
            try queue.enqueue(DiskBatch(id: 2, blocks: [sampleBlock(1, 0)]))
        }
        #expect(error.code == .refused)
        await #expect(throws: StorageError.self) {
            try await queue.read(chain: [], from: 0, maximumBytes: 1, maximumCount: 1)
        }
        await queue.shutdown()
        #expect(report.groups.withLock { $0 } == [[1]])
        #expect(try VoteFile(in: state).load() == .valid([1]))
    }

    @Test("what waits is bounded")
    func bounded() async throws {
        let folder = try TemporaryFolder()
        let state = try folder.state()
        let firstIsReported = DispatchSemaphore(value: 0)
        let goOn = DispatchSemaphore(value: 0)
        let queue = DiskQueue(
            voteFile: VoteFile(in: state), blockStore: nil,
            onDurable: { ids in
                guard ids == [0] else { return }
                firstIsReported.signal()
                goOn.wait()
            }, onFatal: { _ in })
        try queue.enqueue(DiskBatch(id: 0, vote: [0]))
        await wait(for: firstIsReported)
        for id in 1...DiskQueue.maximumWaitingBatches {
            try queue.enqueue(DiskBatch(id: UInt64(id), vote: [1]))
        }
        let error = try #require(throws: StorageError.self) {
            try queue.enqueue(DiskBatch(id: .max, vote: [1]))
        }
        #expect(error.code == .queueFull)
        goOn.signal()
        await queue.shutdown()
    }

    /// Waits for a semaphore without occupying a thread of the task pool.
    private func wait(for semaphore: DispatchSemaphore) async {
        await withCheckedContinuation { continuation in
            Thread {
                semaphore.wait()
                continuation.resume()
            }.start()
        }
    }
}
