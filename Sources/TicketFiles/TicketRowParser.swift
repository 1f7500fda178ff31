/// Turns the fields of one line into a ticket.
struct TicketRowParser {
    let columns: TicketColumns

    func row(
        line: Int, lastLine: Int, fields: [ArraySlice<UInt8>]
    ) throws(RowProblem) -> TicketRow {
        if lastLine > line, fields.count != columns.names.count {
            throw RowProblem(
                line: line, column: nil,
                message: "a quoted field runs from here to line \(lastLine), and these lines "
                    + "are not one ticket; check the quotes")
        }
        guard fields.count == columns.names.count else {
            throw countProblem(line: line, count: fields.count)
        }
        if columns.isHeader(fields) {
            throw RowProblem(
                line: line, column: nil, message: "the header stands here again; remove the line")
        }
        var row = TicketRow(line: line, serial: "")
        for (column, field) in zip(columns.columns, fields) {
            guard let column else { continue }
            do {
                try set(column, field, &row)
            } catch {
                throw RowProblem(line: line, column: column.rawValue, message: error.message)
            }
        }
        if let from = row.validFrom, let until = row.validUntil, until < from {
            throw RowProblem(
                line: line, column: TicketColumn.validUntil.rawValue,
                message: "lies before valid_from; swap or mend the two")
        }
        return row
    }

    private func countProblem(line: Int, count: Int) -> RowProblem {
        let wanted = columns.names.count
        let words =
            count < wanted
            ? "has \(count) of \(wanted) fields; add the missing commas"
            : "has \(count) fields instead of \(wanted); put a field that holds a comma in quotes"
        return RowProblem(line: line, column: nil, message: words)
    }

    private func set(
        _ column: TicketColumn, _ field: ArraySlice<UInt8>, _ row: inout TicketRow
    ) throws(FieldProblem) {
        let text = try TicketField.text(field, maximumBytes: column.maximumBytes)
        switch column {
        case .serial:
            guard !text.isEmpty else {
                throw FieldProblem("is empty; every ticket needs a serial")
            }
            row.serial = text
        case .qr: row.qr = text
        case .idNumber: row.idNumber = text
        case .account: row.account = text
        case .event: row.event = text
        case .product: row.product = text
        case .seat: row.seat = text
        case .holder: row.holder = text
        case .validFrom: row.validFrom = text.isEmpty ? nil : try TicketDate.milliseconds(text)
        case .validUntil: row.validUntil = text.isEmpty ? nil : try TicketDate.milliseconds(text)
        case .entries: row.entries = text.isEmpty ? 1 : try entries(text)
        case .status: row.status = text.isEmpty ? .paid : try status(text)
        }
    }

    private func entries(_ text: String) throws(FieldProblem) -> Int {
        guard text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) || text.hasPrefix("-"),
            let entries = Int(text)
        else {
            throw FieldProblem(
                "\(text.prefix(40)) is not a whole number from 1 to \(TicketLimits.entries)")
        }
        guard (1...TicketLimits.entries).contains(entries) else {
            throw FieldProblem("\(entries) is not between 1 and \(TicketLimits.entries)")
        }
        return entries
    }

    private func status(_ text: String) throws(FieldProblem) -> TicketStatus {
        if let status = TicketStatus(rawValue: text.lowercased()) { return status }
        let known = TicketStatus.allCases.map(\.rawValue).joined(separator: ", ")
        throw FieldProblem("\(text.prefix(40)) is not a status; write one of \(known)")
    }
}
