import GRDB
import MeshCrypto
import TicketCodes

extension BoxOffice {
    /// Random characters of a serial: 80 bits, nobody guesses one.
    private static let serialCharacters = 16
    /// Without letters and digits that are mistaken for each other when typed.
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// Sells one ticket and makes its encrypted code for each of `meshes`. `now` is in
    /// milliseconds since 1970 UTC.
    ///
    /// Throws `invalid`, `unknown_event`, `unknown_product`, or what the disk says.
    package func issue(
        _ order: TicketOrder, for meshes: [MeshAddress], at now: Int64
    ) throws(BoxOfficeError) -> IssuedTicket {
        if let problem = order.problem {
            throw BoxOfficeError(.invalid, problem, hint: "Change it and issue the ticket again.")
        }
        let serial = Self.newSerial()
        do {
            return try pool.write { database in
                var table = EventTable()
                let (event, product) = try place(order, &table, in: database)
                let key = ticketKey(event: event.slug, serial: serial)
                var record = TicketRecord(serial: serial)
                record.product = product
                record.holder = order.holder
                record.seat = order.seat
                record.account = order.account
                record.idNumber = order.idNumber
                record.validFrom = order.validFrom
                record.validUntil = order.validUntil
                record.entries = order.entries
                try insert(record, key: key, event: event.id, &table, in: database)
                try table.save(in: database)
                var ticket = IssuedTicket(key: key, serial: serial, event: event.slug, codes: [])
                // Within the transaction: a ticket whose code cannot be made is not sold.
                for mesh in meshes {
                    let text = try code(record, ticket, for: mesh, at: now)
                    ticket.codes.append(.init(mesh: Hex.encode(mesh.id), text: text))
                }
                return ticket
            }
        } catch {
            throw .database(error, "store the ticket")
        }
    }

    private func place(
        _ order: TicketOrder, _ table: inout EventTable, in database: Database
    ) throws -> (EventTable.Event, Int64?) {
        if order.createsMissing {
            let event = try table.event(named: order.event, in: database)
            let product = try table.product(named: order.product, of: event.id, in: database)
            return (event, product)
        }
        guard let event = try table.existing(named: order.event, in: database) else {
            let slugs = try Self.names("SELECT slug FROM events ORDER BY slug", [], database)
            throw BoxOfficeError(
                .unknownEvent, "There is no event \(order.event.prefix(80)).",
                hint: slugs.isEmpty
                    ? "There are no events yet: import tickets, or ask for it to be made."
                    : "There are \(slugs).")
        }
        if order.product.isEmpty { return (event, nil) }
        guard
            let product = try table.existingProduct(
                named: order.product, of: event.id, in: database)
        else {
            let products = try Self.names(
                "SELECT name FROM products WHERE event = ? ORDER BY name", [event.id], database)
            throw BoxOfficeError(
                .unknownProduct,
                "The event \(event.slug) has no product \(order.product.prefix(80)).",
                hint: products.isEmpty
                    ? "It has no products yet: ask for it to be made." : "It has \(products).")
        }
        return (event, product)
    }

    private static func names(
        _ sql: String, _ arguments: StatementArguments, _ database: Database
    ) throws -> String {
        // Twelve are enough to see what is meant.
        try String.fetchAll(database, sql: sql + " LIMIT 12", arguments: arguments)
            .map { String($0.prefix(80)) }.joined(separator: ", ")
    }

    private func code(
        _ record: TicketRecord, _ ticket: IssuedTicket, for mesh: MeshAddress, at now: Int64
    ) throws(BoxOfficeError) -> String {
        let latest = now.addingReportingOverflow(BoxOfficeLimits.codeLifetime)
        let expires = record.validUntil ?? (latest.overflow ? .max : latest.partialValue)
        let payload = SealedTicketPayload(
            key: ticket.key, event: ticket.event, mesh: mesh.id,
            product: record.product.map { UInt64(clamping: $0) } ?? 0, seat: record.seat,
            holder: record.holder, validFrom: record.validFrom, validUntil: record.validUntil,
            entries: UInt32(clamping: record.entries), issuedAt: now, expires: max(now, expires))
        do {
            return try SealedTicketCode.seal(payload, issuer: issuer, meshBoxKey: mesh.boxKey)
        } catch {
            throw BoxOfficeError(.invalid, error.message, hint: error.hint)
        }
    }

    /// Four groups of four, such as `K7Q2-09XM-3V5T-HC8A`.
    private static func newSerial() -> String {
        var serial = ""
        for (index, byte) in RandomBytes.make(serialCharacters).enumerated() {
            if index > 0, index.isMultiple(of: 4) { serial.append("-") }
            serial.unicodeScalars.append(Unicode.Scalar(alphabet[Int(byte) & 31]))
        }
        return serial
    }
}
