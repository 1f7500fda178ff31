import GRDB
package import MeshCrypto

/// A small ticket server: tickets from a file or sold here, handed out by page, and the facts
/// about them taken back. One SQLite file and two secrets in a data directory.
///
/// Several processes may have the same directory open, as `issue` beside a running server.
package final class BoxOffice: Sendable {
    /// The database's name in the data directory; SQLite adds `-wal` and `-shm` beside it.
    package static let databaseName = "box-office.db"
    /// The number of the only check-in list that each event has, and its name.
    package static let listID: UInt64 = 1
    package static let listName = "Admission"

    package let directory: String
    /// What signs sealed codes.
    package let issuer: SigningKey
    /// What a client sends as its bearer token.
    package let token: String
    /// Tells this database from one that was made anew: cursors of one mean nothing in another.
    let databaseID: String
    let pool: DatabasePool
    private let nameKey: [UInt8]

    /// Opens the box office in `directory`, which is made where it is missing, unless
    /// `mustExist`; `isThorough` reads the whole database once and so finds damage at the start.
    ///
    /// Throws `no_box_office`, `not_writable`, `disk_full`, `damaged`, `newer_version`, `in_use`
    /// or `input_output`.
    package init(
        directory: String, mustExist: Bool = false, isThorough: Bool = false
    ) throws(BoxOfficeError) {
        let files = OfficeFiles(directory: directory)
        if !mustExist { try files.create() }
        self.directory = directory
        issuer = try files.issuer(mayCreate: !mustExist)
        token = try files.token(mayCreate: !mustExist)
        nameKey = Blake2b.hash(
            Array("kioskmesh/box-office/ticket-name".utf8), key: issuer.seed)
        let path = "\(directory)/\(Self.databaseName)"
        try OfficeSchema.checkLength(path)
        do {
            pool = try Self.open(path, isThorough: isThorough)
            databaseID = try Self.identifier(pool)
        } catch {
            throw .database(error, "open \(path)")
        }
        try files.synchronise()
    }

    private static func open(_ path: String, isThorough: Bool) throws -> DatabasePool {
        var configuration = Configuration()
        configuration.busyMode = .timeout(BoxOfficeLimits.busySeconds)
        configuration.maximumReaderCount = BoxOfficeLimits.readers
        configuration.label = "km-box-office"
        let pool = try DatabasePool(path: path, configuration: configuration)
        try pool.writeWithoutTransaction { database in
            try OfficeSchema.setDurable(database)
            try OfficeSchema.check(database, isThorough: isThorough)
        }
        try OfficeSchema.migrate(pool)
        return pool
    }

    private static func identifier(_ pool: DatabasePool) throws -> String {
        let sql = "SELECT value FROM meta WHERE key = 'database'"
        guard let text = try pool.read({ try String.fetchOne($0, sql: sql) }) else {
            throw BoxOfficeError.damaged("it has no name")
        }
        return text
    }

    /// The token of the box office in `directory`, without opening its database.
    /// Throws `no_box_office` where there is none.
    package static func token(in directory: String) throws(BoxOfficeError) -> String {
        try OfficeFiles(directory: directory).token(mayCreate: false)
    }

    /// Folds the log into the database, so that its file alone is a whole copy, and closes it.
    /// Throws what the last write may throw.
    package func close() throws(BoxOfficeError) {
        do {
            _ = try pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
            try pool.close()
        } catch {
            throw .database(error, "close the database")
        }
    }

    /// The server's name of the ticket `serial` of the event `slug`: 16 characters that do not
    /// tell the serial, and stay the same when the file is imported into a new database beside
    /// the same issuer's key.
    func ticketKey(event slug: String, serial: String) -> String {
        let hash = Blake2b.hash(
            Array(slug.utf8) + [0] + Array(serial.utf8), key: nameKey, length: 12)
        return Base64URL.encode(hash)
    }
}
