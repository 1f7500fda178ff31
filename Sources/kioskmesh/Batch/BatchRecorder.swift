import Glibc
import MeshControl
import Synchronization

/// Counts the outcomes of a batch and keeps their latencies.
final class BatchRecorder: Sendable {
    struct Tally: Sendable {
        var ok = 0
        var rejected = 0
        var unavailable = 0
        /// Microseconds from the first attempt to the answer, of answered requests.
        var latencies: [UInt32] = []
        var done: Int { ok + rejected + unavailable }
    }

    let answers: AnswerFile?
    private let state = Mutex(Tally())

    init(answers: AnswerFile?) { self.answers = answers }

    var tally: Tally { state.withLock { $0 } }

    var done: Int { state.withLock { $0.done } }

    /// Takes an outcome. `wasSent` is false for a line that could be no code.
    func record(_ answer: BatchAnswer, wasSent: Bool) {
        state.withLock { tally in
            switch answer.status {
            case .ok: tally.ok += 1
            case .rejected: tally.rejected += 1
            case .unavailable: tally.unavailable += 1
            }
            if wasSent, answer.status != .unavailable {
                tally.latencies.append(UInt32(clamping: Int64(answer.milliseconds * 1000)))
            }
        }
        answers?.write(answer)
    }

    func summary(elapsed: Duration) -> BatchSummary {
        let tally = tally
        let latencies = tally.latencies.sorted()
        let seconds = max(elapsed / .seconds(1), 0.000_001)
        return BatchSummary(
            ok: tally.ok, rejected: tally.rejected, unavailable: tally.unavailable,
            seconds: Self.rounded(seconds),
            opsPerSecond: Self.rounded(Double(tally.ok + tally.rejected) / seconds),
            p50Milliseconds: Self.percentile(latencies, 50),
            p99Milliseconds: Self.percentile(latencies, 99))
    }

    /// Nearest rank, in milliseconds; 0 where nothing was measured.
    static func percentile(_ sorted: [UInt32], _ percent: Int) -> Double {
        guard !sorted.isEmpty else { return 0 }
        let rank = (sorted.count * percent + 99) / 100
        return Double(sorted[max(0, rank - 1)]) / 1000
    }

    private static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}

/// The file of `--answers`: one JSON line a request.
final class AnswerFile: Sendable {
    private static let flushBytes = 64 << 10

    private let file: CInt
    private let path: String
    private let state = Mutex((unwritten: [UInt8](), failed: CInt(0)))

    init(path: String) throws(ControlError) {
        self.path = path
        file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw Self.failure(path, errno, exit: 64) }
    }

    func write(_ answer: BatchAnswer) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("line")
        writer.integer(answer.line)
        writer.key("requestId")
        writer.string(answer.requestId)
        writer.key("status")
        writer.string(answer.status.rawValue)
        writer.key("reason")
        writer.string(answer.reason)
        writer.key("guarantee")
        writer.string(answer.guarantee?.rawValue)
        writer.key("record")
        writer.string(answer.record)
        writer.key("milliseconds")
        writer.raw(Text.decimal(answer.milliseconds, 3).utf8)
        writer.key("attempts")
        writer.integer(answer.attempts)
        writer.key("kiosk")
        writer.string(answer.kiosk)
        writer.key("at")
        writer.string(answer.at.description)
        writer.endObject()
        writer.bytes.append(0x0A)
        state.withLock { state in
            state.unwritten.append(contentsOf: writer.bytes)
            if state.unwritten.count >= Self.flushBytes { flush(&state) }
        }
    }

    /// Writes the rest. Throws if any line could not be written.
    func close() throws(ControlError) {
        let failed = state.withLock { state in
            flush(&state)
            return state.failed
        }
        Glibc.close(file)
        if failed != 0 { throw Self.failure(path, failed, exit: 1) }
    }

    private func flush(_ state: inout (unwritten: [UInt8], failed: CInt)) {
        var rest = state.unwritten[...]
        while !rest.isEmpty, state.failed == 0 {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count > 0 { rest.removeFirst(count) } else if errno != EINTR { state.failed = errno }
        }
        state.unwritten.removeAll(keepingCapacity: true)
    }

    private static func failure(_ path: String, _ code: CInt, exit: Int) -> ControlError {
        ControlError(
            .file, "\(path) cannot be written: \(String(cString: strerror(code))).",
            hint: "Check the path and the room on the disk.", exit: exit)
    }
}
