import ArgumentParser
import Foundation
import SimulatorKit

struct Swarm: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs one seed after another and reports every failure.")

    @OptionGroup var settings: RunSettings

    @Option(help: "How many seeds, counted up from --seed.")
    var runs = 100

    @Flag(help: "Make each of the first failures smaller before it is reported.")
    var shrink = false

    @Flag(name: .customLong("stop"), help: "Stop at the first failure.")
    var stops = false

    @Option(
        name: .customLong("time-limit"),
        help: "Begin no further run after this time, such as 90s or 10m.")
    var timeLimit: String?

    /// Failures that are made smaller: one is enough to begin with, and each takes a minute.
    private static let maximumShrunk = 3

    func validate() throws {
        guard runs > 0 else { throw ValidationError("--runs takes a number above 0.") }
        if let timeLimit, Quantity.nanoseconds(timeLimit) == nil {
            throw ValidationError("--time-limit takes a time such as 90s or 10m.")
        }
    }

    func run() throws {
        let clock = Stopwatch()
        let limit = timeLimit.flatMap(Quantity.nanoseconds).map { Double($0) / 1e9 }
        var totals = Totals()
        var failures: [Summary.Failure] = []
        var bar = ProgressBar(total: runs, clock: clock)
        for number in 0..<runs {
            if let limit, clock.wallSeconds >= limit { break }
            var options = settings.options()
            options.seed = settings.seed &+ UInt64(number)
            CrashLine.set(FailureLine.trapped(options, scenarioPath: nil, plant: settings.plant))
            let result = Simulation.run(options)
            totals.add(result)
            if let violation = result.violation {
                bar.clear()
                let line = describe(
                    violation, options, isShrunk: failures.count < Self.maximumShrunk)
                if !settings.json { print(line) }
                failures.append(Summary.Failure(violation, seed: options.seed, line: line))
            }
            bar.show(totals)
            if stops && totals.failures > 0 { break }
        }
        bar.clear()
        let summary = Summary(totals, clock.lap, failures)
        if settings.json { try summary.print() } else { print(summary.sentence) }
        if totals.failures > 0 { throw Outcome.broke }
        if totals.vacuous == totals.runs { throw Outcome.vacuous }
    }

    private func describe(
        _ violation: Violation, _ options: RunOptions, isShrunk: Bool
    ) -> String {
        guard shrink, isShrunk else {
            return FailureLine.text(violation, options, scenarioPath: nil, plant: settings.plant)
        }
        var smaller = Shrinking(options, violation)
        smaller.shrink()
        return FailureLine.text(
            smaller.violation, smaller.options, scenarioPath: nil, plant: settings.plant)
    }
}
