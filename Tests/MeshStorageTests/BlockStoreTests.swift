import Foundation
import Testing

@testable import MeshStorage

@Suite("Block store")
struct BlockStoreTests {
    @Test("gives blocks back in the order of arrival, after a restart too")
    func arrivalOrder() throws {
        let folder = try TemporaryFolder()
        let state = try folder.state()
        let blocks = [
            sampleBlock(2, 0), sampleBlock(1, 0), sampleBlock(1, 1), sampleBlock(2, 1),
            sampleBlock(1, 2),
        ]
        let store = try BlockStore.open(state)
        try store.append(Array(blocks.prefix(2)))
        try store.append([])
        try store.append(Array(blocks.dropFirst(2)))
        #expect(try store.all() == blocks)
        try store.close()
        let again = try BlockStore.open(state)
        #expect(try again.all() == blocks)
        #expect(try again.count() == 5)
    }

    @Test("reads a chain from a position, within bytes and count")
    func reading() async throws {
        let folder = try TemporaryFolder()
        let store = try BlockStore.open(try folder.state())
        let chain = (0..<10).map { sampleBlock(1, UInt64($0), count: 100) }
        try store.append(chain + [sampleBlock(2, 0)])
        func read(_ from: UInt64, _ bytes: Int, _ count: Int) async throws -> [StoredBlock] {
            let name = chain[0].chain
            return try await store.read(
                chain: name, from: from, maximumBytes: bytes, maximumCount: count)
        }
        #expect(try await read(0, .max, .max) == chain)
        #expect(try await read(7, .max, .max) == Array(chain[7...]))
        #expect(try await read(2, .max, 3) == Array(chain[2..<5]))
        #expect(try await read(2, 350, .max) == Array(chain[2..<5]))
        #expect(try await read(2, 1, .max) == [chain[2]])
        #expect(try await read(10, .max, .max) == [])
        #expect(try await read(.max, .max, .max) == [])
        #expect(try await read(0, .max, 0) == [])
    }

    @Test("appends all or nothing")
    func atomicAppend() throws {
        let folder = try TemporaryFolder()
        let store = try BlockStore.open(try folder.state())
        try store.append([sampleBlock(1, 0)])
        let error = try #require(throws: StorageError.self) {
            try store.append([sampleBlock(1, 1), sampleBlock(1, 2), sampleBlock(1, 0)])
        }
        #expect(error.code == .refused)
        #expect(try store.all() == [sampleBlock(1, 0)])
        try store.append([sampleBlock(1, 1)])
        #expect(try store.count() == 2)
    }

    @Test("refuses malformed blocks before it writes")
    func malformed() throws {
        let folder = try TemporaryFolder()
        let store = try BlockStore.open(try folder.state())
        let good = sampleBlock(1, 0)
        let bad = [
            StoredBlock(chain: [1], sequence: 0, hash: good.hash, bytes: good.bytes),
            StoredBlock(chain: good.chain, sequence: 0, hash: [], bytes: good.bytes),
            StoredBlock(chain: good.chain, sequence: .max, hash: good.hash, bytes: good.bytes),
            StoredBlock(chain: good.chain, sequence: 0, hash: good.hash, bytes: []),
        ]
        for block in bad {
            let error = try #require(throws: StorageError.self) { try store.append([block]) }
            #expect(error.code == .refused)
        }
        #expect(try store.count() == 0)
    }

    @Test("keeps named values")
    func values() throws {
        let folder = try TemporaryFolder()
        let state = try folder.state()
        let store = try BlockStore.open(state)
        #expect(try store.value(for: "cursor") == nil)
        try store.setValue([1, 2], for: "cursor")
        try store.setValue([], for: "empty")
        try store.setValue([3], for: "cursor")
        try store.close()
        let again = try BlockStore.open(state)
        #expect(try again.value(for: "cursor") == [3])
        #expect(try again.value(for: "empty") == [])
    }

    @Test("what was appended is on the disk before append returns")
    func survivesWithoutClosing() throws {
        let folder = try TemporaryFolder()
        let state = try folder.state()
        let store = try BlockStore.open(state)
        let copy = try StateDirectory.open(path: folder.url.path + "/copy", create: true)
        for sequence in 0..<20 as Range<UInt64> {
            try store.append([sampleBlock(1, sequence)])
            // What a power cut at this moment would leave: the files, without the lock memory.
            for suffix in ["", "-wal"] {
                let name = BlockStore.name + suffix
                try copy.write(try #require(try state.read(name)), to: name)
            }
            try copy.remove(BlockStore.name + "-shm")
            let revived = try BlockStore.open(copy)
            #expect(try revived.count() == Int(sequence) + 1)
            try revived.close()
        }
    }
}
