import Foundation
import GRDB
import Glibc

extension BlockStore {
    /// Marks the file as ours ("KMSH"), so that a foreign database is told from a damaged one.
    private static let applicationID = 0x4B4D_5348

    static let insertBlock =
        "INSERT INTO blocks (chain, sequence, hash, bytes) VALUES (?, ?, ?, ?)"

    static func setDurable(_ database: Database) throws {
        try database.execute(sql: "PRAGMA journal_mode = WAL")
        // FULL: every commit flushes the log. NORMAL would lose the last ones in a power cut.
        try database.execute(sql: "PRAGMA synchronous = FULL")
        let mode = try String.fetchOne(database, sql: "PRAGMA journal_mode")
        guard mode == "wal" else {
            throw StorageError(
                code: .inputOutput,
                message: "The file system cannot hold a write-ahead log (mode \(mode ?? "none")).",
                hint: "Choose a directory on a local disk with --state.")
        }
    }

    /// SQLite takes a file of a single byte for an empty one and would begin anew. An empty file
    /// is what a power cut leaves while a database is created.
    static func checkLength(_ path: String) throws {
        var status = stat()
        guard stat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            throw StorageError(
                code: .notAFile, message: "\(path) is a directory, not the block database.",
                hint: "Move it away; this kiosk then fetches everything from the others.")
        }
        let length = try OpenFile(path, flags: O_RDONLY).size()
        guard length == 0 || length >= smallestPage else {
            throw StorageError.corrupt("mesh.db was cut short to \(length) bytes.")
        }
    }

    /// SQLite's smallest page in bytes; no database is shorter.
    private static let smallestPage = 512

    /// Reads every page once: SQLite itself notices damage only when it stumbles upon it.
    static func check(_ database: Database) throws {
        let mark = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let isEmpty = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") == 0
        guard mark == applicationID || (mark == 0 && isEmpty) else {
            throw StorageError.corrupt("mesh.db is a database, but not one of KioskMesh.")
        }
        let findings = try String.fetchAll(database, sql: "PRAGMA quick_check(3)")
        guard findings == ["ok"] else {
            let text = findings.joined(separator: "; ")
                .replacingOccurrences(of: "\n", with: " ")
            throw StorageError.corrupt("The block database is damaged: \(text).")
        }
    }

    static func migrate(_ writer: DatabaseQueue) throws {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1-blocks") { database in
            try database.execute(sql: "PRAGMA application_id = \(applicationID)")
            try database.execute(sql: firstSchema)
        }
        guard try !writer.read(migrator.hasBeenSuperseded) else {
            throw StorageError(
                code: .newerVersion,
                message: "The block database was written by a newer KioskMesh.",
                hint: "Install the version that wrote it, or a later one.")
        }
        try migrator.migrate(writer)
    }

    /// Rows are never deleted, so that a plain row id grows without the extra page that
    /// AUTOINCREMENT would write at every commit.
    private static let firstSchema = """
        CREATE TABLE blocks (
            arrival INTEGER PRIMARY KEY,
            chain BLOB NOT NULL CHECK (length(chain) = \(StoredBlock.chainLength)),
            sequence INTEGER NOT NULL CHECK (sequence >= 0),
            hash BLOB NOT NULL CHECK (length(hash) = \(StoredBlock.hashLength)),
            bytes BLOB NOT NULL CHECK (length(bytes) > 0),
            UNIQUE (chain, sequence)
        ) STRICT;
        CREATE TABLE meta (
            key TEXT PRIMARY KEY NOT NULL CHECK (length(key) > 0),
            value BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;
        """

    static func insert(_ block: StoredBlock, with statement: Statement) throws {
        try statement.execute(arguments: [
            data(block.chain), Int64(block.sequence), data(block.hash), data(block.bytes),
        ])
    }

    static func data(_ bytes: [UInt8]) -> Data { Data(bytes) }

    static func bytes(_ row: Row, _ index: Int) throws -> [UInt8] {
        try row.withUnsafeData(atIndex: index) { data in
            guard let data else { throw StorageError.corrupt("The database lacks a value.") }
            return [UInt8](data)
        }
    }

    static func block(_ row: Row) throws -> StoredBlock {
        let sequence: Int64 = row[1]
        guard let sequence = UInt64(exactly: sequence) else {
            throw StorageError.corrupt("The database holds a negative sequence number.")
        }
        return StoredBlock(
            chain: try bytes(row, 0), sequence: sequence, hash: try bytes(row, 2),
            bytes: try bytes(row, 3))
    }
}
