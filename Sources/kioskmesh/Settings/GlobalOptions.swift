import ArgumentParser
import Foundation
import MeshControl

/// The options that every command takes.
struct GlobalOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The kiosk's state directory.", valueName: "dir"))
    var state: [String] = []

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("How to print: table, wide or json.", valueName: "format"))
    var output: String?

    @Flag(help: "Print one JSON object with a schema number; errors too.")
    var json = false

    @Option(
        defaultAsFlag: DurationText(milliseconds: 2000),
        help: ArgumentHelp("Print again every so often.", valueName: "interval"))
    var watch: DurationText?

    @Option(help: ArgumentHelp("Look at one kiosk only.", valueName: "name"))
    var node: String?

    @Option(help: ArgumentHelp("How long to wait, such as 5s or 2m.", valueName: "duration"))
    var timeout: String?

    @Flag(name: .shortAndLong, help: "Print errors only.")
    var quiet = false

    @Flag(help: "Print without colour.")
    var noColor = false

    @Option(
        help: ArgumentHelp(
            "The configuration file instead of \(ConfigFile.standardPath).", valueName: "file"))
    var config: String?

    /// Shortest `--watch`: nobody reads faster, and a daemon has visitors to serve.
    static let shortestWatch = DurationText(milliseconds: 200)

    /// What a command makes of them. `flags` are the command's own settings.
    func context(
        _ flags: [SettingKey: [String]] = [:], watchable: Bool = false, byNode: Bool = false,
        manyStates: Bool = false
    ) throws(ControlError) -> CommandContext {
        var flags = flags
        if let output { flags[.output] = [output] }
        if json { flags[.output] = ["json"] }
        if let timeout { flags[.timeout] = [timeout] }
        if !state.isEmpty { flags[.state] = state }
        if watch != nil, !watchable { throw Self.useless("--watch") }
        if let watch, watch.milliseconds < Self.shortestWatch.milliseconds {
            throw ControlError(
                .usage, "--watch=\(watch) is under \(Self.shortestWatch).",
                hint: "For example: --watch=1s", exit: 64)
        }
        if node != nil, !byNode { throw Self.useless("--node") }
        if state.count > 1, !manyStates {
            throw ControlError(
                .usage, "--state is given \(state.count) times.",
                hint: "Only redeem --batch works through several kiosks.", exit: 64)
        }
        let environment = ProcessInfo.processInfo.environment
        let settings = try Settings(flags: flags, environment: environment, configPath: config)
        return CommandContext(settings: settings, options: self, environment: environment)
    }

    private static func useless(_ option: String) -> ControlError {
        ControlError(
            .usage, "\(option) does not work with this command.", hint: "Leave it out.", exit: 64)
    }

    /// Whether errors must be JSON, told from the bare words because they may not parse.
    static func wantsJSON(_ arguments: [String]) -> Bool {
        let own = arguments.prefix { $0 != "--" }
        for (index, word) in own.enumerated() {
            if ["--json", "-ojson", "--output=json", "-o=json"].contains(word) { return true }
            if word == "-o" || word == "--output", own.dropFirst(index + 1).first == "json" {
                return true
            }
        }
        let chosen = own.contains { $0 == "-o" || $0.hasPrefix("--output") }
        return !chosen && ProcessInfo.processInfo.environment["KIOSKMESH_OUTPUT"] == "json"
    }

    /// `--watch=1s` as `--watch 1s`: the parser drops a value behind `=` where it may be left out.
    static func spread(_ arguments: [String]) -> [String] {
        let own = arguments.prefix { $0 != "--" }
        let spread = own.flatMap { word in
            word.hasPrefix("--watch=") ? ["--watch", String(word.dropFirst(8))] : [word]
        }
        return spread + arguments.dropFirst(own.count)
    }

    /// `kioskmesh --json status` as `kioskmesh status --json`: global options may come first.
    static func moved(behind arguments: [String]) -> [String] {
        let withValue: Set = ["--state", "-o", "--output", "--node", "--timeout", "--config"]
        let alone: Set = ["--json", "--watch", "-q", "--quiet", "--no-color"]
        var count = 0
        while count < arguments.count {
            let word = arguments[count]
            let name = String(word.prefix { $0 != "=" })
            if alone.contains(name) || (withValue.contains(name) && name != word) {
                count += 1
            } else if withValue.contains(word), count + 1 < arguments.count {
                count += 2
            } else {
                break
            }
        }
        guard count > 0, count < arguments.count, !arguments[count].hasPrefix("-") else {
            return arguments
        }
        let rest = arguments[count...]
        let end = rest.firstIndex(of: "--") ?? rest.endIndex
        return Array(rest[..<end]) + arguments[..<count] + Array(rest[end...])
    }
}
