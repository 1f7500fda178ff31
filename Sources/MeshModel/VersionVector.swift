/// Chain → number of its blocks seen: what an author or a disk holds.
///
/// An array sorted by chain, not a dictionary, so that it is walked in one order everywhere.
package struct VersionVector: Hashable, Sendable {
    package struct Entry: Hashable, Sendable {
        package let chain: ChainID
        package var length: UInt64

        package init(chain: ChainID, length: UInt64) {
            self.chain = chain
            self.length = length
        }
    }

    package private(set) var entries: [Entry] = []

    package init() {}

    /// Keeps the greatest length of each chain, in any order of `entries`.
    package init(_ entries: some Sequence<Entry>) {
        for entry in entries { raise(entry.chain, to: entry.length) }
    }

    package var isEmpty: Bool { entries.isEmpty }

    /// Number of blocks of `chain` seen; 0 for a chain never seen.
    package subscript(chain: ChainID) -> UInt64 {
        let at = index(of: chain)
        return at < entries.count && entries[at].chain == chain ? entries[at].length : 0
    }

    /// Raises the entry of `chain`; a lower length changes nothing.
    package mutating func raise(_ chain: ChainID, to length: UInt64) {
        guard length > 0 else { return }
        let at = index(of: chain)
        if at < entries.count && entries[at].chain == chain {
            entries[at].length = max(entries[at].length, length)
        } else {
            entries.insert(Entry(chain: chain, length: length), at: at)
        }
    }

    /// The entries of this vector that are greater than in `other`.
    package func beyond(_ other: VersionVector) -> [Entry] {
        entries.filter { $0.length > other[$0.chain] }
    }

    /// True where this vector has seen all that `other` has.
    package func covers(_ other: VersionVector) -> Bool {
        other.entries.allSatisfy { $0.length <= self[$0.chain] }
    }

    // Newest chains stand last and are asked for most.
    private func index(of chain: ChainID) -> Int {
        if let last = entries.last {
            if last.chain == chain { return entries.count - 1 }
            if last.chain < chain { return entries.count }
        }
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].chain < chain { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
