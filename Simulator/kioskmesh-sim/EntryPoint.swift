import ArgumentParser
import SimulatorKit

/// The simulator's command line.
@main
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

/// The exit codes of `experience.md`.
enum Outcome {
    static let broke = ExitCode(1)
    static let vacuous = ExitCode(2)
}
