/// The arguments of `redeem`.
package struct RedeemArguments: Codable, Sendable, Hashable {
    /// The code as scanned; anything but the empty one is sent.
    package var code: String
    /// What to read it as.
    package var kind: CodeKind
    /// The attempt's id, a lower-case UUID; the daemon makes one where it is null.
    @Nullable package var requestId: String?
    /// How long the daemon looks for a decision before it answers `unavailable`.
    package var timeoutMilliseconds: Int64
    /// Somebody leaves instead of entering.
    package var exit = false
    /// The check-in list; null takes the one that the grant names.
    @Nullable package var list: UInt64?
    /// One of the tickets that an answer `ambiguous` listed.
    @Nullable package var ticket: String?
    /// Pass an unpaid ticket where its list allows that.
    package var ignoreUnpaid = false

    package init(
        code: String, kind: CodeKind = .auto, requestId: String?, timeoutMilliseconds: Int64
    ) {
        self.code = code
        self.kind = kind
        self.requestId = requestId
        self.timeoutMilliseconds = timeoutMilliseconds
    }
}

extension RedeemArguments: DirectJSON {
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("code")
        writer.string(code)
        writer.key("kind")
        writer.string(kind.rawValue)
        writer.key("requestId")
        writer.string(requestId)
        writer.key("timeoutMilliseconds")
        writer.integer(timeoutMilliseconds)
        writer.key("exit")
        writer.boolean(exit)
        writer.key("list")
        writer.integer(list)
        writer.key("ticket")
        writer.string(ticket)
        writer.key("ignoreUnpaid")
        writer.boolean(ignoreUnpaid)
        writer.endObject()
    }

    /// Demands `code`; `kind` is `auto` and the timeout 5 s where they are missing.
    package init(reading cursor: inout JSONCursor) throws(JSONFault) {
        var code: String?
        var kind = CodeKind.auto
        var requestId: String?
        var timeout: Int64 = 5000
        var exit = false
        var list: UInt64?
        var ticket: String?
        var ignoreUnpaid = false
        try cursor.beginObject()
        var first = true
        while let key = try cursor.nextKey(first: first) {
            first = false
            if key.elementsEqual("code".utf8) {
                code = try cursor.string()
            } else if key.elementsEqual("kind".utf8) {
                guard let known = CodeKind(rawValue: try cursor.string()) else {
                    throw JSONFault(expected: "a known kind", offset: 0)
                }
                kind = known
            } else if key.elementsEqual("requestId".utf8) {
                requestId = try cursor.optionalString()
            } else if key.elementsEqual("timeoutMilliseconds".utf8) {
                timeout = try cursor.integer()
            } else if key.elementsEqual("exit".utf8) {
                exit = try cursor.boolean()
            } else if key.elementsEqual("list".utf8) {
                list = try cursor.optionalInteger().flatMap(UInt64.init(exactly:))
            } else if key.elementsEqual("ticket".utf8) {
                ticket = try cursor.optionalString()
            } else if key.elementsEqual("ignoreUnpaid".utf8) {
                ignoreUnpaid = try cursor.boolean()
            } else {
                _ = try cursor.value()
            }
        }
        guard let code else { throw JSONFault(expected: "code", offset: 0) }
        self.init(code: code, kind: kind, requestId: requestId, timeoutMilliseconds: timeout)
        self.exit = exit
        self.list = list
        self.ticket = ticket
        self.ignoreUnpaid = ignoreUnpaid
    }
}
