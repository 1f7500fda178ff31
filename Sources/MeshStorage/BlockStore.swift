import GRDB

/// The file `mesh.db`: every block this kiosk holds, in the order of arrival, and a few named
/// values. Write-ahead log, a flush at every commit.
package final class BlockStore: Sendable {
    /// The file's name in the state directory; SQLite adds `-wal` and `-shm` beside it.
    package static let name = "mesh.db"
    /// Most seconds to wait for a lock that another connection holds for a moment, as while the
    /// write-ahead log is folded into the file.
    static let busySeconds = 5.0

    let writer: DatabaseQueue
    /// A connection of its own, so that reading never makes a commit wait.
    let reader: DatabaseQueue
    let hash: @Sendable ([UInt8]) -> [UInt8]

    /// Opens or creates the database in `directory`; `hash` gives a block's hash from its bytes.
    /// Throws `corrupt` for a file that is no database or has damaged pages (the caller may then
    /// `setAside` it), `newerVersion`, `full`, `notWritable`, `locked` or `inputOutput`.
    package static func open(
        in directory: StateDirectory, hash: @escaping @Sendable ([UInt8]) -> [UInt8]
    ) throws(StorageError) -> BlockStore {
        do {
            return try BlockStore(directory: directory, hash: hash)
        } catch {
            throw .database(error, "open \(directory.path(of: Self.name))")
        }
    }

    private init(
        directory: StateDirectory, hash: @escaping @Sendable ([UInt8]) -> [UInt8]
    ) throws {
        let path = directory.path(of: Self.name)
        try Self.checkLength(path)
        var configuration = Configuration()
        configuration.busyMode = .timeout(Self.busySeconds)
        configuration.label = "km-blocks"
        writer = try DatabaseQueue(path: path, configuration: configuration)
        try writer.writeWithoutTransaction { database in
            try Self.setDurable(database)
            try Self.check(database)
        }
        try Self.migrate(writer)
        configuration.readonly = true
        reader = try DatabaseQueue(path: path, configuration: configuration)
        self.hash = hash
        // SQLite flushes its files, and their names only where it keeps a rollback journal.
        try directory.synchronise()
    }

    /// Folds the log into the file and closes it. Throws what the last write may throw.
    package func close() throws(StorageError) {
        do {
            try reader.close()
            try writer.close()
        } catch {
            throw .database(error, "close the block database")
        }
    }

    /// Renames the database and what belongs to it to `mesh.db.damaged-<n>` and returns that
    /// name. Nothing is deleted: an expert may still read it. No store may be open meanwhile.
    package static func setAside(in directory: StateDirectory) throws(StorageError) -> String {
        let suffixes = ["-wal", "-shm"]
        let aside = try directory.nameAside(for: name, suffixes: suffixes)
        // The log goes first: left alone, it would be replayed into the next database.
        for suffix in suffixes + [""] {
            try directory.moveAside(name + suffix, to: aside + suffix)
        }
        return aside
    }

    /// Appends `blocks` in their order, all or none; durable on return.
    /// Throws `refused` (malformed, or the position is taken), `full`, `inputOutput`, `corrupt`.
    package func append(_ blocks: [StoredBlock]) throws(StorageError) {
        guard !blocks.isEmpty else { return }
        for block in blocks { try block.check() }
        do {
            try writer.write { database in
                let insert = try database.cachedStatement(sql: Self.insertBlock)
                for block in blocks { try Self.insert(block, with: insert) }
            }
        } catch {
            throw .database(error, "store \(blocks.count) blocks")
        }
    }

    /// The named value `key`; nil where it was never set.
    package func value(for key: String) throws(StorageError) -> [UInt8]? {
        do {
            return try reader.read { database in
                let select = try database.cachedStatement(
                    sql: "SELECT value FROM meta WHERE key = ?")
                return try Row.fetchOne(select, arguments: [key]).map { try Self.bytes($0, 0) }
            }
        } catch {
            throw .database(error, "read the block database")
        }
    }

    /// Sets the named value `key`; durable on return. Throws like `append`.
    package func setValue(_ value: [UInt8], for key: String) throws(StorageError) {
        do {
            try writer.write { database in
                try database.execute(
                    sql: "INSERT INTO meta (key, value) VALUES (?, ?) "
                        + "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                    arguments: [key, Self.data(value)])
            }
        } catch {
            throw .database(error, "write the block database")
        }
    }
}
