/// The columns that a tickets file may have.
enum TicketColumn: String, Sendable, CaseIterable {
    case serial, qr
    case idNumber = "id_number"
    case account, event, product, seat, holder
    case validFrom = "valid_from"
    case validUntil = "valid_until"
    case entries, status

    var maximumBytes: Int {
        switch self {
        case .serial, .qr, .idNumber, .account: TicketLimits.codeBytes
        default: TicketLimits.textBytes
        }
    }
}

/// Which field of a line belongs to which column, as the header says.
struct TicketColumns: Sendable, Hashable {
    /// One entry a field; nil for a column that is not known.
    let columns: [TicketColumn?]
    /// The header's names as written, for words.
    let names: [String]

    init(header fields: [ArraySlice<UInt8>]) throws(TicketFileFailure) {
        var names: [String] = []
        var columns: [TicketColumn?] = []
        for field in fields {
            guard let name = String(validating: TicketField.trimmed(field), as: UTF8.self),
                !name.unicodeScalars.contains(where: TicketField.isControl)
            else {
                throw TicketFileFailure(
                    .badHeader, "The first line is no header: it holds bytes that are not text.",
                    hint: "Save the file as CSV in UTF-8 with a header that has a serial column.")
            }
            let column = TicketColumn(rawValue: name.lowercased())
            if let column, columns.contains(column) {
                throw TicketFileFailure(
                    .duplicateColumn, "The header names the column \(column.rawValue) twice.",
                    hint: "Remove or rename one of the two columns.")
            }
            names.append(name)
            columns.append(column)
        }
        guard columns.contains(.serial) else { throw Self.noSerial(names) }
        self.names = names
        self.columns = columns
    }

    /// A remark on columns that are not known, or nil.
    var note: String? {
        let unknown = zip(names, columns).enumerated().compactMap { index, pair in
            pair.1 == nil ? (pair.0.isEmpty ? "number \(index + 1) (no name)" : pair.0) : nil
        }
        guard !unknown.isEmpty else { return nil }
        let known = TicketColumn.allCases.map(\.rawValue).joined(separator: ", ")
        return "Ignored columns: \(unknown.joined(separator: ", ")). Known are \(known)."
    }

    /// The name to tell a person for the field at `index`.
    func name(at index: Int) -> String? {
        guard names.indices.contains(index) else { return nil }
        return columns[index]?.rawValue ?? names[index]
    }

    /// Whether a line repeats the header, as files that were put together do.
    func isHeader(_ fields: [ArraySlice<UInt8>]) -> Bool {
        fields.count == names.count
            && zip(fields, names).allSatisfy { field, name in
                String(decoding: TicketField.trimmed(field), as: UTF8.self).lowercased()
                    == name.lowercased()
            }
    }

    private static func noSerial(_ names: [String]) -> TicketFileFailure {
        let separator = [";", "\t", "|"].first { mark in names.contains { $0.contains(mark) } }
        if let separator {
            let word = separator == "\t" ? "tabs" : "\"\(separator)\""
            return TicketFileFailure(
                .noSerialColumn,
                "There is no column serial: the columns seem to be separated by \(word).",
                hint: "Export the file again with commas between the columns.")
        }
        let found = names.prefix(12).joined(separator: ", ").prefix(200)
        return TicketFileFailure(
            .noSerialColumn, "There is no column serial; the first line has: \(found).",
            hint: "Add a header line with at least the column serial.")
    }
}
