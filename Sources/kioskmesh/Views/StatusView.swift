import MeshControl

/// The plain words of `status`: what is wrong and what to do, in five seconds.
struct StatusView {
    let report: StatusReport
    let style: Style
    let isWide: Bool
    let columns: Int?
    let now: Timestamp

    static func exitCode(_ health: Health) -> Int32 {
        switch health {
        case .healthy: 0
        case .degraded: 2
        case .noHost, .isolated: 3
        }
    }

    var lines: [String] {
        var lines = headline
        for problem in report.problems { lines += told(problem) }
        lines += facts
        lines.append("")
        lines += table.lines(report.kiosks, own: report.itself.id)
        let fix = report.problems.first.map(Self.next) ?? ""
        lines.append("Next: " + (fix.isEmpty ? nextWithoutFix : fix))
        return lines
    }

    var table: KioskTable {
        KioskTable(style: style, isWide: isWide, columns: columns, now: now)
    }

    /// What to do about a problem; says at which kiosk.
    static func next(_ problem: StatusReport.Problem) -> String {
        guard let kiosk = problem.kiosk, !problem.fix.isEmpty, !problem.fix.contains(kiosk) else {
            return Text.printable(problem.fix)
        }
        return Text.printable("\(kiosk): \(problem.fix)")
    }

    private var headline: [String] {
        let colour: Style.Colour =
            switch report.health {
            case .healthy: .green
            case .degraded: .yellow
            case .noHost, .isolated: .red
            }
        let word = report.health.rawValue.uppercased()
        let members = report.kiosks.filter { $0.state != .revoked && !$0.isAway }
        let well = members.filter { $0.state == .ok }.count
        var host = "no host"
        if let entry = report.host {
            let kind = entry.provisional ? "provisional epoch" : "epoch"
            host = "host \(Text.printable(entry.name)) (\(kind) \(entry.epoch))"
        }
        let parts = [
            word, "venue \"\(Text.printable(report.venue))\"",
            "\(well) of \(Text.count(members.count, "kiosk"))", host, ControlSchema.program,
        ]
        var lines: [String] = []
        var line = ""
        for part in parts {
            let longer = line.isEmpty ? part : line + (line == word ? "  " : "   ") + part
            if !isWide, Text.width(longer) > 80, !line.isEmpty {
                lines.append(line)
                line = "  " + part
            } else {
                line = longer
            }
        }
        lines.append(line)
        lines[0] = style(word, colour, bold: true) + lines[0].dropFirst(word.count)
        return lines
    }

    func told(_ problem: StatusReport.Problem) -> [String] {
        let name = problem.kiosk.map { Text.printable($0) + "  " } ?? ""
        let lines = Text.wrapped(name + Text.printable(problem.what), to: isWide ? 1000 : 76)
        return lines.enumerated().map { index, line in
            (index == 0 ? "  " + style("!", .yellow, bold: true) + " " : "    ") + line
        }
    }

    private var facts: [String] {
        let tickets = report.tickets
        let limit = report.offlineAllowance.limit.map(String.init) ?? "unlimited"
        var lines = [
            "  Tickets  \(tickets.total)   redeemed \(tickets.redeemed)   "
                + "rejected \(tickets.rejected)   waiting \(tickets.awaitingUpload)",
            "  Offline  \(report.offlineAllowance.used) of \(limit) used   "
                + "findings \(tickets.findings)",
            "  Safety   " + safety,
        ]
        if isWide {
            lines.append(
                "  Register \(report.register.version)   voters "
                    + report.register.voters.map(Text.printable).joined(separator: ", ")
                    + "   in sync "
                    + report.register.inSync.map(Text.printable).joined(separator: ", "))
        }
        return lines
    }

    private var safety: String {
        guard report.host != nil else {
            return "nothing is redeemed for good until a host is known"
        }
        switch report.survivesLosses ?? survivable {
        case ...0: return "survives no loss of a kiosk that votes or holds the tickets"
        case 1: return "survives the loss of 1 more kiosk"
        case let losses: return "survives the loss of \(losses) more kiosks"
        }
    }

    /// The losses at once that leave a majority of the voters and one of the in-sync set.
    private var survivable: Int {
        let well = Set(report.kiosks.filter { $0.state == .ok }.map(\.name))
        let voters = report.register.voters
        let spareVoters = voters.filter(well.contains).count - (voters.count / 2 + 1)
        let spareCopies = report.register.inSync.filter(well.contains).count - 1
        return min(spareVoters, spareCopies)
    }

    private var nextWithoutFix: String {
        report.health == .healthy ? "nothing to do" : "kioskmesh doctor"
    }
}
