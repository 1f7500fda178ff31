import FoundationEssentials
import NIOCore

/// A server's own words, fit to be shown and stored.
enum ServerWords {
    /// Longest quotation, in Unicode scalars: characters can be of any length.
    static let maximumCharacters = 500
    /// Longest answer that is looked through for words; messages are short.
    static let maximumBytes = 65_536

    /// The message in a JSON answer: every text in it, one after the other; nil where there is
    /// none. Anything but JSON, for example a page of a proxy, is not quoted.
    static func of(_ body: ByteBuffer) -> String? {
        guard body.readableBytes <= maximumBytes,
            let value = try? JSONDecoder().decode(JSONValue.self, from: Data(buffer: body))
        else { return nil }
        var texts: [String] = []
        collect(value, into: &texts)
        return texts.isEmpty ? nil : plain(texts.joined(separator: " "))
    }

    /// One line without control characters, at most `maximumCharacters` long.
    static func plain(_ text: String) -> String {
        var line = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(maximumCharacters) {
            line.append(scalar.properties.generalCategory == .control ? " " : scalar)
        }
        return String(line)
    }

    private static func collect(_ value: JSONValue, into texts: inout [String]) {
        switch value {
        case .string(let text): if !text.isEmpty { texts.append(text) }
        case .array(let values): for value in values { collect(value, into: &texts) }
        case .object(let members):
            for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                let before = texts.count
                collect(value, into: &texts)
                // Field names say what a message is about; pretix's general ones say nothing.
                if texts.count > before, !["detail", "non_field_errors"].contains(name) {
                    texts[before] = "\(name): \(texts[before])"
                }
            }
        case .null, .bool, .integer, .number: break
        }
    }
}

extension Data {
    init(buffer: ByteBuffer) { self.init(buffer.readableBytesView) }
}
