import ArgumentParser
import MeshConsensus
import SimulatorKit

extension FaultKind: ExpressibleByArgument {}

/// What every run needs, from the command line.
struct RunSettings: ParsableArguments {
    /// A seed is printed in decimal and may be any number of 64 bits.
    @Option(help: "The seed; everything in a run follows from it.")
    var seed: UInt64 = 1

    @Option(help: "Number of kiosks, 1 to 200.")
    var kiosks = 5

    @Option(help: "Simulated minutes of faults; some seconds of rest follow.")
    var minutes: Double?

    @Option(
        help: ArgumentHelp(
            "Classes of faults to do without, by commas.", valueName: "fault,…"),
        transform: RunSettings.faults)
    var without: [FaultKind] = []

    @Option(help: .hidden)
    var plant: String?

    @Flag(name: .customLong("answers-only"), help: .hidden)
    var answersOnly = false

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard (1...200).contains(kiosks) else {
            throw ValidationError("--kiosks takes a number from 1 to 200.")
        }
        if let minutes {
            guard minutes > 0, minutes <= 100_000 else {
                throw ValidationError("--minutes takes a number above 0.")
            }
        }
        if let plant, PlantedBug.named(plant) == nil {
            let names = PlantedBug.all.map(\.name).joined(separator: ", ")
            throw ValidationError("--plant knows no rule \(plant). Known are \(names).")
        }
    }

    static func faults(_ text: String) throws -> [FaultKind] {
        try text.split(separator: ",").map { word in
            guard let kind = FaultKind(rawValue: String(word)) else {
                let names = FaultKind.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("There is no fault \(word). Known are \(names).")
            }
            return kind
        }
    }

    /// The options of the first run.
    func options(scenario: Scenario? = nil) -> RunOptions {
        let seconds =
            minutes.map { UInt64(($0 * 60).rounded()) } ?? scenario?.seconds ?? 600
        var options = RunOptions(
            seed: seed, kiosks: scenario.map { $0.kiosks ?? 5 } ?? kiosks, seconds: max(1, seconds))
        options.dropped = plant.flatMap { PlantedBug.named($0)?.rule } ?? []
        options.without = without
        options.watchesAnswersOnly = answersOnly
        options.scenario = scenario
        return options
    }
}

extension RunOptions {
    /// The command that makes the same run again.
    func command(scenarioPath: String?, plant: String?) -> String {
        var words = ["kioskmesh-sim", "run"]
        if let scenarioPath { words.append(scenarioPath) }
        words += ["--seed", "\(seed)"]
        if scenario == nil { words += ["--kiosks", "\(kiosks)"] }
        words += ["--minutes", Self.minutes(seconds)]
        if !without.isEmpty {
            words += ["--without", without.map(\.rawValue).joined(separator: ",")]
        }
        if let plant { words += ["--plant", plant] }
        if watchesAnswersOnly { words.append("--answers-only") }
        return words.joined(separator: " ")
    }

    /// Enough digits to come back to the same number of seconds.
    private static func minutes(_ seconds: UInt64) -> String {
        if seconds % 60 == 0 { return "\(seconds / 60)" }
        return String((Double(seconds) / 60 * 1000).rounded() / 1000)
    }
}
