import ArgumentParser
import Foundation
import SimulatorKit

/// The file results.json: enough to make the run again, and what it showed.
struct StoredRun: Codable {
    struct Broken: Codable {
        let checker: String
        let what: String
        let atSeconds: Double
    }

    var schema = 1
    let seed: String
    let kiosks: Int
    let seconds: UInt64
    let without: [String]
    let plant: String?
    let scenarioPath: String?
    /// The file's whole text: it may have changed since.
    let scenario: String?
    let traceHash: String
    let violation: Broken?
    let reproduce: String
    let source: String
    let redemptions: Int
    let acknowledged: Int
    let elections: Int
    let faults: [String: Int]
    let simulatedSeconds: Double
    let isVacuous: Bool

    init(_ options: RunOptions, _ result: RunResult, scenario: LoadedScenario?, plant: String?) {
        seed = "\(options.seed)"
        kiosks = options.kiosks
        seconds = options.seconds
        without = options.without.map(\.rawValue)
        self.plant = plant
        scenarioPath = scenario?.path
        self.scenario = scenario?.text
        traceHash = HashText.text(result.traceHash)
        violation = result.violation.map {
            Broken(
                checker: $0.checker, what: $0.what,
                atSeconds: Stopwatch.rounded(Double($0.nanoseconds) / 1e9))
        }
        reproduce = options.command(scenarioPath: scenario?.path, plant: plant)
        source = FailureLine.source
        redemptions = result.redemptions
        acknowledged = result.acknowledged
        elections = result.elections
        faults = Dictionary(
            uniqueKeysWithValues: result.faults.map { ($0.key.rawValue, $0.value) })
        simulatedSeconds = result.simulatedSeconds
        isVacuous = result.isVacuous
    }

    func options() throws -> RunOptions {
        guard schema == 1, let seed = UInt64(seed), (1...200).contains(kiosks), seconds > 0 else {
            throw ValidationError("results.json has values that no report has.")
        }
        var options = RunOptions(seed: seed, kiosks: kiosks, seconds: seconds)
        options.without = without.compactMap { FaultKind(rawValue: $0) }
        if let plant {
            guard let bug = PlantedBug.named(plant) else {
                throw ValidationError("results.json plants \(plant), which is unknown here.")
            }
            options.dropped = bug.rule
        }
        if let scenario {
            do {
                options.scenario = try ScenarioFile.parse(scenario)
            } catch {
                throw ValidationError("results.json: \(error.description)")
            }
        }
        return options
    }
}
