import GRDB
import Glibc
import MeshCrypto

/// The tables, how they are made, and what a good database file is.
enum OfficeSchema {
    /// Marks the file as ours ("KMBO"), so that a foreign database is told from a damaged one.
    private static let applicationID = 0x4B4D_424F
    /// SQLite's smallest page in bytes; no database is shorter.
    private static let smallestPage = 512

    /// SQLite takes a file of a single byte for an empty one and would begin anew.
    static func checkLength(_ path: String) throws(BoxOfficeError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        let size = lseek(descriptor, 0, SEEK_END)
        close(descriptor)
        guard size <= 0 || size >= smallestPage else {
            throw .damaged("it was cut short to \(size) bytes")
        }
    }

    /// Reads every page once where `isThorough`: SQLite notices damage only when it meets it.
    static func check(_ database: Database, isThorough: Bool) throws {
        let mark = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let isEmpty = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") == 0
        guard mark == applicationID || (mark == 0 && isEmpty) else {
            throw BoxOfficeError.damaged("it is a database, but not one of a box office")
        }
        guard isThorough else { return }
        let findings = try String.fetchAll(database, sql: "PRAGMA quick_check(3)")
        guard findings == ["ok"] else {
            let words = findings.joined(separator: "; ").split(separator: "\n")
            throw BoxOfficeError.damaged(words.joined(separator: " "))
        }
    }

    /// A commit survives a power cut: NORMAL, which GRDB sets with WAL, would lose the last ones.
    static func setDurable(_ database: Database) throws {
        try database.execute(sql: "PRAGMA synchronous = FULL")
    }

    static func migrate(_ pool: DatabasePool) throws {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1-tickets-and-facts") { database in
            try database.execute(sql: "PRAGMA application_id = \(applicationID)")
            try database.execute(sql: first)
            try database.execute(
                sql: "INSERT INTO meta (key, value) VALUES ('database', ?)",
                arguments: [Hex.encode(RandomBytes.make(4))])
        }
        guard try !pool.read(migrator.hasBeenSuperseded) else {
            throw BoxOfficeError(
                .newerVersion, "The box office's database was written by a newer KioskMesh.",
                hint: "Install the version that wrote it, or a later one.")
        }
        try migrator.migrate(pool)
    }

    /// `change` is a ticket's place in the order of changes of its event: a page is what comes
    /// behind a change, so that the first download and every later one are the same query.
    private static let first = """
        CREATE TABLE meta (
            key TEXT PRIMARY KEY NOT NULL,
            value TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE meshes (
            id TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 64),
            box_key TEXT NOT NULL CHECK (length(box_key) = 64)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE events (
            id INTEGER PRIMARY KEY,
            slug TEXT NOT NULL UNIQUE CHECK (length(slug) > 0),
            name TEXT NOT NULL UNIQUE,
            change INTEGER NOT NULL DEFAULT 0 CHECK (change >= 0),
            tickets INTEGER NOT NULL DEFAULT 0 CHECK (tickets >= 0)
        ) STRICT;
        CREATE TABLE products (
            id INTEGER PRIMARY KEY,
            event INTEGER NOT NULL REFERENCES events (id),
            name TEXT NOT NULL CHECK (length(name) > 0),
            UNIQUE (event, name)
        ) STRICT;
        CREATE TABLE tickets (
            id INTEGER PRIMARY KEY,
            event INTEGER NOT NULL REFERENCES events (id),
            change INTEGER NOT NULL CHECK (change > 0),
            key TEXT NOT NULL UNIQUE CHECK (length(key) > 0),
            serial TEXT NOT NULL CHECK (length(serial) > 0),
            qr TEXT NOT NULL,
            id_number TEXT NOT NULL,
            account TEXT NOT NULL,
            product INTEGER REFERENCES products (id),
            seat TEXT NOT NULL,
            holder TEXT NOT NULL,
            valid_from INTEGER,
            valid_until INTEGER,
            entries INTEGER NOT NULL CHECK (entries >= 1),
            status TEXT NOT NULL CHECK (status IN ('paid', 'unpaid', 'canceled', 'blocked')),
            entered INTEGER NOT NULL DEFAULT 0 CHECK (entered >= 0),
            scanned INTEGER NOT NULL DEFAULT 0 CHECK (scanned >= entered)
        ) STRICT;
        CREATE UNIQUE INDEX tickets_by_change ON tickets (event, change);
        CREATE TABLE facts (
            id INTEGER PRIMARY KEY,
            request TEXT NOT NULL CHECK (length(request) = 32),
            kind TEXT NOT NULL CHECK (kind IN ('redeemed', 'rejected', 'annulled')),
            event INTEGER NOT NULL REFERENCES events (id),
            ticket INTEGER REFERENCES tickets (id),
            list INTEGER NOT NULL,
            key TEXT NOT NULL,
            code TEXT NOT NULL,
            reason TEXT NOT NULL,
            is_exit INTEGER NOT NULL CHECK (is_exit IN (0, 1)),
            at INTEGER NOT NULL,
            kiosk TEXT NOT NULL,
            guarantee TEXT NOT NULL,
            note TEXT NOT NULL,
            mesh TEXT NOT NULL,
            is_annulled INTEGER NOT NULL DEFAULT 0 CHECK (is_annulled IN (0, 1))
        ) STRICT;
        CREATE UNIQUE INDEX facts_by_request ON facts (request, kind = 'annulled');
        CREATE INDEX facts_by_ticket ON facts (ticket);
        """
}
