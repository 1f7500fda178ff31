import Glibc
import MeshControl
import MeshDaemon

/// What a command knows before it starts: its settings, resolved, and how to print.
struct CommandContext {
    enum Format: String {
        case table, wide, json
    }

    let settings: Settings
    let options: GlobalOptions
    let format: Format
    let style: Style
    let environment: [String: String]

    init(settings: Settings, options: GlobalOptions, environment: [String: String]) {
        self.settings = settings
        self.options = options
        self.environment = environment
        format = Format(rawValue: settings.effective(.output) ?? "") ?? .table
        let colour = settings.effective(.color)
        var environment = environment
        if colour == "always" { environment["CLICOLOR_FORCE"] = "1" }
        style = Style(
            noColour: options.noColor || colour == "never", environment: environment,
            isTerminal: Output.isTerminal)
    }

    var isJSON: Bool { format == .json }
    var isQuiet: Bool { options.quiet }
    /// 80 columns on a terminal; elsewhere, and with `-o wide`, as many as it takes: a program
    /// that reads a name or an id needs all of it.
    var columns: Int? { format == .wide || !Output.isTerminal ? nil : 80 }

    /// The state directory, as a full path.
    var state: String { Self.absolute(settings.effective(.state) ?? "") }

    /// All state directories, for `redeem --batch`.
    var states: [String] {
        let given = settings.given(.state)?.values ?? []
        return given.isEmpty ? [state] : given.map(Self.absolute)
    }

    /// How long to wait, or `standard` where nothing was said.
    func timeout(_ standard: Duration) -> Duration { timeout ?? standard }

    /// How long to wait, where something was said.
    var timeout: Duration? {
        settings.value(.timeout).flatMap(DurationText.init(argument:))?.duration
    }

    /// Connects to this kiosk's daemon. Throws `no_daemon`, exit 69, or `not_permitted`, exit 4.
    func connect() async throws(ControlError) -> ControlClient {
        do {
            return try await ControlClient.connect(path: Self.socket(in: state))
        } catch let error where error.code == .noDaemon && DaemonEntry.holdsNoKiosk(state) {
            throw ControlError(
                .noDaemon, "There is no kiosk in \(state).",
                hint: "Check --state, or set this kiosk up: "
                    + "kioskmesh init, or kioskmesh join TOKEN",
                exit: error.exit)
        }
    }

    /// Prints a line of plain words unless `--quiet`.
    func say(_ text: String) {
        if !isQuiet { Output.line(text) }
    }

    static func socket(in state: String) -> String { state + "/control.sock" }

    private static func absolute(_ path: String) -> String {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        guard !path.hasPrefix("/"), let here = getcwd(nil, 0) else { return path }
        defer { free(here) }
        return String(cString: here) + "/" + path
    }
}

extension ControlError {
    /// The daemon library's error, for printing.
    init(_ error: DaemonError) {
        self.init(Code(error.code), error.message, hint: error.hint, exit: Int(error.exitCode))
    }
}
