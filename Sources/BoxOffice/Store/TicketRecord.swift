import GRDB

/// A ticket as a row of the table, without what the table itself keeps count of.
struct TicketRecord: Hashable {
    var serial: String
    var qr = ""
    var idNumber = ""
    var account = ""
    var product: Int64?
    var seat = ""
    var holder = ""
    var validFrom: Int64?
    var validUntil: Int64?
    var entries = 1
    var status = "paid"

    /// Columns in the order of `arguments` and of `init(row:)`.
    static let columns =
        "serial, qr, id_number, account, product, seat, holder, valid_from, valid_until, "
        + "entries, status"

    static let insert =
        "INSERT INTO tickets (event, change, key, \(columns)) "
        + "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    static let update =
        "UPDATE tickets SET change = ?, (\(columns)) = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        + "WHERE id = ?"
    static let select = "SELECT id, \(columns) FROM tickets WHERE key = ?"

    var arguments: [(any DatabaseValueConvertible)?] {
        [
            serial, qr, idNumber, account, product, seat, holder, validFrom, validUntil, entries,
            status,
        ]
    }

    /// Reads what `select` gives.
    init(row: Row) {
        serial = row[1]
        qr = row[2]
        idNumber = row[3]
        account = row[4]
        product = row[5]
        seat = row[6]
        holder = row[7]
        validFrom = row[8]
        validUntil = row[9]
        entries = row[10]
        status = row[11]
    }

    init(serial: String) { self.serial = serial }
}
