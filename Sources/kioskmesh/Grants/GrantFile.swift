import Foundation
import MeshControl
import MeshDaemon
import Yams

/// A grant's YAML file, read strictly: an unknown word is an error, never ignored.
struct GrantFile {
    /// A grant is written by hand.
    static let maximumBytes = 1 << 20

    let draft: GrantDraft

    init(path: String) throws(ControlError) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ControlError(
                .usage, "\(path) cannot be read.", hint: "Give the path of a grant's YAML file.",
                exit: 64)
        }
        guard data.count <= Self.maximumBytes, let text = String(data: data, encoding: .utf8)
        else {
            throw ControlError(
                .usage, "\(path) is too large or is no text.",
                hint: "Save it as UTF-8, below \(Self.maximumBytes) bytes.", exit: 64)
        }
        try self.init(yaml: text)
    }

    init(yaml: String) throws(ControlError) {
        let node: Node?
        do { node = try Yams.compose(yaml: yaml) } catch {
            throw Self.bad("it is no YAML: \(error)")
        }
        guard case .mapping? = node, let node else { throw Self.bad("it has no `name:`") }
        let top = try Fields(node, "the grant", ["name", "server", "segment", "valid", "upload"])
        let name = try top.text("name")
        let server = try Fields(
            try top.node("server"), "server",
            ["kind", "url", "folder", "organizer", "token", "enrolment"])
        let kind = try server.text("kind")
        var draft = GrantDraft(name: name, kind: kind, address: "")
        try Self.read(server, kind, into: &draft)
        if let segment = top.optional("segment") {
            try Self.readSegment(segment, into: &draft)
        }
        if let valid = top.optional("valid") {
            let fields = try Fields(valid, "valid", ["from", "until"])
            draft.validFrom = try fields.time("from")
            draft.validUntil = try fields.time("until")
            if let from = draft.validFrom, let until = draft.validUntil, until <= from {
                throw Self.bad("valid.until is not after valid.from")
            }
        }
        switch try top.optionalText("upload") ?? "manual" {
        case "manual": draft.upload = .manual
        case "continuous": draft.upload = .continuous
        case "courier": draft.upload = .courier
        default: throw Self.bad("upload is none of manual, continuous and courier")
        }
        self.draft = draft
    }

    private static func read(
        _ server: Fields, _ kind: String, into draft: inout GrantDraft
    ) throws(ControlError) {
        switch kind {
        case "csv":
            draft.address = try server.text("folder")
            guard draft.address.hasPrefix("/") else {
                throw bad("server.folder is not a full path: it is read on the host")
            }
        case "box-office":
            draft.address = try server.text("url")
            draft.token = try server.text("token")
        case "pretix":
            draft.enrolment = try server.optionalText("enrolment") ?? ""
            draft.token = try server.optionalText("token") ?? ""
            draft.address = try server.optionalText("url") ?? ""
            draft.organizer = try server.optionalText("organizer") ?? ""
            guard draft.enrolment.isEmpty != draft.token.isEmpty else {
                throw bad("server needs either `token` or `enrolment`")
            }
            if !draft.token.isEmpty, draft.address.isEmpty || draft.organizer.isEmpty {
                throw bad("server needs `url` and `organizer` beside its token")
            }
        default: throw bad("server.kind is none of pretix, box-office and csv")
        }
    }

    private static func readSegment(_ node: Node, into draft: inout GrantDraft) throws(ControlError)
    {
        let fields = try Fields(
            node, "segment", ["events", "lists", "products", "codes", "accounts"])
        draft.events = try fields.list("events")
        draft.products = try fields.list("products")
        draft.accounts = try fields.list("accounts")
        if let lists = try fields.list("lists") {
            var numbers: [UInt64] = []
            for list in lists {
                guard let number = UInt64(list) else {
                    throw bad("segment.lists holds \(list), which is no number")
                }
                numbers.append(number)
            }
            draft.lists = numbers
        }
        if let codes = try fields.list("codes") {
            var ranges: [(first: String, last: String)] = []
            for code in codes {
                let ends = code.components(separatedBy: "..")
                guard ends.count <= 2, let first = ends.first, let last = ends.last,
                    !first.isEmpty, first <= last
                else { throw bad("segment.codes holds \(code); a range is written FIRST..LAST") }
                ranges.append((first, last))
            }
            draft.codes = ranges
        }
    }

    static func bad(_ what: String) -> ControlError {
        ControlError(
            .usage, "The grant's file cannot be used: \(what).",
            hint: "An example: kioskmesh grant add --help", exit: 64)
    }
}

/// The members of one mapping in a grant's file.
private struct Fields {
    private let node: Node
    private let place: String

    init(_ node: Node, _ place: String, _ known: [String]) throws(ControlError) {
        guard let mapping = node.mapping else { throw GrantFile.bad("\(place) has no members") }
        for (key, _) in mapping {
            let name = key.string ?? "?"
            guard known.contains(name) else {
                throw GrantFile.bad(
                    "\(place) has \(Text.printable(name)), which is none of "
                        + known.joined(separator: ", "))
            }
        }
        self.node = node
        self.place = place
    }

    func optional(_ name: String) -> Node? {
        guard let found = node.mapping?[name], found.tag.description != Tag(.null).description
        else { return nil }
        return found
    }

    func node(_ name: String) throws(ControlError) -> Node {
        guard let found = optional(name) else { throw GrantFile.bad("\(place) has no \(name)") }
        return found
    }

    func text(_ name: String) throws(ControlError) -> String {
        guard let text = try optionalText(name), !text.isEmpty else {
            throw GrantFile.bad("\(place) has no \(name)")
        }
        return text
    }

    func optionalText(_ name: String) throws(ControlError) -> String? {
        guard let found = optional(name) else { return nil }
        guard let text = found.scalar?.string else {
            throw GrantFile.bad("\(place).\(name) is no plain text")
        }
        return text
    }

    /// Nil for `all` and for what is not said.
    func list(_ name: String) throws(ControlError) -> [String]? {
        guard let found = optional(name) else { return nil }
        if let text = found.scalar?.string { return text == "all" ? nil : [text] }
        guard let sequence = found.sequence, !sequence.isEmpty else {
            throw GrantFile.bad("\(place).\(name) is neither `all` nor a list")
        }
        var texts: [String] = []
        for item in sequence {
            guard let text = item.scalar?.string, !text.isEmpty else {
                throw GrantFile.bad("\(place).\(name) holds something that is no plain text")
            }
            texts.append(text)
        }
        return texts
    }

    func time(_ name: String) throws(ControlError) -> Int64? {
        guard let text = try optionalText(name) else { return nil }
        guard let time = Timestamp(text) else {
            throw GrantFile.bad(
                "\(place).\(name) is no time; write it like 2026-12-01T17:00:00Z")
        }
        return time.millisecondsSinceEpoch
    }
}
