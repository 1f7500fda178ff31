import Foundation
import Testing

@testable import MeshStorage

@Suite("Damaged block database")
struct DamagedDatabaseTests {
    private static let pageLength = 4_096

    /// A closed database of several hundred blocks, larger than a handful of pages.
    private func closedStore() throws -> (TemporaryFolder, StateDirectory, String) {
        let folder = try TemporaryFolder()
        let state = try folder.state()
        let store = try BlockStore.open(state)
        try store.append((0..<400).map { sampleBlock(UInt8(1 + $0 % 2), UInt64($0 / 2)) })
        try store.close()
        return (folder, state, state.path(of: BlockStore.name))
    }

    /// What opening and reading everything says.
    private func failure(_ state: StateDirectory) -> StorageError? {
        do throws(StorageError) {
            _ = try BlockStore.open(state).all()
            return nil
        } catch {
            return error
        }
    }

    @Test("a directory in its place is said, and stays there")
    func directory() throws {
        let folder = try TemporaryFolder()
        let state = try folder.state()
        let path = state.path(of: BlockStore.name)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        let error = try #require(failure(state))
        #expect(error.code == .notAFile)
        #expect(error.message.contains("is a directory"))
        #expect(FileManager.default.fileExists(atPath: path))
    }

    @Test("any page overwritten by nonsense is found at opening or reading")
    func everyPage() throws {
        let (folder, state, path) = try closedStore()
        defer { withExtendedLifetime(folder) {} }
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        let pages = whole.count / Self.pageLength
        #expect(pages > 30)
        #expect(failure(state) == nil)
        for page in 0..<pages {
            var broken = whole
            for offset in 0..<Self.pageLength {
                broken[page * Self.pageLength + offset] = UInt8(truncatingIfNeeded: offset &* 7)
            }
            try broken.write(to: URL(fileURLWithPath: path))
            let error = failure(state)
            #expect(error?.code == .corrupt, "page \(page): \(String(describing: error))")
        }
    }

    @Test("one changed byte inside a block is found, with its chain and sequence")
    func flippedByte() throws {
        let (folder, state, path) = try closedStore()
        defer { withExtendedLifetime(folder) {} }
        try damage(path) { data in
            let place = data.range(of: Data("kiosk 2 block 77 ".utf8))!
            data[place.lowerBound + 40] ^= 0x20
        }
        let error = try #require(failure(state))
        #expect(error.code == .corrupt)
        #expect(error.message.contains("block 77 of chain 020202020202"))
        let store = try BlockStore.open(state)
        #expect(throws: StorageError.self) {
            try store.read(
                chain: sampleBlock(2, 0).chain, from: 70, maximumBytes: .max, maximumCount: 20)
        }
    }

    @Test("a file cut short is found", arguments: [1, 100, 4_096, 60_000])
    func truncated(length: Int) throws {
        let (folder, state, path) = try closedStore()
        defer { withExtendedLifetime(folder) {} }
        try damage(path) { $0.removeSubrange(length...) }
        #expect(failure(state)?.code == .corrupt)
    }

    @Test("a hole in a chain is found")
    func hole() throws {
        let folder = try TemporaryFolder()
        let store = try BlockStore.open(try folder.state())
        try store.append([sampleBlock(1, 0), sampleBlock(2, 0), sampleBlock(1, 2)])
        let error = try #require(throws: StorageError.self) { try store.all() }
        #expect(error.code == .corrupt)
        #expect(error.message.contains("block 2 of chain 010101010101"))
        #expect(throws: StorageError.self) {
            try store.read(
                chain: sampleBlock(1, 0).chain, from: 1, maximumBytes: .max, maximumCount: 9)
        }
    }

    @Test("a file that is no database, or another program's, is not touched")
    func foreign() throws {
        let folder = try TemporaryFolder()
        let state = try folder.state()
        let nonsense = [UInt8](repeating: 0x55, count: 9_000)
        try state.write(nonsense, to: BlockStore.name)
        #expect(failure(state)?.code == .corrupt)
        #expect(try state.read(BlockStore.name) == nonsense)
    }

    @Test("is set aside with its log, whole, and a new one begins")
    func setAside() throws {
        let (folder, state, path) = try closedStore()
        defer { withExtendedLifetime(folder) {} }
        try damage(path) { $0[5_000] ^= 0xFF }
        let damaged = try state.read(BlockStore.name)
        try state.write([1, 2, 3], to: BlockStore.name + "-wal")
        #expect(try BlockStore.setAside(in: state) == "mesh.db.damaged-1")
        #expect(try state.read("mesh.db.damaged-1") == damaged)
        #expect(try state.read("mesh.db.damaged-1-wal") == [1, 2, 3])
        #expect(try state.read(BlockStore.name) == nil)
        #expect(try state.read(BlockStore.name + "-wal") == nil)
        let store = try BlockStore.open(state)
        #expect(try store.count() == 0)
        try store.close()
        #expect(try BlockStore.setAside(in: state) == "mesh.db.damaged-2")
    }
}
