import Testing

@testable import MeshTransport

@Suite struct OutboxTests {
    @Test func oneDrainServesManyFrames() {
        var outbox = Outbox(limit: 1000)
        #expect(outbox.take([1]) == .taken(drain: true))
        #expect(outbox.take([2]) == .taken(drain: false))
        outbox.beginDrain()
        #expect(outbox.take([3]) == .taken(drain: true))
        let batch = outbox.nextBatch()
        #expect(Array(batch.frames) == [[1], [2], [3]])
        #expect(batch.bytes == 15)
        #expect(outbox.nextBatch().bytes == 0)
    }

    @Test func writtenBytesMakeRoom() {
        var outbox = Outbox(limit: 100)
        let frame = [UInt8](repeating: 1, count: 46)
        #expect(outbox.take(frame) == .taken(drain: true))
        #expect(outbox.take(frame) == .taken(drain: false))
        #expect(outbox.waitingBytes == 100)
        #expect(outbox.take([1]) == .full(watch: true))
        #expect(outbox.take([1]) == .full(watch: false), "one watch at a time")
        let bytes = outbox.nextBatch().bytes
        #expect(bytes == 100)
        // Handed to the socket is not yet sent.
        #expect(outbox.take([1]) == .full(watch: false))
        outbox.written(bytes)
        let isSlow = outbox.endWatch()
        #expect(!isSlow, "it came down in time")
        #expect(outbox.take(frame) == .taken(drain: false))
    }

    @Test func aPeerThatStaysBehindIsSlow() {
        var outbox = Outbox(limit: 100)
        _ = outbox.take([UInt8](repeating: 1, count: 90))
        #expect(outbox.take([UInt8](repeating: 1, count: 90)) == .full(watch: true))
        let isSlow = outbox.endWatch()
        #expect(isSlow)
        #expect(outbox.take([UInt8](repeating: 1, count: 90)) == .full(watch: true))
    }

    @Test func batchesAreBounded() {
        let half = [UInt8](repeating: 1, count: Outbox.maximumBatchBytes / 2)
        let large = [UInt8](repeating: 2, count: Outbox.maximumBatchBytes * 2)
        var outbox = Outbox(limit: .max)
        for frame in [half, half, large, [3], [4]] { _ = outbox.take(frame) }
        var batches: [[Int]] = []
        while case let batch = outbox.nextBatch(), batch.bytes > 0 {
            batches.append(batch.frames.map(\.count))
        }
        #expect(batches == [[half.count], [half.count], [large.count], [1, 1]])
    }

    @Test func nothingIsTakenAfterTheEnd() {
        var outbox = Outbox(limit: 100)
        _ = outbox.take([1])
        let first = outbox.close(reason: "first")
        let second = outbox.close(reason: "second")
        #expect(first && !second)
        #expect(outbox.closingReason == "first")
        #expect(outbox.take([2]) == .closed)
        #expect(outbox.nextBatch().bytes == 5, "what was taken before is still sent")
    }
}
