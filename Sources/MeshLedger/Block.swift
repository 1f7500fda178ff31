package import MeshModel

/// What one group commit wrote, before it is encoded and signed.
package struct BlockBody: Hashable, Sendable {
    package var chain: ChainID
    /// Number of the block in its chain, from 0.
    package var sequence: UInt64
    /// Where this block builds on: the block before it in its chain; for the first one the cut,
    /// that is the last block of the log that the new host inherited; nil only at the very first
    /// epoch start of a mesh.
    package var parent: Position?
    /// Hash of the parent block; for a block without one, of the mesh's charter.
    package var parentHash: Key32
    /// Chains of which the author had seen more than its previous block said; the epoch start says
    /// all. Together with what they build on this is the author's version vector.
    package var seen: [VersionVector.Entry]
    /// How far the author knew the log to be acknowledged; nil before anything was.
    package var committed: Position?
    /// How many disks an acknowledgement needed when the block was written.
    package var copies: UInt32
    package var records: [Record]
    /// The host's wall clock when it was written; for people only.
    package var at: WallTime

    package init(
        chain: ChainID, sequence: UInt64, parent: Position?, parentHash: Key32,
        seen: [VersionVector.Entry] = [], committed: Position? = nil, copies: UInt32 = 1,
        records: [Record] = [], at: WallTime = 0
    ) {
        self.chain = chain
        self.sequence = sequence
        self.parent = parent
        self.parentHash = parentHash
        self.seen = seen
        self.committed = committed
        self.copies = copies
        self.records = records
        self.at = at
    }

    /// An epoch start: the first block of a host's reign, which fixes what it inherits.
    package var isEpochStart: Bool { sequence == 0 }

    /// The log up to and including this block.
    package var position: Position { Position(chain: chain, length: sequence + 1) }
}

/// A block whose exact bytes carry its author's signature, already verified.
///
/// Only the wire layer makes one, after it has checked the signature, so the core accepts nothing
/// else: verified by type.
package struct Block: Hashable, Sendable {
    package let body: BlockBody
    /// Hash of the body's exact bytes, the link that the next block carries.
    package let hash: Key32
    /// The signed envelope, as it goes over the wire and to the disk; never encoded again.
    package let bytes: [UInt8]

    package init(verified body: BlockBody, hash: Key32, bytes: [UInt8]) {
        self.body = body
        self.hash = hash
        self.bytes = bytes
    }

    package var position: Position { body.position }

    package static func == (a: Block, b: Block) -> Bool { a.hash == b.hash }

    package func hash(into hasher: inout Hasher) { hasher.combine(hash) }
}
