/// One request as it came over the socket.
package struct ControlRequest: Sendable {
    /// The number that the client gave it, unique among its unanswered ones.
    package let id: UInt64
    /// What is asked for, such as `status` or `tickets.import`.
    package let command: String
    /// The JSON object of arguments, exactly as sent.
    package let arguments: ArraySlice<UInt8>
    /// How long the client waits for the answer; nil where it did not say.
    package let timeoutMilliseconds: Int64?

    /// A request in the making; also how a handler is tested without a socket.
    package init(
        id: UInt64, command: String, arguments: ArraySlice<UInt8>,
        timeoutMilliseconds: Int64? = nil
    ) {
        self.id = id
        self.command = command
        self.arguments = arguments
        self.timeoutMilliseconds = timeoutMilliseconds
    }

    /// How long a daemon may look for an answer, so that it comes before the client gives up: its
    /// time less `ControlLimits.answerMargin`, or half of it where that is little. `standard`
    /// where the client did not say. Never under a millisecond or over a day.
    package func patienceMilliseconds(standard: Int64) -> Int64 {
        guard let timeoutMilliseconds else { return standard }
        let wait = min(max(timeoutMilliseconds, 2), 86_400_000)
        return max(wait / 2, wait - ControlLimits.answerMarginMilliseconds)
    }

    /// The arguments as a struct. Throws `bad_request`.
    package func decode<Value: Decodable>(
        _ type: Value.Type = Value.self
    ) throws(ControlError) -> Value {
        try ControlCoding.decode(type, from: arguments)
    }

    /// The arguments of a hot command as a struct. Throws `bad_request`.
    package func decode<Value: Decodable & DirectJSON>(
        _ type: Value.Type = Value.self
    ) throws(ControlError) -> Value {
        try ControlCoding.decode(type, from: arguments)
    }
}

/// What a client's line says: a request, or that it no longer wants an answer.
enum ClientLine: Sendable {
    case request(ControlRequest)
    case cancel(UInt64)
}

extension ClientLine {
    init(line: [UInt8]) throws(ControlError) {
        var id: UInt64?
        var command: String?
        var arguments = ArraySlice<UInt8>("{}".utf8)
        var timeout: Int64?
        var isCancel = false
        do {
            var cursor = JSONCursor(line[...])
            try cursor.beginObject()
            var first = true
            while let key = try cursor.nextKey(first: first) {
                first = false
                if key.elementsEqual("id".utf8) {
                    id = UInt64(exactly: try cursor.integer())
                } else if key.elementsEqual("command".utf8) {
                    command = try cursor.string()
                } else if key.elementsEqual("arguments".utf8) {
                    arguments = try cursor.value()
                } else if key.elementsEqual("timeoutMilliseconds".utf8) {
                    timeout = try cursor.optionalInteger()
                } else if key.elementsEqual("cancel".utf8) {
                    isCancel = try cursor.boolean()
                } else {
                    _ = try cursor.value()
                }
            }
            try cursor.end()
        } catch {
            throw Self.notARequest("expected \(error.expected) at byte \(error.offset)")
        }
        guard let id else { throw Self.notARequest("it has no id") }
        if isCancel {
            self = .cancel(id)
        } else if let command {
            self = .request(
                ControlRequest(
                    id: id, command: command, arguments: arguments, timeoutMilliseconds: timeout))
        } else {
            throw Self.notARequest("it has no command")
        }
    }

    private static func notARequest(_ why: String) -> ControlError {
        ControlError(
            .badRequest, "This line is not a request: \(why).",
            hint: "Send one JSON object a line: {\"id\":1,\"command\":\"status\",\"arguments\":{}}",
            exit: 64)
    }
}

/// Writes a client's lines.
enum ClientLineWriter {
    static func request(
        id: UInt64, command: String, arguments: some Sequence<UInt8>,
        timeoutMilliseconds: Int64? = nil, into out: inout [UInt8]
    ) {
        var writer = JSONWriter(reserving: 0)
        swap(&writer.bytes, &out)
        writer.beginObject()
        writer.key("id")
        writer.integer(id)
        writer.key("command")
        writer.string(command)
        if let timeoutMilliseconds {
            writer.key("timeoutMilliseconds")
            writer.integer(timeoutMilliseconds)
        }
        writer.key("arguments")
        writer.raw(arguments)
        writer.endObject()
        writer.bytes.append(0x0A)
        swap(&writer.bytes, &out)
    }

    static func cancel(id: UInt64, into out: inout [UInt8]) {
        out.append(contentsOf: "{\"id\":\(id),\"cancel\":true}\n".utf8)
    }
}
