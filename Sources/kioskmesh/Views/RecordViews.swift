import MeshControl

/// The plain line of one log record.
enum LogView {
    static func line(_ line: LogLine) -> String {
        var words = [
            line.at.description, Text.padded(line.kind, to: 9), line.ticket ?? "-",
            "at \(line.kiosk)",
        ]
        if let host = line.host, host != line.kiosk { words.append("by \(host)") }
        words.append("epoch \(line.epoch)")
        if let guarantee = line.guarantee {
            words.append(RedeemView.words(guarantee, line.copies))
        } else if line.kind == "redeemed" || line.kind == "rejected" {
            words.append("not confirmed yet")
        }
        if let reason = line.reason { words.append("because \(reason)") }
        words.append(line.record)
        return Text.printable(words.joined(separator: "  "))
    }
}

/// The plain words of one redemption.
struct RedeemView {
    let answer: RedeemAnswer
    let style: Style
    /// Somebody left instead of entering.
    var isExit = false

    static func exitCode(_ status: RedeemStatus) -> Int32 {
        switch status {
        case .ok: 0
        case .rejected: 1
        case .unavailable: 3
        }
    }

    var lines: [String] {
        switch answer.status {
        case .ok:
            let safe = answer.guarantee.map { Self.words($0, answer.copies) } ?? ""
            let word = isExit ? "EXIT" : "REDEEMED"
            var lines = [style(word, .green, bold: true) + "  " + ticket + "  " + safe]
            if let note = answer.note { lines.append("  " + Text.printable(note)) }
            return lines
        case .rejected:
            var lines = [
                style("REJECTED", .red, bold: true) + "  " + Self.words(answer.reason) + ticketAfter
            ]
            if let note = answer.note { lines.append("  " + Text.printable(note)) }
            for candidate in answer.candidates {
                let parts = [candidate.product, candidate.seat].compactMap { $0 }
                lines.append(
                    "  --ticket \(candidate.id)  \(Text.printable(parts.joined(separator: ", ")))"
                        + (candidate.redeemed ? "  redeemed before" : ""))
            }
            if let first = answer.first {
                lines.append(
                    "  first redeemed \(first.at) at \(Text.printable(first.kiosk))")
            }
            return lines
        case .unavailable:
            return [
                style("UNAVAILABLE", .yellow, bold: true) + "  " + Self.words(answer.reason)
            ] + whenUnavailable
        }
    }

    private var whenUnavailable: [String] {
        var lines = answer.hint.map { Text.wrapped(Text.printable($0), to: 78) } ?? []
        if answer.undecided {
            lines += [
                "It may still be decided: ask again with",
                "--request-id \(Text.printable(answer.requestId))",
            ]
        } else {
            lines.append("Request id \(Text.printable(answer.requestId)); nothing was decided.")
        }
        return (lines + ["Next: kioskmesh status"]).map { "  " + $0 }
    }

    private var ticket: String {
        guard let ticket = answer.ticket else { return "" }
        let parts = [ticket.product, ticket.seat].compactMap { $0 }.filter { !$0.isEmpty }
        return Text.printable(parts.isEmpty ? ticket.id : parts.joined(separator: ", "))
    }

    private var ticketAfter: String { ticket.isEmpty ? "" : "  (\(ticket))" }

    static func words(_ guarantee: Guarantee, _ copies: Int?) -> String {
        switch guarantee {
        case .replicated: "on \(copies.map { Text.count($0, "disk") } ?? "several disks")"
        case .singleCopy: "on 1 disk only"
        case .provisional: "provisional, without quorum"
        case .volatile: "on no disk"
        }
    }

    /// The vocabulary of reasons in plain words, with the word that scripts know.
    static func words(_ reason: String?) -> String {
        guard let reason else { return "no reason given" }
        let plain: [String: String] = [
            "invalid": "this code is not known here",
            "unpaid": "the ticket is not paid for",
            "blocked": "the ticket is blocked",
            "invalid_time": "the ticket does not count at this time",
            "canceled": "the ticket was canceled",
            "already_redeemed": "the ticket was redeemed before",
            "product": "this kind of ticket is not redeemed here",
            "rules": "the rules do not allow it now",
            "ambiguous": "several tickets fit this code; choose one",
            "revoked": "the code was revoked",
            "unapproved": "the order is not approved yet",
            "incomplete": "a question about the ticket must be answered first",
            "not_authorized": "no grant in force covers the ticket",
            "conflict": "another kiosk redeemed the ticket at the same time",
            "no_host": "no kiosk can decide now",
            "stale_data": "the ticket data is not complete yet",
        ]
        let safe = Text.printable(reason)
        return plain[reason].map { "\($0) [\(safe)]" } ?? safe
    }
}

/// The plain words of `doctor`.
struct DoctorView {
    let report: DoctorReport
    let style: Style

    static func exitCode(_ report: DoctorReport) -> Int32 {
        if report.checks.contains(where: { $0.status == .failed }) { return 1 }
        return report.checks.contains { $0.status == .warning } ? 2 : 0
    }

    var lines: [String] {
        let width = min(24, report.checks.map { Text.width($0.name) }.max() ?? 0)
        return report.checks.flatMap { check in
            let word =
                switch check.status {
                case .ok: style("ok     ", .green)
                case .warning: style("WARNING", .yellow, bold: true)
                case .failed: style("FAILED ", .red, bold: true)
                }
            let name = Text.fitted(Text.printable(check.name), to: width)
            let evidence = Text.wrapped(Text.printable(check.evidence), to: 80 - width - 11)
            var lines = ["\(word)  \(name)  \(evidence.first ?? "")"]
            let indent = String(repeating: " ", count: width + 11)
            lines += evidence.dropFirst().map { indent + $0 }
            if let fix = check.fix { lines.append(indent + "→ " + Text.printable(fix)) }
            return lines
        }
    }
}
