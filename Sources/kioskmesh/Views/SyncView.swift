import MeshControl

/// The plain words of `sync`.
enum SyncView {
    static func lines(_ report: SyncReport) -> [String] {
        guard !report.segments.isEmpty else {
            return ["No grant is installed.", "Next: kioskmesh grant add FILE.yaml"]
        }
        var lines: [String] = []
        for segment in report.segments {
            lines.append("\(Text.printable(segment.segment))  \(words(segment.step))")
            lines.append("  download  " + download(segment))
            lines.append("  upload    " + upload(segment))
            if let problem = segment.problem { lines += wrapped("  PROBLEM   ", problem) }
        }
        if !report.isFromHost {
            lines.append("The host does not answer: problems and times are not known here.")
        }
        return lines
    }

    /// What a download or an upload ended with.
    static func balance(_ segment: SyncReport.Segment, isUpload: Bool) -> [String] {
        var lines = ["\(Text.printable(segment.segment))  \(words(segment.step))"]
        if isUpload {
            lines.append("  sent           \(segment.sent)")
            lines.append("  already known  \(segment.alreadyKnown)")
            lines.append("  refused        \(segment.quarantined)")
            lines.append("  left           \(segment.left)")
            if segment.quarantined > 0 { lines.append("Next: kioskmesh sync quarantine") }
        } else {
            lines.append("  download  " + download(segment))
        }
        if let problem = segment.problem { lines += wrapped("  PROBLEM   ", problem) }
        return lines
    }

    static func lines(_ report: QuarantineReport) -> [String] {
        if report.facts.isEmpty { return ["Nothing is in quarantine."] }
        var lines: [String] = []
        for fact in report.facts {
            lines.append(
                Text.printable(
                    "\(fact.record)  \(fact.kind) at \(fact.kiosk) \(fact.at)  "
                        + "ticket \(fact.ticket)"
                ))
            lines += wrapped("  ", fact.words)
        }
        lines.append("Next: kioskmesh sync quarantine retry RECORD, or dismiss RECORD")
        return lines
    }

    private static func wrapped(_ head: String, _ text: String) -> [String] {
        let lines = Text.wrapped(Text.printable(text), to: 80 - head.count)
        let indent = String(repeating: " ", count: head.count)
        return lines.enumerated().map { ($0.offset == 0 ? head : indent) + $0.element }
    }

    private static func download(_ segment: SyncReport.Segment) -> String {
        var words = "\(segment.received)"
        if let expected = segment.expected { words += " of \(expected)" }
        words += " tickets"
        if segment.covered != segment.received { words += ", \(segment.covered) covered" }
        if segment.skipped > 0 { words += ", \(segment.skipped) left out" }
        if segment.isDownloading { words += ", under way" }
        if let last = segment.lastDownload { words += ", last \(last)" }
        return words
    }

    private static func upload(_ segment: SyncReport.Segment) -> String {
        var words = "\(segment.left) wait, \(segment.sent) sent"
        if segment.alreadyKnown > 0 { words += ", \(segment.alreadyKnown) known before" }
        if segment.quarantined > 0 { words += ", \(segment.quarantined) refused" }
        if segment.dismissed > 0 { words += ", \(segment.dismissed) dismissed" }
        words += " (\(segment.upload))"
        if segment.isUploading { words += ", under way" }
        if let last = segment.lastUpload { words += ", last \(last)" }
        return words
    }

    /// The patent's steps in plain words, with the word that scripts know.
    private static func words(_ step: String) -> String {
        let plain: [String: String] = [
            "acquire": "the server is asked what it has",
            "lookup": "what the grant names is looked for",
            "mark": "what was found is marked",
            "download": "tickets are coming in",
            "detect": "it is checked that all is stored",
            "ready": "redemption is open",
            "withdrawn": "the grant was withdrawn",
        ]
        return plain[step].map { "\(step): \($0)" } ?? Text.printable(step)
    }
}

/// A line on the terminal that says how far a download or upload is, at what rate, and how long it
/// may still take.
struct SyncProgress {
    let isShown: Bool
    private let began = ContinuousClock.now
    private var atStart: Int64?
    private var isDrawn = false

    init(isShown: Bool) { self.isShown = isShown }

    mutating func show(_ segments: [SyncReport.Segment], isUpload: Bool) {
        guard isShown else { return }
        let done = segments.reduce(0) {
            $0 + (isUpload ? $1.sent + $1.alreadyKnown + $1.quarantined : $1.received)
        }
        let all: Int64? =
            isUpload
            ? done + segments.reduce(0) { $0 + $1.left }
            : segments.allSatisfy { $0.expected != nil }
                ? segments.reduce(0) { $0 + ($1.expected ?? 0) } : nil
        if atStart == nil { atStart = done }
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        let rate = seconds > 0.5 ? Double(done - (atStart ?? 0)) / seconds : 0
        var text = "\r\u{1B}[K"
        if let all, all > 0 {
            let share = min(1, Double(done) / Double(all))
            let filled = Int(share * 24)
            text +=
                "[" + String(repeating: "=", count: filled)
                + String(repeating: " ", count: 24 - filled) + "] "
            text += "\(done) of \(all)"
        } else {
            text += "\(done)"
        }
        if rate >= 1 {
            text += "  \(Int(rate))/s"
            if let all, all > done { text += "  \(Int(Double(all - done) / rate) + 1) s left" }
        }
        Output.errorText(text)
        isDrawn = true
    }

    mutating func end() {
        if isDrawn { Output.errorText("\r\u{1B}[K") }
    }
}
