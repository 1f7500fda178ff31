import MeshModel
import Testing

@Suite struct VersionVectorTests {
    static func chain(_ epoch: Epoch, _ origin: UInt8 = 1, _ incarnation: UInt64 = 7) -> ChainID {
        let key = Key32([UInt8](repeating: origin, count: 32)) ?? .zero
        return ChainID(origin: KioskID(key), incarnation: incarnation, epoch: epoch)
    }

    static func entry(_ epoch: Epoch, _ length: UInt64) -> VersionVector.Entry {
        VersionVector.Entry(chain: chain(epoch), length: length)
    }

    @Test func isTheSameInEveryOrderOfItsEntries() {
        let entries = [entry(1, 4), Self.entry(2, 1), Self.entry(3, 9), Self.entry(2, 5)]
        let expected = VersionVector(entries)
        for order in permutations(of: entries) { #expect(VersionVector(order) == expected) }
        #expect(expected.entries == [entry(1, 4), entry(2, 5), entry(3, 9)])
    }

    @Test func keepsTheGreatestLength() {
        var vector = VersionVector([entry(1, 4)])
        vector.raise(Self.chain(1), to: 3)
        #expect(vector[Self.chain(1)] == 4)
        vector.raise(Self.chain(1), to: 5)
        #expect(vector[Self.chain(1)] == 5)
    }

    @Test func lengthNoughtIsNoEntry() {
        var vector = VersionVector()
        vector.raise(Self.chain(1), to: 0)
        #expect(vector.isEmpty)
        #expect(vector[Self.chain(1)] == 0)
    }

    @Test func tellsOriginAndIncarnationApart() {
        var vector = VersionVector()
        vector.raise(Self.chain(1, 1, 7), to: 1)
        vector.raise(Self.chain(1, 1, 8), to: 2)
        vector.raise(Self.chain(1, 2, 7), to: 3)
        #expect(vector.entries.map(\.length) == [1, 2, 3])
        #expect(vector[Self.chain(1, 2, 8)] == 0)
    }

    /// Left and right, what the left has beyond the right, and whether it covers it.
    static let pairs: [(left: [UInt64], right: [UInt64], beyond: [UInt64], covers: Bool)] = [
        ([], [], [], true),
        ([1], [], [1], true),
        ([], [1], [], false),
        ([2, 3], [2, 3], [], true),
        ([2, 4], [2, 3], [4], true),
        ([2, 2], [2, 3], [], false),
        ([3, 2], [2, 3], [3], false),
        ([1, 1, 1], [1, 1], [1], true),
    ]

    @Test(arguments: pairs)
    func compares(_ pair: (left: [UInt64], right: [UInt64], beyond: [UInt64], covers: Bool)) {
        let left = vector(pair.left)
        let right = vector(pair.right)
        #expect(left.beyond(right).map(\.length) == pair.beyond)
        #expect(left.covers(right) == pair.covers)
    }

    private func vector(_ lengths: [UInt64]) -> VersionVector {
        VersionVector(
            lengths.enumerated().map { Self.entry(Epoch($0.offset + 1), $0.element) })
    }

    private func entry(_ epoch: Epoch, _ length: UInt64) -> VersionVector.Entry {
        Self.entry(epoch, length)
    }
}

/// Every order of a few elements.
func permutations<Element>(of elements: [Element]) -> [[Element]] {
    guard elements.count > 1 else { return [elements] }
    return elements.indices.flatMap { index in
        var rest = elements
        let first = rest.remove(at: index)
        return permutations(of: rest).map { [first] + $0 }
    }
}
