import Foundation
import GRDB

/// The file `courier.db`: what a terminal has collected between a mesh and its ticket servers.
///
/// It keeps bytes and knows nothing of what is in them; whoever calls has sealed what is personal.
package final class CourierStore: Sendable {
    /// The file's name in the state directory.
    package static let name = "courier.db"
    /// Most seconds to wait for another command on the same directory.
    private static let busySeconds = 5.0
    /// The result of a fact that its server refused.
    static let refused = 3

    private let writer: DatabaseQueue

    /// A segment's grant.
    package struct Segment: Sendable, Hashable {
        package var name: String
        /// When the grant was signed.
        package var version: Int64
        package var grant: [UInt8]
        /// The server's token, sealed; empty where there is none.
        package var token: [UInt8]

        package init(name: String, version: Int64, grant: [UInt8], token: [UInt8]) {
            self.name = name
            self.version = version
            self.grant = grant
            self.token = token
        }
    }

    /// How far one event of a segment is.
    package struct Part: Sendable, Hashable {
        package var event: String
        package var progress: [UInt8]
        /// Those that the server counts too.
        package var ticketCount: Int
    }

    package struct Ticket: Sendable, Hashable {
        package var id: [UInt8]
        package var bytes: [UInt8]
        /// False for a code that was withdrawn, which is no ticket to its server.
        package var isCounted: Bool

        package init(id: [UInt8], bytes: [UInt8], isCounted: Bool) {
            self.id = id
            self.bytes = bytes
            self.isCounted = isCounted
        }
    }

    /// A fact of a mesh, and what its server said.
    package struct Fact: Sendable, Hashable {
        package var request: [UInt8]
        package var body: [UInt8]
        /// How often the mesh's operator ordered it anew.
        package var attempt: UInt32
        /// The number of the receipt's result; nil while it waits.
        package var result: Int?
        package var words: String

        package init(
            request: [UInt8], body: [UInt8], attempt: UInt32, result: Int? = nil,
            words: String = ""
        ) {
            self.request = request
            self.body = body
            self.attempt = attempt
            self.result = result
            self.words = words
        }
    }

    /// Whether something was collected in `directory`.
    package static func exists(in directory: StateDirectory) -> Bool {
        FileManager.default.fileExists(atPath: directory.path(of: name))
    }

    /// Opens or creates the file. Throws as `BlockStore.open` does.
    package init(in directory: StateDirectory) throws(StorageError) {
        var configuration = Configuration()
        configuration.busyMode = .timeout(Self.busySeconds)
        configuration.label = "km-courier"
        let path = directory.path(of: Self.name)
        // SQLite would make it as readable as the caller's umask lets it.
        _ = try OpenFile(path, flags: O_RDWR | O_CREAT | O_CLOEXEC)
        do {
            writer = try DatabaseQueue(path: path, configuration: configuration)
            var migrator = DatabaseMigrator()
            migrator.registerMigration("1-courier") { try $0.execute(sql: Self.schema) }
            migrator.registerMigration("2-attempts") {
                try $0.execute(
                    sql: "ALTER TABLE facts ADD COLUMN attempt INTEGER NOT NULL DEFAULT 0")
            }
            guard try !writer.read(migrator.hasBeenSuperseded) else {
                throw StorageError(
                    code: .newerVersion,
                    message: "\(Self.name) was written by a newer KioskMesh.",
                    hint: "Install the version that wrote it, or a later one.")
            }
            try migrator.migrate(writer)
        } catch {
            throw .database(error, "open \(path)")
        }
    }

    private static let schema = """
        CREATE TABLE segments (
            name TEXT PRIMARY KEY, version INTEGER NOT NULL, grant_bytes BLOB NOT NULL,
            token BLOB NOT NULL
        ) STRICT;
        CREATE TABLE parts (
            segment TEXT NOT NULL, event TEXT NOT NULL, progress BLOB NOT NULL,
            PRIMARY KEY (segment, event)
        ) STRICT;
        CREATE TABLE tickets (
            segment TEXT NOT NULL, event TEXT NOT NULL, id BLOB NOT NULL, bytes BLOB NOT NULL,
            is_counted INTEGER NOT NULL, PRIMARY KEY (segment, event, id)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE facts (
            position INTEGER PRIMARY KEY, segment TEXT NOT NULL, request BLOB NOT NULL UNIQUE,
            body BLOB NOT NULL, result INTEGER, words TEXT NOT NULL DEFAULT ''
        ) STRICT;
        CREATE INDEX facts_of_segment ON facts (segment, result, position);
        """

    func write<Value>(
        _ action: String, _ body: (Database) throws -> Value
    ) throws(StorageError) -> Value {
        do { return try writer.write(body) } catch { throw .database(error, action) }
    }

    func read<Value>(_ body: (Database) throws -> Value) throws(StorageError) -> Value {
        do { return try writer.read(body) } catch { throw .database(error, "read \(Self.name)") }
    }

    // MARK: segments

    /// In the order of their names.
    package func segments() throws(StorageError) -> [Segment] {
        try read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM segments ORDER BY name").map {
                Segment(
                    name: $0["name"], version: $0["version"], grant: Self.bytes($0["grant_bytes"]),
                    token: Self.bytes($0["token"]))
            }
        }
    }

    /// Keeps a segment; one of another version begins its catalogue anew.
    package func keep(_ segment: Segment) throws(StorageError) {
        try write("keep a grant") { database in
            let known = try Int64.fetchOne(
                database, sql: "SELECT version FROM segments WHERE name = ?",
                arguments: [segment.name])
            if known != segment.version {
                for table in ["parts", "tickets"] {
                    try database.execute(
                        sql: "DELETE FROM \(table) WHERE segment = ?", arguments: [segment.name])
                }
            }
            try database.execute(
                sql: """
                    INSERT INTO segments (name, version, grant_bytes, token) VALUES (?, ?, ?, ?)
                    ON CONFLICT (name) DO UPDATE SET version = excluded.version,
                        grant_bytes = excluded.grant_bytes, token = excluded.token
                    """,
                arguments: [
                    segment.name, segment.version, Data(segment.grant), Data(segment.token),
                ])
        }
    }

    /// Drops a segment and its catalogue; its facts stay.
    package func drop(segment: String) throws(StorageError) {
        try write("drop a grant") { database in
            for (table, column) in [
                ("segments", "name"), ("parts", "segment"), ("tickets", "segment"),
            ] {
                try database.execute(
                    sql: "DELETE FROM \(table) WHERE \(column) = ?", arguments: [segment])
            }
        }
    }

    // MARK: catalogues

    package func parts(of segment: String) throws(StorageError) -> [Part] {
        try read { database in
            let sql = """
                SELECT event, progress, (SELECT count(*) FROM tickets
                    WHERE tickets.segment = parts.segment AND tickets.event = parts.event
                        AND is_counted) AS n
                FROM parts WHERE segment = ? ORDER BY event
                """
            return try Row.fetchAll(database, sql: sql, arguments: [segment]).map {
                Part(
                    event: $0["event"], progress: Self.bytes($0["progress"]),
                    ticketCount: $0["n"])
            }
        }
    }

    /// Keeps a page and how far that is, together; durable on return. `isFirst` drops what an
    /// earlier reading left.
    package func keep(
        segment: String, event: String, progress: [UInt8],
        tickets: [Ticket], isFirst: Bool
    ) throws(StorageError) {
        try write("keep a page of tickets") { database in
            if isFirst {
                try database.execute(
                    sql: "DELETE FROM tickets WHERE segment = ? AND event = ?",
                    arguments: [segment, event])
            }
            try database.execute(
                sql: """
                    INSERT INTO parts (segment, event, progress) VALUES (?, ?, ?)
                    ON CONFLICT (segment, event) DO UPDATE SET progress = excluded.progress
                    """,
                arguments: [segment, event, Data(progress)])
            let insert = try database.cachedStatement(
                sql: """
                    INSERT INTO tickets (segment, event, id, bytes, is_counted)
                    VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (segment, event, id) DO UPDATE SET bytes = excluded.bytes,
                        is_counted = excluded.is_counted
                    """)
            for ticket in tickets {
                try insert.execute(
                    arguments: [
                        segment, event, Data(ticket.id), Data(ticket.bytes), ticket.isCounted,
                    ])
            }
        }
    }

    /// Up to `limit` tickets of an event behind `id`, in the order of their ids.
    package func tickets(
        of segment: String, event: String, after id: [UInt8]?, limit: Int
    ) throws(StorageError) -> [Ticket] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT id, bytes, is_counted FROM tickets
                    WHERE segment = ? AND event = ? AND id > ?
                    ORDER BY id LIMIT ?
                    """,
                arguments: [segment, event, Data(id ?? []), limit]
            ).map {
                Ticket(
                    id: Self.bytes($0["id"]), bytes: Self.bytes($0["bytes"]),
                    isCounted: $0["is_counted"])
            }
        }
    }

    static func bytes(_ data: Data) -> [UInt8] { [UInt8](data) }
}
