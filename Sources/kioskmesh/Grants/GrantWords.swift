import MeshControl
import MeshDaemon

/// What a grant allows, in plain words, before it takes effect.
enum GrantWords {
    static func lines(_ draft: GrantDraft) -> [String] {
        var lines = ["Grant \(Text.printable(draft.name)) lets this mesh redeem:"]
        lines.append("  tickets of  " + server(draft))
        lines.append("  events      " + list(draft.events, "all of the server"))
        lines.append(
            "  lists       "
                + list(draft.lists?.map(String.init), "all; the first that fits a ticket"))
        lines.append("  products    " + list(draft.products, "all"))
        if draft.codes == nil && draft.accounts == nil {
            lines.append("  codes       all codes and accounts")
        } else {
            let ranges = draft.codes?.map {
                $0.first == $0.last ? $0.first : "\($0.first) to \($0.last)"
            }
            if let ranges { lines.append("  codes       " + list(ranges, "")) }
            if let accounts = draft.accounts {
                lines.append("  accounts    " + Text.count(accounts.count, "account") + " by name")
            }
        }
        lines.append("  period      " + period(draft.validFrom, draft.validUntil))
        let upload =
            switch draft.upload {
            case .manual: "when an operator orders it: kioskmesh sync upload"
            case .continuous: "by itself, whenever the server can be reached"
            case .courier: "in bundles: kioskmesh export --bundle FILE; no kiosk asks the server"
            }
        lines.append("  upload      " + upload)
        if draft.address.hasPrefix("http://"), !isOwnMachine(draft.address) {
            lines.append(
                "  CAUTION     the connection is not encrypted: whoever is on the way reads it all")
        }
        return lines
    }

    private static func server(_ draft: GrantDraft) -> String {
        let place = Text.printable(draft.address)
        switch draft.kind {
        case "csv": return "the CSV files in \(place)"
        case "box-office": return "the box office at \(place)"
        default:
            if !draft.enrolment.isEmpty { return "pretix, as the new device of its enrolment code" }
            return "\(Text.printable(draft.organizer)) in pretix at \(place)"
        }
    }

    private static func list(_ names: [String]?, _ all: String) -> String {
        guard let names else { return all }
        let shown = names.prefix(8).map(Text.printable).joined(separator: ", ")
        return names.count > 8 ? shown + " and \(names.count - 8) more" : shown
    }

    static func period(_ from: Int64?, _ until: Int64?) -> String {
        let begin = from.map { "from \(Timestamp(millisecondsSinceEpoch: $0)) " } ?? ""
        let end = until.map { "until \(Timestamp(millisecondsSinceEpoch: $0))" } ?? ""
        return begin.isEmpty && end.isEmpty ? "no limit" : begin + end
    }

    private static func isOwnMachine(_ address: String) -> Bool {
        ["http://127.", "http://localhost", "http://[::1]"].contains { address.hasPrefix($0) }
    }
}
