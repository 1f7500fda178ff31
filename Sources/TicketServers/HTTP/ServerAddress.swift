import FoundationEssentials

/// Where a ticket server answers: checked once, then only ever extended by paths of ours.
package struct ServerAddress: Hashable, Sendable {
    /// Longest address taken, in bytes.
    package static let maximumBytes = 2_048

    /// `https://host[:port][/path]`, without a slash at its end.
    package let text: String
    /// Host and port, for messages.
    package let place: String

    /// Reads `https://host[:port][/path]`; plain `http` only where nothing leaves this machine, or
    /// where `allowsPlainHTTP` says that the way there is safe by other means.
    ///
    /// Refused with `unsupported`: names and passwords in the address, queries, fragments.
    package init(_ text: String, allowsPlainHTTP: Bool = false) throws(ServerError) {
        guard text.utf8.count <= Self.maximumBytes, let parts = URLComponents(string: text),
            let host = parts.host, !host.isEmpty,
            let scheme = parts.scheme?.lowercased(), ["http", "https"].contains(scheme)
        else {
            throw ServerError(
                .unsupported, "The address of the ticket server is not readable.",
                hint: "Write it like https://tickets.example")
        }
        guard parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil
        else {
            throw ServerError(
                .unsupported, "The address of the ticket server holds more than host and path.",
                hint: "Leave out name, password, ? and #; the token has a place of its own")
        }
        if scheme == "http", !allowsPlainHTTP, !Self.isLoopback(host) {
            throw ServerError(
                .unsupported, "http://\(host) would send ticket data readable to everybody.",
                hint: "Use https://\(host)")
        }
        let port = parts.port.map { ":\($0)" } ?? ""
        var path = parts.percentEncodedPath
        while path.hasSuffix("/") { path.removeLast() }
        place = host + port
        self.text = "\(scheme)://\(host)\(port)\(path)"
    }

    private static func isLoopback(_ host: String) -> Bool {
        if ["localhost", "::1", "[::1]"].contains(host.lowercased()) { return true }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false)
        return numbers.count == 4 && numbers.first == "127"
            && numbers.allSatisfy { UInt8($0) != nil }
    }
}

/// The part of an address that names what is asked for.
struct ServerPath: Hashable, Sendable {
    private(set) var text: String

    /// `segments` are escaped one by one; a slash in a name stays part of that name.
    init(_ segments: [String], endsWithSlash: Bool = true) {
        text = segments.map { "/" + Self.escaped($0) }.joined() + (endsWithSlash ? "/" : "")
    }

    /// The same path with `query` escaped behind it, the plus sign of time offsets included.
    func asking(_ query: [(name: String, value: String)]) -> ServerPath {
        var path = self
        guard !query.isEmpty else { return path }
        let pairs = query.map { Self.escaped($0.name) + "=" + Self.escaped($0.value) }
        path.text += "?" + pairs.joined(separator: "&")
        return path
    }

    private static func escaped(_ text: String) -> String {
        // Names that are only dots would climb in the path instead of naming something.
        if !text.isEmpty, text.allSatisfy({ $0 == "." }) {
            return text.map { _ in "%2E" }.joined()
        }
        var escaped = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                escaped += "%" + (digits.count < 2 ? "0" : "") + digits
            }
        }
        return escaped
    }
}
