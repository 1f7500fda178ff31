import ArgumentParser
import Foundation
import SimulatorKit

/// Starts the command line; a usage error under `--json` is JSON too.
@main
enum EntryPoint {
    private struct Failure: Encodable {
        struct Words: Encodable {
            let code: String
            let message: String
            let hint: String
        }

        var schema = 1
        let error: Words
    }

    static func main() {
        do {
            var command = try KioskmeshSim.parseAsRoot()
            try command.run()
        } catch {
            let code = KioskmeshSim.exitCode(for: error)
            guard code == .validationFailure, CommandLine.arguments.contains("--json") else {
                KioskmeshSim.exit(withError: error)
            }
            let words = Failure.Words(
                code: "usage", message: KioskmeshSim.message(for: error),
                hint: "See kioskmesh-sim --help.")
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            if let data = try? encoder.encode(Failure(error: words)) {
                print(String(decoding: data, as: UTF8.self))
            }
            KioskmeshSim.exit(withError: code)
        }
    }
}

/// The simulator's command line.
struct KioskmeshSim: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kioskmesh-sim",
        abstract: "Runs simulated venues through faults, from a seed, and replays any failure.",
        discussion: """
            Exit codes: 0 all held, 1 an invariant broke, 2 nothing of interest happened, 64 usage.
            """,
        version: Release.version,
        subcommands: [Run.self, Swarm.self, Replay.self, List.self])
}

/// What this program is called in reports.
enum Release {
    static let version = "0.1.0"
}

/// Exit codes beside 0 and 64.
enum Outcome {
    static let broke = ExitCode(1)
    static let vacuous = ExitCode(2)
}
