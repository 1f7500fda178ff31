import GRDB
import TicketFiles

extension BoxOffice {
    /// Takes the tickets of the CSV file at `path`: the columns are those of `tickets import`. A
    /// line that cannot be used is reported and the rest kept; the same file again changes
    /// nothing. Tickets without an event belong to the event `main`.
    ///
    /// Throws `tickets_file` where the file as a whole is of no use, or what the disk says; what
    /// was stored before that stays.
    package func importTickets(
        path: String, progress: (TicketImport) -> Void = { _ in }
    ) throws(BoxOfficeError) -> TicketImport {
        var report = TicketImport()
        var file = try Self.open(file: path)
        var rows: [TicketRow] = []
        while let event = try Self.next(&file) {
            guard let row = report.take(event) else { continue }
            rows.append(row)
            guard rows.count == BoxOfficeLimits.importRows else { continue }
            try store(rows, &report)
            rows.removeAll(keepingCapacity: true)
            progress(report)
        }
        try store(rows, &report)
        return report
    }

    private static func open(file path: String) throws(BoxOfficeError) -> TicketFile {
        do {
            return try TicketFile(path: path)
        } catch {
            throw BoxOfficeError(.ticketsFile, error.message, hint: error.hint)
        }
    }

    private static func next(_ file: inout TicketFile) throws(BoxOfficeError) -> TicketFileEvent? {
        do {
            return try file.next()
        } catch {
            throw BoxOfficeError(.ticketsFile, error.message, hint: error.hint)
        }
    }

    /// All rows or none, in one commit.
    private func store(
        _ rows: [TicketRow], _ report: inout TicketImport
    ) throws(BoxOfficeError) {
        guard !rows.isEmpty else { return }
        do {
            let counts = try pool.write { database in
                var table = EventTable()
                var counts = (added: 0, updated: 0, unchanged: 0)
                for row in rows {
                    switch try store(row, &table, in: database) {
                    case .added: counts.added += 1
                    case .updated: counts.updated += 1
                    case .unchanged: counts.unchanged += 1
                    }
                }
                try table.save(in: database)
                return counts
            }
            report.added += counts.added
            report.updated += counts.updated
            report.unchanged += counts.unchanged
        } catch {
            throw .database(error, "store \(rows.count) tickets")
        }
    }

    private enum RowOutcome { case added, updated, unchanged }

    private func store(
        _ row: TicketRow, _ table: inout EventTable, in database: Database
    ) throws -> RowOutcome {
        let event = try table.event(
            named: row.event.isEmpty ? EventTable.unnamed : row.event, in: database)
        let record = TicketRecord(
            row, product: try table.product(named: row.product, of: event.id, in: database))
        let key = ticketKey(event: event.slug, serial: row.serial)
        let select = try database.cachedStatement(sql: TicketRecord.select)
        if let known = try Row.fetchOne(select, arguments: [key]) {
            guard TicketRecord(row: known) != record else { return .unchanged }
            let id: Int64 = known[0]
            let update = try database.cachedStatement(sql: TicketRecord.update)
            try update.execute(
                arguments: StatementArguments(
                    [table.nextChange(of: event.id)] + record.arguments + [id]))
            return .updated
        }
        try insert(record, key: key, event: event.id, &table, in: database)
        return .added
    }

    func insert(
        _ record: TicketRecord, key: String, event: Int64, _ table: inout EventTable,
        in database: Database
    ) throws {
        let insert = try database.cachedStatement(sql: TicketRecord.insert)
        let change = table.nextChange(of: event, isNew: true)
        try insert.execute(
            arguments: StatementArguments([event, change, key] + record.arguments))
    }
}

extension TicketRecord {
    fileprivate init(_ row: TicketRow, product: Int64?) {
        self.init(serial: row.serial)
        qr = row.qr
        idNumber = row.idNumber
        account = row.account
        self.product = product
        seat = row.seat
        holder = row.holder
        validFrom = row.validFrom
        validUntil = row.validUntil
        entries = row.entries
        status = row.status.rawValue
    }
}
