package import MeshModel

/// The chains a kiosk holds, and the one path through them that counts.
///
/// The path runs from the newest epoch start held back through its parents: every strict block off
/// that path lies beyond the cut of some epoch start and is void. Void blocks are kept and passed
/// on as evidence, but count for no ticket and no request. Bodies are kept in memory only until
/// they are known to be acknowledged and have been folded into `state`; `state` is therefore never
/// rolled back.
package struct Ledger: Sendable {
    /// One chain as held: a gap-free prefix.
    package struct Chain: Hashable, Sendable {
        package let id: ChainID
        package internal(set) var length: UInt64
        package internal(set) var head: Key32
        /// What its epoch start builds on.
        package let parent: Position?
    }

    /// Sorted by id, that is oldest epoch first.
    package internal(set) var chains: [Chain] = []
    /// Number of blocks held, void ones included.
    package internal(set) var blockCount: UInt64 = 0
    /// Number of records held, void ones included.
    package internal(set) var recordCount: UInt64 = 0
    /// Order-free mixture of all chains with length and head: equal logs have equal digests.
    package internal(set) var digest: UInt64 = 0
    /// The fold of everything acknowledged, as far as this kiosk knows.
    package internal(set) var state: MeshState
    /// How far `state` goes.
    package internal(set) var applied: Position?
    /// Blocks held that are not folded into `state`.
    package internal(set) var unapplied: [Position: Block] = [:]
    /// Simulator only: the bug of counting what lies beyond a cut.
    package var countsVoidBlocks = false
    /// The hash that a block without parent carries.
    package let charter: Key32
    /// The newest blocks, for peers that are a little behind.
    package internal(set) var recent = RecentBlocks()

    package init(charter: Key32, state: MeshState = MeshState()) {
        self.charter = charter
        self.state = state
    }

    package subscript(chain: ChainID) -> Chain? {
        let at = index(of: chain)
        return at < chains.count && chains[at].id == chain ? chains[at] : nil
    }

    /// Number of blocks of `chain` held.
    package func length(of chain: ChainID) -> UInt64 { self[chain]?.length ?? 0 }

    package func holds(_ position: Position) -> Bool {
        length(of: position.chain) >= position.length
    }

    /// What this disk holds, void chains included.
    package internal(set) var vector = VersionVector()

    /// The end of the path: the newest epoch start's chain as far as it is held.
    package var tip: Position? {
        chains.last.map { Position(chain: $0.id, length: $0.length) }
    }

    /// Hash of the last block of the path, or the charter where nothing is held.
    package var tipHash: Key32 { chains.last?.head ?? charter }

    /// The cut that the newest epoch start gives a chain: how many of its blocks count. Nil for a
    /// chain off the path.
    package func cut(of chain: ChainID) -> UInt64? {
        var cursor = tip
        while let position = cursor {
            if position.chain == chain { return position.length }
            if position.chain.epoch < chain.epoch { return nil }
            cursor = self[position.chain]?.parent
        }
        return nil
    }

    func index(of chain: ChainID) -> Int {
        if let last = chains.last {
            if last.id == chain { return chains.count - 1 }
            if last.id < chain { return chains.count }
        }
        var low = 0
        var high = chains.count
        while low < high {
            let middle = (low + high) / 2
            if chains[middle].id < chain { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// The newest blocks in the order of their arrival, bounded by count and by bytes.
package struct RecentBlocks: Sendable {
    /// A peer further behind than this reads from the disk of whoever serves it.
    package static let maximumCount = 256
    /// An import block may be large; this keeps the memory of a small kiosk small.
    package static let maximumBytes = 4 << 20

    private var blocks: [Position: Block] = [:]
    private var order: [Position] = []
    private var first = 0
    private var byteCount = 0

    package subscript(position: Position) -> Block? { blocks[position] }

    mutating func add(_ block: Block) {
        blocks[block.position] = block
        order.append(block.position)
        byteCount += block.bytes.count
        while order.count - first > Self.maximumCount || byteCount > Self.maximumBytes {
            guard order.count - first > 1 else { break }
            byteCount -= blocks.removeValue(forKey: order[first])?.bytes.count ?? 0
            first += 1
        }
        if first > Self.maximumCount {
            order.removeFirst(first)
            first = 0
        }
    }
}
