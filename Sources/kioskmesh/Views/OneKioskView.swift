import MeshControl

/// The plain words of `status --node`: how that one kiosk is.
struct OneKioskView {
    let kiosk: KioskEntry
    let status: StatusView

    /// As `doctor` has it: 1 is broken, 2 a warning, and a revoked kiosk is not authorised.
    static func exitCode(_ state: KioskState?) -> Int32 {
        switch state {
        case .ok: 0
        case .suspect: 2
        case .lost, nil: 1
        case .revoked: 4
        }
    }

    var lines: [String] {
        let colour: Style.Colour =
            switch kiosk.state {
            case .ok: .green
            case .suspect: .yellow
            case .lost: .red
            case .revoked: .grey
            }
        let word = status.style(kiosk.state.rawValue.uppercased(), colour, bold: true)
        let seen = kiosk.lastSeen.map { "last heard \($0.secondsDescription)" } ?? "not heard yet"
        var lines = ["\(word)  \(Text.printable(kiosk.name))   \(kiosk.role.rawValue)   \(seen)"]
        let report = status.report
        let problems = report.problems.filter { $0.kiosk == kiosk.name }
        for problem in problems { lines += status.told(problem) }
        lines.append("")
        lines += status.table.lines(report.kiosks, own: report.itself.id)
        lines.append("Next: " + (problems.first.map(StatusView.next) ?? next))
        return lines
    }

    private var next: String {
        switch kiosk.state {
        case .ok: "nothing to do"
        case .suspect, .lost, .revoked: "kioskmesh doctor \(Text.printable(kiosk.name))"
        }
    }
}
