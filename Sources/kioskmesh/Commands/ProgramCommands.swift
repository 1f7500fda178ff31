import ArgumentParser
import MeshControl
import MeshDaemon

struct VersionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "The version of this program and of the daemon.")

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let context = try options.context()
        // A program that is asked for its version answers, whether or not a daemon does.
        let client = try? await context.connect()
        let daemon: VersionAnswer? = try? await client?.call(
            .version, timeout: context.timeout(.seconds(1)))
        if context.isJSON {
            let report = VersionReport(
                schema: ControlSchema.version, version: ControlSchema.program,
                daemon: daemon?.version)
            try Output.json(report)
        } else {
            Output.line("kioskmesh \(ControlSchema.program)")
            if let daemon { Output.line("daemon    \(Text.printable(daemon.version))") }
        }
    }
}

/// The answer of `version`; `daemon` is null where none runs.
struct VersionReport: Codable {
    let schema: Int
    let version: String
    @Nullable var daemon: String?
}

struct CompletionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion",
        abstract: "Print a completion script for bash, zsh or fish.",
        discussion: "For example: kioskmesh completion bash > /etc/bash_completion.d/kioskmesh")

    @Argument(help: "bash, zsh or fish.") var shell: String
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        guard let shell = CompletionShell(rawValue: shell) else {
            throw ControlError(
                .usage, "There is no completion for \(shell).", hint: "Choose bash, zsh or fish.",
                exit: 64)
        }
        Output.text(Kioskmesh.completionScript(for: shell))
    }
}

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "What is configured, and from where.",
        discussion: """
            Flags go before KIOSKMESH_* variables, these before \(ConfigFile.standardPath), \
            that before what an earlier `run` left in the state directory, and that before the \
            defaults.
            """,
        subcommands: [Show.self, Check.self])

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print every setting.")

        @Flag(help: "Say where each value came from.") var origin = false
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let context = try options.context()
            let kept = DaemonEntry.keptSettings(state: context.state)
            let entries = SettingKey.allCases.map { key in
                let given = context.settings.given(key)
                let unset: SettingOrigin = kept[key.rawValue] == nil ? .standard : .kept
                return ConfigReport.Entry(
                    key: key.rawValue,
                    value: given?.values.joined(separator: ",") ?? kept[key.rawValue]
                        ?? key.standard,
                    origin: (given?.origin ?? unset).description)
            }
            if context.isJSON {
                try Output.json(
                    ConfigReport(schema: ControlSchema.version, settings: entries))
                return
            }
            var columns: [Table.Column] = [.init(title: "SETTING"), .init(title: "VALUE")]
            if origin { columns.append(.init(title: "ORIGIN")) }
            var table = Table(columns, maximumWidth: nil)
            table.rows = entries.map {
                [$0.key, $0.value ?? "-"] + (origin ? [$0.origin] : [])
            }
            for line in table.lines() { Output.line(line) }
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check the configuration file and the environment.",
            discussion: "Exit code: 0 good, 2 a remark, 64 an error, with its line.")

        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let context = try options.context()
            let notes = context.settings.unknownVariables.map {
                "The environment variable \($0) is no setting and is ignored."
            }
            if context.isJSON {
                try Output.json(
                    ConfigCheckReport(
                        schema: ControlSchema.version, good: notes.isEmpty, notes: notes))
            } else {
                for note in notes { Output.line(note) }
                if notes.isEmpty { context.say("The configuration is good.") }
            }
            if !notes.isEmpty { throw ExitCode(2) }
        }
    }
}

/// The answer of `config show`.
struct ConfigReport: Codable {
    struct Entry: Codable {
        let key: String
        @Nullable var value: String?
        let origin: String
    }

    let schema: Int
    let settings: [Entry]
}

/// The answer of `config check`.
struct ConfigCheckReport: Codable {
    let schema: Int
    let good: Bool
    let notes: [String]
}
