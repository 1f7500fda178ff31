/// The arguments of `tickets.import`: at most `ControlLimits.importRows` rows.
package struct ImportArguments: Codable, Sendable, Hashable {
    /// The rows, each serial once.
    package var rows: [ImportRow]

    package init(rows: [ImportRow]) { self.rows = rows }
}

/// One ticket of an import. Texts that the file does not give are empty.
package struct ImportRow: Codable, Sendable, Hashable {
    /// Line in the file, for the daemon's own complaints.
    package var line: Int
    package var serial: String
    package var qr: String
    package var idNumber: String
    package var account: String
    package var event: String
    package var product: String
    package var seat: String
    package var holder: String
    /// Milliseconds since 1970 UTC from when the ticket counts; null is always.
    @Nullable package var validFrom: Int64?
    /// Milliseconds since 1970 UTC until when the ticket counts; null is for ever.
    @Nullable package var validUntil: Int64?
    /// Redemptions that the ticket is good for, at least 1.
    package var entries: Int
    /// `paid`, `unpaid`, `canceled` or `blocked`.
    package var status: String

    package init(
        line: Int, serial: String, qr: String = "", idNumber: String = "", account: String = "",
        event: String = "", product: String = "", seat: String = "", holder: String = "",
        validFrom: Int64? = nil, validUntil: Int64? = nil, entries: Int = 1, status: String = "paid"
    ) {
        self.line = line
        self.serial = serial
        self.qr = qr
        self.idNumber = idNumber
        self.account = account
        self.event = event
        self.product = product
        self.seat = seat
        self.holder = holder
        self.validFrom = validFrom
        self.validUntil = validUntil
        self.entries = entries
        self.status = status
    }
}

extension ImportArguments: DirectJSON {
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("rows")
        writer.beginArray()
        for row in rows { row.write(to: &writer) }
        writer.endArray()
        writer.endObject()
    }

    package init(reading cursor: inout JSONCursor) throws(JSONFault) {
        self.init(rows: [])
        try cursor.beginObject()
        var first = true
        while let key = try cursor.nextKey(first: first) {
            first = false
            guard key.elementsEqual("rows".utf8) else {
                _ = try cursor.value()
                continue
            }
            try cursor.beginArray()
            while try cursor.nextElement(first: rows.isEmpty) {
                guard rows.count < ControlLimits.importRows else {
                    throw JSONFault(expected: "fewer rows", offset: 0)
                }
                rows.append(try ImportRow(reading: &cursor))
            }
        }
    }
}

extension ImportRow: DirectJSON {
    // Members that say nothing are left out: a million rows pass here.
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("line")
        writer.integer(line)
        writer.key("serial")
        writer.string(serial)
        text("qr", qr, &writer)
        text("idNumber", idNumber, &writer)
        text("account", account, &writer)
        text("event", event, &writer)
        text("product", product, &writer)
        text("seat", seat, &writer)
        text("holder", holder, &writer)
        if let validFrom {
            writer.key("validFrom")
            writer.integer(validFrom)
        }
        if let validUntil {
            writer.key("validUntil")
            writer.integer(validUntil)
        }
        writer.key("entries")
        writer.integer(entries)
        writer.key("status")
        writer.string(status)
        writer.endObject()
    }

    package init(reading cursor: inout JSONCursor) throws(JSONFault) {
        self.init(line: 0, serial: "")
        try cursor.beginObject()
        var first = true
        while let key = try cursor.nextKey(first: first) {
            first = false
            try read(key, &cursor)
        }
        guard !serial.isEmpty else { throw JSONFault(expected: "serial", offset: 0) }
    }

    private mutating func read(
        _ key: ArraySlice<UInt8>, _ cursor: inout JSONCursor
    ) throws(JSONFault) {
        if key.elementsEqual("line".utf8) {
            line = Int(try cursor.integer())
        } else if key.elementsEqual("serial".utf8) {
            serial = try cursor.string()
        } else if key.elementsEqual("qr".utf8) {
            qr = try cursor.string()
        } else if key.elementsEqual("idNumber".utf8) {
            idNumber = try cursor.string()
        } else if key.elementsEqual("account".utf8) {
            account = try cursor.string()
        } else if key.elementsEqual("event".utf8) {
            event = try cursor.string()
        } else if key.elementsEqual("product".utf8) {
            product = try cursor.string()
        } else if key.elementsEqual("seat".utf8) {
            seat = try cursor.string()
        } else if key.elementsEqual("holder".utf8) {
            holder = try cursor.string()
        } else if key.elementsEqual("validFrom".utf8) {
            validFrom = try cursor.optionalInteger()
        } else if key.elementsEqual("validUntil".utf8) {
            validUntil = try cursor.optionalInteger()
        } else if key.elementsEqual("entries".utf8) {
            entries = Int(try cursor.integer())
        } else if key.elementsEqual("status".utf8) {
            status = try cursor.string()
        } else {
            _ = try cursor.value()
        }
    }

    private func text(_ key: StaticString, _ value: String, _ writer: inout JSONWriter) {
        guard !value.isEmpty else { return }
        writer.key(key)
        writer.string(value)
    }
}
