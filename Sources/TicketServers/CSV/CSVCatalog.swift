import TicketFiles

/// Reads the tickets of a folder on from where a cursor points, file after file.
struct CSVCatalog {
    /// Lines read for a page, whatever event they belong to: some milliseconds of work.
    static let pageLines = 2_000

    /// How far a reader has come, and in which state of the folder. As text
    /// `1.<fingerprint>.<file>.<lines>`.
    struct Cursor: Hashable {
        var fingerprint: UInt64
        var file: Int
        var events: Int

        var text: String { "1.\(String(fingerprint, radix: 16)).\(file).\(events)" }

        init(fingerprint: UInt64, file: Int = 0, events: Int = 0) {
            self.fingerprint = fingerprint
            self.file = file
            self.events = events
        }

        /// Nil for what is no cursor of ours.
        init?(_ text: String) {
            let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 4, parts[0] == "1",
                let fingerprint = UInt64(parts[1], radix: 16), let file = Int(parts[2]),
                let events = Int(parts[3]), file >= 0, events >= 0
            else { return nil }
            self.init(fingerprint: fingerprint, file: file, events: events)
        }
    }

    private let folder: CSVFolder
    private let entries: [CSVFolder.Entry]
    private(set) var cursor: Cursor
    private var file: TicketFile?

    /// At the folder's beginning, as it is now.
    init(_ folder: CSVFolder) throws(ServerError) {
        self.folder = folder
        entries = try folder.entries()
        var hash = StableHash()
        for entry in entries {
            hash.combine(entry.name)
            hash.combine(Int64(entry.size))
            hash.combine(entry.modified)
        }
        cursor = Cursor(fingerprint: hash.value)
    }

    var isAtEnd: Bool { cursor.file >= entries.count }

    /// Moves to `target`, which must be of this state of the folder, by reading up to it.
    mutating func move(to target: Cursor) throws(ServerError) {
        cursor = Cursor(fingerprint: cursor.fingerprint, file: min(target.file, entries.count))
        file = nil
        while cursor.events < target.events, cursor.file == target.file {
            guard try next() != nil else { break }
        }
    }

    /// The next line that says something, with its file; nil at the end of each file, behind
    /// which the next one begins.
    mutating func next() throws(ServerError) -> (entry: CSVFolder.Entry, event: TicketFileEvent)? {
        guard entries.indices.contains(cursor.file) else { return nil }
        let entry = entries[cursor.file]
        do throws(TicketFileFailure) {
            // Taken out while it changes, or it would be copied.
            var open =
                if let file { file } else {
                    try TicketFile(path: folder.path(of: entry.name))
                }
            file = nil
            let event = try open.next()
            guard let event else {
                cursor = Cursor(fingerprint: cursor.fingerprint, file: cursor.file + 1)
                return nil
            }
            file = open
            cursor.events += 1
            return (entry, event)
        } catch {
            throw ServerError(.file, "\(entry.name): \(error.message)", hint: error.hint)
        }
    }
}

extension ServerTicket {
    /// The ticket of a line; its serial is its key and its secret.
    init(_ row: TicketRow) {
        self.init(
            key: row.serial, secret: row.serial, qr: row.qr, idNumber: row.idNumber,
            account: row.account, product: ServerProduct(csv: row.product)?.id ?? 0,
            seat: row.seat, holder: row.holder, validFrom: row.validFrom,
            validUntil: row.validUntil, entries: row.entries,
            status: row.status == .unpaid ? .unpaid : row.status == .canceled ? .canceled : .paid,
            isBlocked: row.status == .blocked)
    }
}

extension ServerProduct {
    /// A product that a file knows by name only: its number follows from the name. Nil for none.
    init?(csv name: String) {
        guard !name.isEmpty else { return nil }
        // 63 bits, so that it is a number in every database; never 0, which is no product.
        self.init(id: max(1, StableHash.of(name) >> 1), name: name)
    }
}
