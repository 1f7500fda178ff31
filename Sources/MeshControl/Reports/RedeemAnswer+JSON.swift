extension RedeemAnswer: DirectJSON {
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("schema")
        writer.integer(schema)
        writer.key("status")
        writer.string(status.rawValue)
        writer.key("reason")
        writer.string(reason)
        writer.key("guarantee")
        writer.string(guarantee?.rawValue)
        writer.key("copies")
        writer.integer(copies)
        writer.key("requestId")
        writer.string(requestId)
        writer.key("ticket")
        if let ticket { Self.write(ticket, to: &writer) } else { writer.null() }
        writer.key("first")
        if let first { Self.write(first, to: &writer) } else { writer.null() }
        writer.key("record")
        writer.string(record)
        writer.key("note")
        writer.string(note)
        writer.key("candidates")
        writer.beginArray()
        for candidate in candidates { Self.write(candidate, to: &writer) }
        writer.endArray()
        writer.key("undecided")
        writer.boolean(undecided)
        writer.key("hint")
        writer.string(hint)
        writer.endObject()
    }

    private static func write(_ candidate: Candidate, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("id")
        writer.string(candidate.id)
        writer.key("product")
        writer.string(candidate.product)
        writer.key("seat")
        writer.string(candidate.seat)
        writer.key("redeemed")
        writer.boolean(candidate.redeemed)
        writer.endObject()
    }

    private static func write(_ ticket: Ticket, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("id")
        writer.string(ticket.id)
        writer.key("product")
        writer.string(ticket.product)
        writer.key("seat")
        writer.string(ticket.seat)
        writer.endObject()
    }

    private static func write(_ first: First, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("at")
        writer.string(first.at.description)
        writer.key("kiosk")
        writer.string(first.kiosk)
        writer.endObject()
    }

    package init(reading cursor: inout JSONCursor) throws(JSONFault) {
        self.init(
            status: .unavailable, reason: nil, guarantee: nil, copies: nil, requestId: "",
            ticket: nil, first: nil, record: nil)
        var hasStatus = false
        try cursor.beginObject()
        var first = true
        while let key = try cursor.nextKey(first: first) {
            first = false
            if key.elementsEqual("status".utf8) {
                guard let status = RedeemStatus(rawValue: try cursor.string()) else {
                    throw JSONFault(expected: "a known status", offset: 0)
                }
                self.status = status
                hasStatus = true
            } else if key.elementsEqual("reason".utf8) {
                reason = try cursor.optionalString()
            } else if key.elementsEqual("guarantee".utf8) {
                guarantee = try cursor.optionalString().flatMap(Guarantee.init(rawValue:))
            } else if key.elementsEqual("copies".utf8) {
                copies = try cursor.optionalInteger().flatMap(Int.init(exactly:))
            } else if key.elementsEqual("requestId".utf8) {
                requestId = try cursor.string()
            } else if key.elementsEqual("ticket".utf8) {
                ticket = try cursor.takeNull() ? nil : try Ticket(reading: &cursor)
            } else if key.elementsEqual("first".utf8) {
                self.first = try cursor.takeNull() ? nil : try First(reading: &cursor)
            } else if key.elementsEqual("record".utf8) {
                record = try cursor.optionalString()
            } else if key.elementsEqual("note".utf8) {
                note = try cursor.optionalString()
            } else if key.elementsEqual("candidates".utf8) {
                try cursor.beginArray()
                while try cursor.nextElement(first: candidates.isEmpty) {
                    candidates.append(try Candidate(reading: &cursor))
                }
            } else if key.elementsEqual("undecided".utf8) {
                undecided = try cursor.boolean()
            } else if key.elementsEqual("hint".utf8) {
                hint = try cursor.optionalString()
            } else {
                _ = try cursor.value()
            }
        }
        guard hasStatus else { throw JSONFault(expected: "status", offset: 0) }
    }
}

extension RedeemAnswer.Ticket {
    fileprivate init(reading cursor: inout JSONCursor) throws(JSONFault) {
        self.init(id: "", product: nil, seat: nil)
        try cursor.beginObject()
        var first = true
        while let key = try cursor.nextKey(first: first) {
            first = false
            if key.elementsEqual("id".utf8) {
                id = try cursor.string()
            } else if key.elementsEqual("product".utf8) {
                product = try cursor.optionalString()
            } else if key.elementsEqual("seat".utf8) {
                seat = try cursor.optionalString()
            } else {
                _ = try cursor.value()
            }
        }
    }
}

extension RedeemAnswer.Candidate {
    fileprivate init(reading cursor: inout JSONCursor) throws(JSONFault) {
        self.init(id: "", product: nil, seat: nil, redeemed: false)
        try cursor.beginObject()
        var first = true
        while let key = try cursor.nextKey(first: first) {
            first = false
            if key.elementsEqual("id".utf8) {
                id = try cursor.string()
            } else if key.elementsEqual("product".utf8) {
                product = try cursor.optionalString()
            } else if key.elementsEqual("seat".utf8) {
                seat = try cursor.optionalString()
            } else if key.elementsEqual("redeemed".utf8) {
                redeemed = try cursor.boolean()
            } else {
                _ = try cursor.value()
            }
        }
    }
}

extension RedeemAnswer.First {
    fileprivate init(reading cursor: inout JSONCursor) throws(JSONFault) {
        var at: Timestamp?
        var kiosk = ""
        try cursor.beginObject()
        var first = true
        while let key = try cursor.nextKey(first: first) {
            first = false
            if key.elementsEqual("at".utf8) {
                at = Timestamp(try cursor.string())
            } else if key.elementsEqual("kiosk".utf8) {
                kiosk = try cursor.string()
            } else {
                _ = try cursor.value()
            }
        }
        guard let at else { throw JSONFault(expected: "a time", offset: 0) }
        self.init(at: at, kiosk: kiosk)
    }
}
