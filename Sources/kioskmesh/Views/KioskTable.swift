import MeshControl

/// The table of kiosks that `status` and `nodes` share.
struct KioskTable {
    let style: Style
    let isWide: Bool
    /// Columns that there are; nil for as many as it takes.
    let columns: Int?
    let now: Timestamp

    /// Lines for `kiosks`; a star marks the kiosk named `own`.
    func lines(_ kiosks: [KioskEntry], own: String?) -> [String] {
        var titles: [Table.Column] = [
            .init(title: "NAME"), .init(title: "ROLE"), .init(title: "STATE"),
            .init(title: "LAG", isNumber: true), .init(title: "RTT", isNumber: true),
            .init(title: "VERSION"),
        ]
        if isWide {
            titles += [.init(title: "STORAGE"), .init(title: "LAST SEEN"), .init(title: "ID")]
        }
        var table = Table(titles, maximumWidth: columns)
        for kiosk in kiosks {
            let isOwn = kiosk.id == own
            var row = [
                kiosk.name, kiosk.terminal == true ? "terminal" : kiosk.role.rawValue,
                kiosk.isAway ? "away" : kiosk.state.rawValue,
                kiosk.lag.map(String.init) ?? "?", Self.rtt(kiosk, isOwn: isOwn),
                kiosk.version ?? "?",
            ]
            if isWide {
                let seen = isOwn ? "-" : kiosk.lastSeen.map(\.description) ?? "never"
                row += [kiosk.storage ? "yes" : "no", seen, kiosk.id]
            }
            table.rows.append(row)
        }
        let lines = table.lines(marks: kiosks.map { $0.id == own ? "* " : "  " })
        return lines.prefix(1) + zip(lines.dropFirst(), kiosks).map(coloured)
    }

    private func coloured(_ line: String, _ kiosk: KioskEntry) -> String {
        if kiosk.isAway { return style(line, .grey) }
        return switch kiosk.state {
        case .ok: line
        case .suspect: style(line, .yellow)
        case .lost: style(line, .red)
        case .revoked: style(line, .grey)
        }
    }

    private static func rtt(_ kiosk: KioskEntry, isOwn: Bool) -> String {
        if isOwn { return "-" }
        guard let milliseconds = kiosk.rttMilliseconds else { return "?" }
        return Text.decimal(milliseconds, milliseconds < 10 ? 1 : 0) + "ms"
    }
}
