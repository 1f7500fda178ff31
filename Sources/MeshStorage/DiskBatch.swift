/// What has to be durable together, before the completion of `id` is reported.
package struct DiskBatch: Sendable, Equatable {
    /// The caller's name for it, given back at completion.
    package let id: UInt64
    /// The vote file's new payload, where it changes.
    package let vote: [UInt8]?
    /// Blocks to append, in order.
    package let blocks: [StoredBlock]

    /// A batch.
    package init(id: UInt64, vote: [UInt8]? = nil, blocks: [StoredBlock] = []) {
        self.id = id
        self.vote = vote
        self.blocks = blocks
    }

    var length: Int { blocks.reduce(vote?.count ?? 0) { $0 + $1.bytes.count } }
}
