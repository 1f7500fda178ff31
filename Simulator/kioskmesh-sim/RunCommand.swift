import ArgumentParser
import Foundation
import SimulatorKit

struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes one run, twice, and compares the two trace by trace.",
        usage: """
            kioskmesh-sim run [SCENARIO.yaml] [--seed N] [--kiosks K] [--minutes M] \
            [--report DIR] [--json]
            """)

    @Argument(help: "A scenario file; without one everything is drawn from the seed.")
    var scenario: String?

    @OptionGroup var settings: RunSettings

    @Option(help: "Write results, history, a log per kiosk and report.html into this folder.")
    var report: String?

    func run() throws {
        let file = try scenario.map { try LoadedScenario($0) }
        let options = settings.options(scenario: file?.scenario)
        CrashLine.set(
            FailureLine.trapped(options, scenarioPath: scenario, plant: settings.plant))
        let clock = Stopwatch()
        var lines: [HistoryLine] = []
        let wantsReport = report != nil
        let result = Simulation.run(options, listener: wantsReport ? { lines.append($0) } : nil)
        let time = clock.lap
        let again = Simulation.run(options)
        if let report {
            let folder = ReportFolder(
                stored: StoredRun(options, result, scenario: file, plant: settings.plant),
                lines: lines)
            try folder.write(to: report)
        }
        var failure = result.violation
        if again.traceHash != result.traceHash {
            failure = Violation(
                checker: "not-deterministic", what: "the same seed gave two different traces",
                nanoseconds: 0)
        }
        try conclude(result, failure, options, time)
    }

    private func conclude(
        _ result: RunResult, _ failure: Violation?, _ options: RunOptions, _ time: Stopwatch.Lap
    ) throws {
        var totals = Totals()
        totals.add(result)
        let line = failure.map {
            FailureLine.text($0, options, scenarioPath: scenario, plant: settings.plant)
        }
        var failures: [Summary.Failure] = []
        if let failure, let line {
            failures = [Summary.Failure(failure, seed: options.seed, line: line)]
        }
        let summary = Summary(totals, time, failures)
        if settings.json { try summary.print() } else { print(summary.sentence) }
        if let line {
            if !settings.json { print(line) }
            throw Outcome.broke
        }
        if result.isVacuous {
            let why = result.disappointment ?? "nothing of interest happened"
            FileHandle.standardError.write(Data("Vacuous: \(why).\n".utf8))
            throw Outcome.vacuous
        }
    }
}

extension Summary.Failure {
    init(_ violation: Violation, seed: UInt64, line: String) {
        self.init(
            seed: "\(seed)", checker: violation.checker, what: violation.what,
            atSeconds: Stopwatch.rounded(Double(violation.nanoseconds) / 1e9), reproduce: line)
    }
}

/// A scenario with its path and its exact text.
struct LoadedScenario {
    let path: String
    let text: String
    let scenario: Scenario

    init(_ path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ValidationError(
                "There is no scenario \(path). `kioskmesh-sim list` shows those that ship.")
        }
        self.path = path
        text = String(decoding: data, as: UTF8.self)
        do {
            scenario = try ScenarioFile.parse(text)
        } catch {
            throw ValidationError("\(path): \(error.description)")
        }
    }
}
