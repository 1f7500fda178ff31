import Foundation
import SimulatorKit

/// Writes what `--report` promises.
struct ReportFolder {
    static let resultsName = "results.json"

    let stored: StoredRun
    let lines: [HistoryLine]

    func write(to path: String) throws {
        let folder = URL(fileURLWithPath: path, isDirectory: true)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        try save(String(decoding: try encoder.encode(stored), as: UTF8.self), Self.resultsName)
        try save(try history(), "history.jsonl")
        for kiosk in 0..<stored.kiosks {
            let own = lines.filter { $0.kiosk == kiosk || $0.kiosk == nil }
            try save(own.map(Self.text).joined(separator: "\n") + "\n", "n\(kiosk).log")
        }
        try save(junit, "junit.xml")
        try save(ReportPage(stored: stored, lines: lines).html, "report.html")

        func save(_ text: String, _ name: String) throws {
            try Data(text.utf8).write(to: folder.appendingPathComponent(name))
        }
    }

    private struct Entry: Encodable {
        let at: Double
        let kiosk: String?
        let text: String
    }

    private func history() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var out = ""
        for line in lines {
            let entry = Entry(
                at: Double(line.nanoseconds) / 1e9, kiosk: line.kiosk.map { "n\($0)" },
                text: line.text)
            out += String(decoding: try encoder.encode(entry), as: UTF8.self) + "\n"
        }
        return out
    }

    static func text(_ line: HistoryLine) -> String {
        let seconds = String(format: "%10.6f", Double(line.nanoseconds) / 1e9)
        return "\(seconds)  \(line.kiosk.map { "n\($0)" } ?? "venue")  \(line.text)"
    }

    private var junit: String {
        let name = Markup.escaped(stored.reproduce)
        var inner = ""
        if let broken = stored.violation {
            let message = Markup.escaped("\(broken.checker) \(broken.what)")
            inner = "<failure message=\"\(message)\"/>"
        } else if stored.isVacuous {
            inner = "<skipped message=\"nothing of interest happened\"/>"
        }
        let failures = stored.violation == nil ? 0 : 1
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuite name="kioskmesh-sim" tests="1" failures="\(failures)">
            <testcase classname="kioskmesh-sim" name="\(name)">\(inner)</testcase>
            </testsuite>

            """
    }
}

enum Markup {
    static func escaped(_ text: String) -> String {
        text.replacingOccurrences(of: "&", with: "&amp;")
            .replacingOccurrences(of: "<", with: "&lt;")
            .replacingOccurrences(of: ">", with: "&gt;")
            .replacingOccurrences(of: "\"", with: "&quot;")
    }
}
