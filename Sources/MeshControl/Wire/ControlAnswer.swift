/// One line of an answer.
enum ControlAnswer: Sendable {
    case result(ArraySlice<UInt8>)
    case item(ArraySlice<UInt8>)
    case end
    case failure(ControlError)
}

extension ControlAnswer {
    /// Reads an answer line; returns it with its request's number.
    static func read(line: [UInt8]) throws(ControlError) -> (id: UInt64, answer: Self) {
        var id: UInt64?
        var answer: Self?
        do {
            var cursor = JSONCursor(line[...])
            try cursor.beginObject()
            var first = true
            while let key = try cursor.nextKey(first: first) {
                first = false
                if key.elementsEqual("id".utf8) {
                    id = UInt64(exactly: try cursor.integer())
                } else if key.elementsEqual("result".utf8) {
                    answer = .result(try cursor.value())
                } else if key.elementsEqual("item".utf8) {
                    answer = .item(try cursor.value())
                } else if key.elementsEqual("end".utf8) {
                    if try cursor.boolean() { answer = .end }
                } else if key.elementsEqual("error".utf8) {
                    answer = .failure(try ControlError(reading: &cursor))
                } else {
                    _ = try cursor.value()
                }
            }
            try cursor.end()
        } catch {
            throw unreadable
        }
        guard let id, let answer else { throw unreadable }
        return (id, answer)
    }

    /// Writes the line, newline included.
    func write(id: UInt64, into out: inout [UInt8]) {
        var writer = JSONWriter(reserving: 0)
        swap(&writer.bytes, &out)
        writer.beginObject()
        writer.key("id")
        writer.integer(id)
        switch self {
        case .result(let json):
            writer.key("result")
            writer.raw(json)
        case .item(let json):
            writer.key("item")
            writer.raw(json)
        case .end:
            writer.key("end")
            writer.boolean(true)
        case .failure(let error):
            writer.key("error")
            error.write(to: &writer)
        }
        writer.endObject()
        writer.bytes.append(0x0A)
        swap(&writer.bytes, &out)
    }

    private static var unreadable: ControlError {
        ControlError(
            .badAnswer, "The daemon sent a line that is not an answer.",
            hint: "Compare the versions: kioskmesh version", exit: 69)
    }
}

extension ControlError: DirectJSON {
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("code")
        writer.string(code.rawValue)
        writer.key("message")
        writer.string(message)
        writer.key("hint")
        writer.string(hint)
        writer.key("exit")
        writer.integer(exit)
        writer.endObject()
    }

    package init(reading cursor: inout JSONCursor) throws(JSONFault) {
        var (code, message, hint, exit) = ("failed", "", "", Int64(1))
        try cursor.beginObject()
        var first = true
        while let key = try cursor.nextKey(first: first) {
            first = false
            switch key {
            case _ where key.elementsEqual("code".utf8): code = try cursor.string()
            case _ where key.elementsEqual("message".utf8): message = try cursor.string()
            case _ where key.elementsEqual("hint".utf8): hint = try cursor.string()
            case _ where key.elementsEqual("exit".utf8): exit = try cursor.integer()
            default: _ = try cursor.value()
            }
        }
        let known = exit > 0 && exit < 256 ? Int(exit) : 1
        self.init(Code(code), message, hint: hint, exit: known)
    }
}
