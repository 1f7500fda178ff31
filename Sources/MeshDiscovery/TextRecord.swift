/// The TXT record (RFC 6763, section 6): strings with a length byte each, `key=value`.
struct TextRecord: Equatable {
    var version: Int?
    var meshHash: String?

    init(version: Int?, meshHash: String?) {
        self.version = version
        self.meshHash = meshHash
    }

    func encoded() -> [UInt8] {
        var strings: [String] = []
        if let version { strings.append("v=\(version)") }
        if let meshHash { strings.append("m=\(meshHash)") }
        return strings.flatMap { string in
            let bytes = Array(string.utf8.prefix(255))
            return [UInt8(bytes.count)] + bytes
        }
    }

    /// Whatever can be understood of it; keys count in any case, and the first of each counts.
    init(decoding bytes: [UInt8]) {
        var rest = bytes[...]
        while let length = rest.popFirst() {
            let text = rest.prefix(Int(length))
            rest = rest.dropFirst(Int(length))
            let parts = text.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            let value = String(decoding: parts[1], as: UTF8.self)
            switch String(decoding: parts[0], as: UTF8.self).lowercased() {
            case "v" where version == nil: version = Int(value)
            case "m" where meshHash == nil: meshHash = value
            default: break
            }
        }
    }
}
