import Foundation
import SimulatorKit

/// The JSON object of `run` and `swarm`.
struct Summary: Encodable {
    struct Failure: Encodable {
        let seed: String
        let checker: String
        let what: String
        let atSeconds: Double
        let reproduce: String
    }

    var schema = 1
    var runs: Int
    var failures: Int
    var vacuous: Int
    var traceHash: String
    var redemptions: Int
    var acknowledged: Int
    var elections: Int
    var uploads: Int
    var faults: [String: Int]
    var simulatedSeconds: Double
    var wallSeconds: Double
    var speed: Double
    /// Processor time of this process, and simulated time over it: what the speed would be on a
    /// core of its own.
    var cpuSeconds: Double
    var speedPerCore: Double
    var violations: [Failure]

    init(_ totals: Totals, _ time: Stopwatch.Lap, _ violations: [Failure]) {
        runs = totals.runs
        failures = totals.failures
        vacuous = totals.vacuous
        traceHash = HashText.text(totals.traceHash)
        redemptions = totals.redemptions
        acknowledged = totals.acknowledged
        elections = totals.elections
        uploads = totals.uploads
        faults = Dictionary(
            uniqueKeysWithValues: totals.faults.map { ($0.key.rawValue, $0.value) })
        simulatedSeconds = Stopwatch.rounded(totals.simulatedSeconds)
        wallSeconds = Stopwatch.rounded(time.wallSeconds)
        cpuSeconds = Stopwatch.rounded(time.cpuSeconds)
        speed = Stopwatch.rounded(totals.simulatedSeconds / max(time.wallSeconds, 0.001))
        speedPerCore = Stopwatch.rounded(totals.simulatedSeconds / max(time.cpuSeconds, 0.001))
        self.violations = violations
    }

    /// One line for people.
    var sentence: String {
        let all = faults.values.reduce(0, +)
        return "\(runs) runs, \(failures) failures, \(vacuous) vacuous; "
            + "\(redemptions) redemptions, \(uploads) uploads, \(elections) elections, "
            + "\(all) faults; "
            + "\(Int(simulatedSeconds)) s simulated in \(wallSeconds) s, "
            + "\(Int(speed)) × real time (\(Int(speedPerCore)) on a core of its own); "
            + "trace \(traceHash)"
    }

    func print() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        Swift.print(String(decoding: try encoder.encode(self), as: UTF8.self))
    }
}

enum HashText {
    static func text(_ hash: UInt64) -> String {
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// Time passed since it was made, on the wall and on the processor.
struct Stopwatch {
    private let start = ContinuousClock.now
    private let startCPU = Self.processorSeconds

    struct Lap {
        let wallSeconds: Double
        let cpuSeconds: Double
    }

    /// Time so far.
    var lap: Lap { Lap(wallSeconds: wallSeconds, cpuSeconds: Self.processorSeconds - startCPU) }

    var wallSeconds: Double {
        let passed = (ContinuousClock.now - start).components
        return Double(passed.seconds) + Double(passed.attoseconds) / 1e18
    }

    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}
