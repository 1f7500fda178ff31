import FoundationEssentials
import TicketFiles

/// The lines of a results file: what is in them, and how they are written.
struct CSVResults {
    static let header = [
        "request_id", "kind", "event", "serial", "code", "exit", "at", "kiosk", "guarantee",
        "reason", "note",
    ]

    /// What a fact is known by.
    fileprivate struct Name: Hashable {
        let request: String
        let isAnnulment: Bool
    }

    private var known: [Name: UInt64] = [:]

    init() {}

    /// Reads a results file. Throws `file` for one that was not written by `add`: it is somebody's
    /// work, and is not written over.
    init(_ bytes: [UInt8], name: String) throws(ServerError) {
        var rest: [UInt8]? = bytes
        var reader = RecordReader { () throws(TicketFileFailure) in
            defer { rest = nil }
            return rest
        }
        var isHeader = true
        while let record = try Self.next(&reader, name) {
            guard case .fields(let line, _, let fields) = record else {
                throw Self.foreign(name, "a line is damaged")
            }
            let texts = fields.map { String(decoding: $0, as: UTF8.self) }
            guard isHeader ? texts == Self.header : texts.count == Self.header.count else {
                throw Self.foreign(name, "line \(line) is not one of ours")
            }
            if !isHeader, let name = Name(texts) { known[name] = Self.digest(texts) }
            isHeader = false
        }
        guard !isHeader else { throw Self.foreign(name, "it has no header") }
    }

    /// Whether the fact is new; if so its line is appended to `bytes`.
    mutating func add(_ fact: UploadFact, to bytes: inout [UInt8]) -> UploadOutcome {
        let texts = Self.texts(fact)
        guard let name = Name(texts) else { return .refused("The request id is missing.") }
        if texts.contains(where: { $0.utf8.count > Self.longestText }) {
            return .refused("A text is longer than \(Self.longestText) bytes.")
        }
        if let digest = known[name] {
            return digest == Self.digest(texts)
                ? .alreadyKnown
                : .refused("This request id belongs to another fact, written before.")
        }
        known[name] = Self.digest(texts)
        bytes += Self.line(texts)
        return .stored
    }

    static var headerLine: [UInt8] { line(header) }

    /// Longest text of a fact: all of them fit a line that can be read again.
    private static let longestText = 2_048

    private static func texts(_ fact: UploadFact) -> [String] {
        let (kind, reason) =
            switch fact.kind {
            case .redeemed: ("redeemed", "")
            case .annulled: ("annulled", "")
            case .rejected(let reason): ("rejected", reason)
            }
        let time = Date(timeIntervalSince1970: Double(fact.at) / 1000)
            .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        return [
            fact.requestID, kind, fact.event, fact.key, fact.secret, fact.isExit ? "1" : "0", time,
            fact.kiosk, fact.guarantee, reason, fact.note,
        ].map(oneLine)
    }

    /// Line breaks and other control characters would make two lines of one.
    private static func oneLine(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return text }
        var plain = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            plain.append(scalar.value < 0x20 || scalar.value == 0x7F ? " " : scalar)
        }
        return String(plain)
    }

    /// RFC 4180, with line feeds.
    private static func line(_ texts: [String]) -> [UInt8] {
        let fields = texts.map { text -> String in
            let isPlain = text.utf8.allSatisfy {
                $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "\"")
            }
            return isPlain ? text : "\"" + text.replacing("\"", with: "\"\"") + "\""
        }
        return Array((fields.joined(separator: ",") + "\n").utf8)
    }

    private static func digest(_ texts: [String]) -> UInt64 {
        var hash = StableHash()
        for text in texts { hash.combine(text) }
        return hash.value
    }

    private static func next(
        _ reader: inout RecordReader, _ name: String
    ) throws(ServerError) -> CSVRecord? {
        do {
            return try reader.next()
        } catch {
            throw foreign(name, error.message)
        }
    }

    private static func foreign(_ name: String, _ what: String) -> ServerError {
        ServerError(
            .file, "\(name) is not a results file of KioskMesh: \(what).",
            hint: "Move or rename it; a new one is begun then")
    }
}

extension CSVResults.Name {
    /// From the texts of a line; nil without a request id.
    fileprivate init?(_ texts: [String]) {
        guard texts.count > 1, !texts[0].isEmpty else { return nil }
        self.init(request: texts[0], isAnnulment: texts[1] == "annulled")
    }
}
