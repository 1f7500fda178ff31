import Foundation
import Testing

@testable import MeshStorage

@Suite("Vote file")
struct VoteFileTests {
    private static func payload(_ number: Int, count: Int = 40) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number &* 31 &+ $0) }
    }

    /// A file after `saves` saves of different payloads, and its path.
    private func saved(_ saves: Int) throws -> (TemporaryFolder, StateDirectory, String) {
        let folder = try TemporaryFolder()
        let state = try folder.state()
        let file = VoteFile(in: state)
        for number in 0..<saves { try file.save(Self.payload(number)) }
        return (folder, state, state.path(of: VoteFile.name))
    }

    @Test("is absent, then holds the newest payload, in this process and in the next")
    func newest() throws {
        let folder = try TemporaryFolder()
        let state = try folder.state()
        let file = VoteFile(in: state)
        #expect(try file.load() == .absent)
        for number in 0..<5 {
            try file.save(Self.payload(number, count: 10 * number))
            let expected = VoteFileState.valid(Self.payload(number, count: 10 * number))
            #expect(try file.load() == expected)
            #expect(try VoteFile(in: state).load() == expected)
        }
        let next = VoteFile(in: state)
        try next.save(Self.payload(99))
        #expect(try VoteFile(in: state).load() == .valid(Self.payload(99)))
    }

    @Test("takes 60,000 bytes and no more")
    func limits() throws {
        let (folder, state, _) = try saved(1)
        defer { withExtendedLifetime(folder) {} }
        let largest = Self.payload(7, count: VoteFile.maximumPayloadLength)
        try VoteFile(in: state).save(largest)
        #expect(try VoteFile(in: state).load() == .valid(largest))
        let error = try #require(throws: StorageError.self) {
            try VoteFile(in: state).save(largest + [0])
        }
        #expect(error.code == .refused)
        #expect(try VoteFile(in: state).load() == .valid(largest))
    }

    @Test(
        "a power cut after any byte of a save leaves the payload before it or the new one",
        arguments: [1, 2, 3])
    func powerCut(earlierSaves: Int) throws {
        let (folder, state, path) = try saved(earlierSaves)
        defer { withExtendedLifetime(folder) {} }
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        try VoteFile(in: state).save(Self.payload(earlierSaves))
        let after = try Data(contentsOf: URL(fileURLWithPath: path))
        let changed = before.indices.filter { before[$0] != after[$0] }
        let first = try #require(changed.first)
        let last = try #require(changed.last)
        #expect(last / VoteSlot.stride == first / VoteSlot.stride, "one slot is written")
        for cut in first...last {
            var torn = before
            torn.replaceSubrange(first..<cut, with: after[first..<cut])
            try torn.write(to: URL(fileURLWithPath: path))
            #expect(try VoteFile(in: state).load() == .valid(Self.payload(earlierSaves - 1)))
            // Sectors may also arrive in another order: the end before the beginning.
            var reversed = before
            reversed.replaceSubrange(cut...last, with: after[cut...last])
            let expected = reversed == after ? earlierSaves : earlierSaves - 1
            try reversed.write(to: URL(fileURLWithPath: path))
            #expect(try VoteFile(in: state).load() == .valid(Self.payload(expected)))
        }
        // The kiosk goes on from a torn slot: the next save takes its place.
        try VoteFile(in: state).save(Self.payload(50))
        #expect(try VoteFile(in: state).load() == .valid(Self.payload(50)))
    }

    @Test(
        "one damaged byte of the newest slot, in any field, yields the older payload",
        arguments: [0, 7, 8, 11, 12, 15, 16, 23, 24, 55, 56, 70, 95])
    func flippedByte(offset: Int) throws {
        let (folder, state, path) = try saved(2)
        defer { withExtendedLifetime(folder) {} }
        try damage(path) { $0[VoteSlot.stride + offset] ^= 0x40 }
        #expect(try VoteFile(in: state).load() == .valid(Self.payload(0)))
        try damage(path) { $0[offset] ^= 0x01 }
        guard case .corrupt(let reason) = try VoteFile(in: state).load() else {
            Issue.record("both slots are damaged")
            return
        }
        #expect(reason.contains("first copy") && reason.contains("second copy"))
        let error = try #require(throws: StorageError.self) {
            try VoteFile(in: state).save([1])
        }
        #expect(error.code == .corrupt)
    }

    @Test(
        "a file cut short keeps what is whole",
        arguments: [
            (0, false), (10, false), (55, false), (90, false), (96, true), (65_536, true),
            (65_600, true), (65_631, true),
        ])
    func truncated(length: Int, firstSlotIsWhole: Bool) throws {
        let (folder, state, path) = try saved(2)
        defer { withExtendedLifetime(folder) {} }
        try damage(path) { $0.removeSubrange(length...) }
        let loaded = try VoteFile(in: state).load()
        if firstSlotIsWhole {
            #expect(loaded == .valid(Self.payload(0)))
        } else if case .corrupt = loaded {
        } else {
            Issue.record("\(loaded) from \(length) bytes")
        }
    }

    @Test("a damaged file is set aside, not deleted, and a new one begins")
    func setAside() throws {
        let (folder, state, path) = try saved(3)
        defer { withExtendedLifetime(folder) {} }
        try damage(path) { $0 = Data("nonsense".utf8) }
        let file = VoteFile(in: state)
        guard case .corrupt = try file.load() else {
            Issue.record("nonsense is corrupt")
            return
        }
        #expect(try file.setAside() == "vote.damaged-1")
        #expect(try state.read("vote.damaged-1") == Array("nonsense".utf8))
        #expect(try file.load() == .absent)
        try file.save([1])
        #expect(try VoteFile(in: state).load() == .valid([1]))
        #expect(try file.setAside() == "vote.damaged-2")
    }
}
