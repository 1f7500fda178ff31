import FoundationEssentials

/// A value of a hot path, that writes and reads its own JSON.
package protocol DirectJSON: Sendable {
    /// Writes this value as one JSON value.
    func write(to writer: inout JSONWriter)
    /// Reads one JSON value; unknown members are stepped over.
    init(reading cursor: inout JSONCursor) throws(JSONFault)
}

/// Turns values into the JSON of answers and back.
package enum ControlCoding {
    /// One line of JSON with sorted keys, so that equal values give equal bytes.
    package static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(value))
    }

    /// The same for a value that writes itself.
    package static func encode(_ value: some Encodable & DirectJSON) -> [UInt8] {
        var writer = JSONWriter()
        value.write(to: &writer)
        return writer.bytes
    }

    /// Reads a value; `bad_request` names the member that does not fit.
    package static func decode<Value: Decodable>(
        _ type: Value.Type, from json: ArraySlice<UInt8>
    ) throws(ControlError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(json))
        } catch let DecodingError.keyNotFound(key, _) {
            throw ControlError(.badRequest, "The member \(key.stringValue) is missing.")
        } catch let DecodingError.typeMismatch(_, context),
            let DecodingError.valueNotFound(_, context),
            let DecodingError.dataCorrupted(context)
        {
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            throw ControlError(
                .badRequest, "The member \(path.isEmpty ? "at the top" : path) does not fit.")
        } catch {
            throw ControlError(.badRequest, "The JSON cannot be read.")
        }
    }

    /// The same for a value that reads itself.
    package static func decode<Value: Decodable & DirectJSON>(
        _ type: Value.Type, from json: ArraySlice<UInt8>
    ) throws(ControlError) -> Value {
        do {
            var cursor = JSONCursor(json)
            let value = try Value(reading: &cursor)
            try cursor.end()
            return value
        } catch {
            throw ControlError(
                .badRequest, "The JSON has no \(error.expected) at byte \(error.offset).")
        }
    }
}
