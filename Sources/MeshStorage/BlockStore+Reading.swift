import Foundation
import GRDB

extension BlockStore {
    /// Calls `body` with every block in the order of arrival, one at a time, and verifies each:
    /// its hash, and that its chain is complete up to it.
    /// Throws `corrupt`, naming chain and sequence, what `body` throws, and `inputOutput`.
    package func forEach(
        _ body: (StoredBlock) throws(StorageError) -> Void
    ) throws(StorageError) {
        do {
            try reader.read { database in
                var nextSequences: [[UInt8]: UInt64] = [:]
                let rows = try Row.fetchCursor(
                    database,
                    sql: "SELECT chain, sequence, hash, bytes FROM blocks ORDER BY arrival")
                while let row = try rows.next() {
                    let block = try Self.block(row)
                    try verify(block, expected: nextSequences[block.chain, default: 0])
                    nextSequences[block.chain] = block.sequence + 1
                    try body(block)
                }
            }
        } catch {
            throw .database(error, "read the block database")
        }
    }

    /// Blocks of `chain` in order from sequence `from`, until `maximumCount` blocks or
    /// `maximumBytes` of block bytes are reached; the first one is given whatever its size.
    /// Each is verified. Throws `corrupt` or `inputOutput`.
    package func read(
        chain: [UInt8], from: UInt64, maximumBytes: Int, maximumCount: Int
    ) throws(StorageError) -> [StoredBlock] {
        do {
            return try reader.read { database in
                try collect(
                    database, chain: chain, from: from, maximumBytes: maximumBytes,
                    maximumCount: maximumCount)
            }
        } catch {
            throw .database(error, "read the block database")
        }
    }

    /// The same without blocking the calling thread.
    package func read(
        chain: [UInt8], from: UInt64, maximumBytes: Int, maximumCount: Int
    ) async throws(StorageError) -> [StoredBlock] {
        do {
            return try await reader.read { database in
                try self.collect(
                    database, chain: chain, from: from, maximumBytes: maximumBytes,
                    maximumCount: maximumCount)
            }
        } catch {
            throw .database(error, "read the block database")
        }
    }

    /// How many blocks are stored. Throws `corrupt` or `inputOutput`.
    package func count() throws(StorageError) -> Int {
        do {
            return try reader.read { database in
                try Int.fetchOne(database, sql: "SELECT count(*) FROM blocks") ?? 0
            }
        } catch {
            throw .database(error, "read the block database")
        }
    }

    private func collect(
        _ database: Database, chain: [UInt8], from: UInt64, maximumBytes: Int, maximumCount: Int
    ) throws -> [StoredBlock] {
        guard let from = Int64(exactly: from), maximumCount > 0 else { return [] }
        let select = try database.cachedStatement(
            sql: "SELECT chain, sequence, hash, bytes FROM blocks "
                + "WHERE chain = ? AND sequence >= ? ORDER BY sequence LIMIT ?")
        let rows = try Row.fetchCursor(
            select, arguments: [Self.data(chain), from, maximumCount])
        var blocks: [StoredBlock] = []
        var total = 0
        while let row = try rows.next() {
            let size = try row.withUnsafeData(atIndex: 3) { $0?.count ?? 0 }
            if !blocks.isEmpty, total + size > maximumBytes { break }
            let block = try Self.block(row)
            try verify(block, expected: UInt64(from) + UInt64(blocks.count))
            blocks.append(block)
            total += size
        }
        return blocks
    }

    private func verify(_ block: StoredBlock, expected: UInt64) throws {
        let place = StoredBlock.place(block.chain, block.sequence)
        guard block.sequence == expected else {
            throw StorageError.corrupt(
                "The block database has a hole: \(place) follows, where \(expected) belongs.")
        }
        guard hash(block.bytes) == block.hash else {
            throw StorageError.corrupt(
                "The block database is damaged: \(place) does not match its hash.")
        }
    }
}
