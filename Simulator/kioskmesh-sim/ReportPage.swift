import Foundation
import SimulatorKit

/// One self-contained page: who was host when, what went wrong with the world, the counters, and
/// the last things that happened.
struct ReportPage {
    /// Lines of history on the page; all of them are in history.jsonl.
    private static let maximumLines = 250
    private static let laneHeight = 34.0
    private static let chartWidth = 1100.0
    private static let left = 60.0

    let stored: StoredRun
    let lines: [HistoryLine]

    private var end: Double { max(stored.simulatedSeconds, 1) }

    var html: String {
        let verdict =
            stored.violation.map { "FAIL \($0.checker) \($0.what)" }
            ?? (stored.isVacuous ? "Nothing of interest happened" : "All held")
        return """
            <!doctype html>
            <html lang="en"><meta charset="utf-8"><title>kioskmesh-sim seed \(stored.seed)</title>
            <style>
            body{font:15px system-ui,sans-serif;margin:2em;max-width:1200px;color:#222}
            h1{font-size:1.3em} .bad{color:#b00020} code{background:#f3f3f3;padding:2px 4px}
            table{border-collapse:collapse} td{padding:2px 12px 2px 0;vertical-align:top}
            pre{background:#f7f7f7;padding:1em;overflow-x:auto;font-size:12px}
            </style>
            <h1\(stored.violation == nil ? "" : " class=\"bad\"")>\(Markup.escaped(verdict))</h1>
            <p><code>\(Markup.escaped(stored.reproduce))</code>
            (\(Markup.escaped(stored.source)))</p>
            <h2>Hosts by epoch</h2>
            \(chart)
            <p>Grey: without power. Pale: elected. Green: serving, with its epoch.
            Marks above: faults. Red line: the violation.</p>
            <h2>Counters</h2>
            \(counters)
            <h2>Last events</h2>
            <pre>\(Markup.escaped(lastLines))</pre>
            </html>

            """
    }

    private var lastLines: String {
        lines.suffix(Self.maximumLines).map(ReportFolder.text).joined(separator: "\n")
    }

    private var counters: String {
        var rows = [
            ("redemptions", "\(stored.redemptions)"), ("answers", "\(stored.acknowledged)"),
            ("elections", "\(stored.elections)"),
            ("simulated", "\(Int(stored.simulatedSeconds)) s"), ("trace", stored.traceHash),
        ]
        rows += stored.faults.sorted { $0.key < $1.key }.map { ("fault: \($0.key)", "\($0.value)") }
        let cells = rows.map { "<tr><td>\(Markup.escaped($0.0))</td><td>\($0.1)</td></tr>" }
        return "<table>\(cells.joined())</table>"
    }

    // MARK: the chart

    private func x(_ seconds: Double) -> Double {
        Self.left + seconds / end * (Self.chartWidth - Self.left - 10)
    }

    private func y(_ kiosk: Int) -> Double { 40 + Double(kiosk) * Self.laneHeight }

    private var chart: String {
        let height = y(stored.kiosks) + 30
        var parts: [String] = []
        for kiosk in 0..<stored.kiosks {
            let base = y(kiosk)
            parts.append("<text x='5' y='\(base + 15)' font-size='13'>n\(kiosk)</text>")
            parts.append(rectangle(from: 0, to: end, kiosk, "#eef2f6", nil))
            parts += lane(kiosk)
        }
        for line in lines where line.mark == .fault {
            let at = x(Double(line.nanoseconds) / 1e9)
            let tip = Markup.escaped(ReportFolder.text(line))
            parts.append(
                "<circle cx='\(at)' cy='25' r='3' fill='#d08000'><title>\(tip)</title></circle>")
        }
        if let broken = stored.violation {
            let at = x(min(broken.atSeconds, end))
            parts.append(
                "<line x1='\(at)' x2='\(at)' y1='15' y2='\(height - 25)' stroke='#b00020'/>")
        }
        for tick in 0...10 {
            let seconds = end * Double(tick) / 10
            parts.append(
                "<text x='\(x(seconds))' y='\(height - 8)' font-size='11'>\(Int(seconds)) s</text>")
        }
        return "<svg width='\(Self.chartWidth)' height='\(height)' role='img'>"
            + parts.joined(separator: "\n") + "</svg>"
    }

    private func rectangle(
        from: Double, to: Double, _ kiosk: Int, _ colour: String, _ tip: String?
    ) -> String {
        let width = max(x(to) - x(from), 1)
        let title = tip.map { "<title>\(Markup.escaped($0))</title>" } ?? ""
        return "<rect x='\(x(from))' y='\(y(kiosk))' width='\(width)' height='22' "
            + "fill='\(colour)'>\(title)</rect>"
    }

    /// The reigns and dark times of one kiosk.
    private func lane(_ kiosk: Int) -> [String] {
        var parts: [String] = []
        var downSince: Double? = 0
        var reign: (since: Double, colour: String, tip: String)?
        func close(_ at: Double) {
            if let open = reign {
                parts.append(rectangle(from: open.since, to: at, kiosk, open.colour, open.tip))
            }
            reign = nil
        }
        for line in lines where line.kiosk == kiosk {
            let at = Double(line.nanoseconds) / 1e9
            switch line.mark {
            case .up:
                if let since = downSince {
                    parts.append(rectangle(from: since, to: at, kiosk, "#9aa0a6", "without power"))
                }
                downSince = nil
            case .down:
                close(at)
                downSince = at
            case .elected(let epoch):
                close(at)
                reign = (at, "#b7dfb9", "elected in epoch \(epoch)")
            case .serving(let epoch):
                close(at)
                reign = (at, "#2e7d32", "serves epoch \(epoch)")
            case .steppedDown: close(at)
            case .fault, .failure, .other: break
            }
        }
        close(end)
        if let since = downSince {
            parts.append(rectangle(from: since, to: end, kiosk, "#9aa0a6", "without power"))
        }
        return parts
    }
}
