import Foundation
import SimulatorKit

/// One line on a terminal's standard error that shows how far a swarm is; nothing elsewhere.
struct ProgressBar {
    private static let width = 20
    /// Often enough to look alive.
    private static let interval = 0.1

    private let isShown: Bool
    private let total: Int
    private let clock: Stopwatch
    private var shownAt = -1.0

    init(total: Int, clock: Stopwatch) {
        isShown = isatty(STDERR_FILENO) == 1
        self.total = total
        self.clock = clock
    }

    mutating func show(_ totals: Totals) {
        let now = clock.wallSeconds
        guard isShown, now - shownAt >= Self.interval else { return }
        shownAt = now
        let done = total == 0 ? 0 : totals.runs * Self.width / total
        let bar =
            String(repeating: "#", count: done) + String(repeating: ".", count: Self.width - done)
        let hours = Int(totals.simulatedSeconds) / 3600
        let minutes = Int(totals.simulatedSeconds) / 60 % 60
        let speed = Int(totals.simulatedSeconds / max(now, 0.001))
        write(
            "\r[\(bar)] \(totals.runs)/\(total) runs  \(hours)h\(minutes)m simulated  "
                + "\(speed) × real time  \(totals.faultCount) faults  "
                + "\(totals.failures) failures ")
    }

    /// Makes room for other lines.
    func clear() {
        if isShown { write("\r\u{1B}[K") }
    }

    private func write(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }
}
