import ArgumentParser
import Foundation
import SimulatorKit

struct Replay: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes the run of a report folder again and compares the trace.")

    @Argument(help: "A folder that `run --report` wrote.")
    var folder: String

    func run() throws {
        let stored: StoredRun
        let path = folder + "/" + ReportFolder.resultsName
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ValidationError("There is no \(path). Name a folder that `run --report` wrote.")
        }
        do {
            stored = try JSONDecoder().decode(StoredRun.self, from: data)
        } catch {
            throw ValidationError("\(path) is not a report of this program: \(error).")
        }
        let options = try stored.options()
        let result = Simulation.run(options)
        let hash = HashText.text(result.traceHash)
        guard hash == stored.traceHash else {
            print(
                "FAIL not-the-same-run trace \(hash) instead of \(stored.traceHash): "
                    + "written by \(stored.source), this is \(FailureLine.source).")
            throw Outcome.broke
        }
        print("The same run: trace \(hash).")
        if let violation = result.violation {
            print(
                FailureLine.text(
                    violation, options, scenarioPath: stored.scenarioPath, plant: stored.plant))
            throw Outcome.broke
        }
        if result.isVacuous { throw Outcome.vacuous }
    }
}
