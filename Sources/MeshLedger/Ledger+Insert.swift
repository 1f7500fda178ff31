package import MeshModel

extension Ledger {
    /// What became of a block offered to the ledger.
    package enum Insertion: Hashable, Sendable {
        case added
        /// Held already.
        case known
        /// Something it depends on is not held: pull these first.
        case missing([VersionVector.Entry])
        /// Another block with the same number is held, or a link does not fit. Kept out.
        case conflicting(String)
    }

    /// Adds a block if all that it depends on is held: the blocks before it in its chain, the log
    /// it builds on, and every chain its author had seen.
    package mutating func insert(_ block: Block) -> Insertion {
        let body = block.body
        let chain = body.chain
        let held = self[chain]
        let length = held?.length ?? 0
        if body.sequence < length {
            guard let hash = heldHash(body.position), hash != block.hash else { return .known }
            return .conflicting("another block \(body.position) is held")
        }
        let missing = dependencies(of: body, held: length)
        if !missing.isEmpty { return .missing(missing) }
        if let held {
            guard body.parentHash == held.head else {
                return .conflicting("block \(body.position) does not follow the block before it")
            }
        } else if let problem = startProblem(body) {
            return .conflicting(problem)
        }
        append(block)
        return .added
    }

    private func dependencies(of body: BlockBody, held: UInt64) -> [VersionVector.Entry] {
        var missing: [VersionVector.Entry] = []
        if body.sequence > held {
            missing.append(VersionVector.Entry(chain: body.chain, length: body.sequence))
        }
        if let parent = body.parent, parent.chain != body.chain, !holds(parent) {
            missing.append(VersionVector.Entry(chain: parent.chain, length: parent.length))
        }
        for entry in body.seen where entry.chain != body.chain {
            if length(of: entry.chain) < entry.length { missing.append(entry) }
        }
        return missing
    }

    /// Checks the links of an epoch start; its parent is held.
    private func startProblem(_ body: BlockBody) -> String? {
        guard let parent = body.parent else {
            return body.parentHash == charter ? nil : "epoch start of another mesh"
        }
        guard parent.chain.epoch < body.chain.epoch else {
            return "epoch start \(body.chain) does not build on an earlier epoch"
        }
        if let held = heldHash(parent), held != body.parentHash {
            return "epoch start \(body.chain) names another block as its parent"
        }
        return nil
    }

    /// The hash of a block held. That of one in the middle of a chain is known only while the block
    /// is in memory; of older ones the storage keeps it, and checks all links at start.
    private func heldHash(_ position: Position) -> Key32? {
        if let chain = self[position.chain], chain.length == position.length { return chain.head }
        return unapplied[position]?.hash ?? recent[position]?.hash
    }

    private mutating func append(_ block: Block) {
        let chain = block.body.chain
        let at = index(of: chain)
        if at < chains.count && chains[at].id == chain {
            digest &-= Self.mix(chains[at])
            chains[at].length += 1
            chains[at].head = block.hash
        } else {
            chains.insert(
                Chain(id: chain, length: 1, head: block.hash, parent: block.body.parent), at: at)
        }
        digest &+= Self.mix(chains[at])
        vector.raise(chain, to: chains[at].length)
        blockCount += 1
        recordCount += UInt64(block.body.records.count)
        unapplied[block.position] = block
        recent.add(block)
        if let committed = block.body.committed { commit(committed) }
    }

    private static func mix(_ chain: Chain) -> UInt64 {
        mix64(
            chain.head.prefix ^ mix64(chain.length)
                ^ mix64(chain.id.epoch &+ chain.id.origin.key.prefix))
    }

    /// Folds everything up to `position` into `state`, as far as it is held.
    ///
    /// The caller knows that `position` was acknowledged: then all it builds on was too, and it
    /// lies on the path of every later epoch start.
    package mutating func commit(_ position: Position) {
        let held = min(position.length, length(of: position.chain))
        guard held > 0,
            let blocks = unappliedPath(to: Position(chain: position.chain, length: held))
        else { return }
        for block in blocks.reversed() {
            state.apply(block.body)
            unapplied.removeValue(forKey: block.position)
            applied = block.position
        }
        dropVoid()
    }

    /// The blocks from `position` back to the last one applied, newest first; nil where `position`
    /// was applied before.
    package func unappliedPath(to position: Position) -> [Block]? {
        if let applied, position.chain.epoch < applied.chain.epoch { return nil }
        if let applied, position.chain == applied.chain, position.length <= applied.length {
            return nil
        }
        var path: [Block] = []
        var cursor: Position? = position
        while let at = cursor, at != applied {
            guard let block = unapplied[at] else { return nil }
            path.append(block)
            cursor = block.body.parent
        }
        return cursor == applied ? path : nil
    }

    /// Blocks of epochs before the applied one that were not applied are void for good.
    private mutating func dropVoid() {
        guard let applied, unapplied.count > 0 else { return }
        var dead: [Position] = []
        for (position, _) in unapplied where position.chain.epoch < applied.chain.epoch {
            dead.append(position)
        }
        if countsVoidBlocks {
            dead.sort { ($0.chain, $0.length) < ($1.chain, $1.length) }
            for position in dead { if let block = unapplied[position] { state.apply(block.body) } }
        }
        for position in dead { unapplied.removeValue(forKey: position) }
    }
}
