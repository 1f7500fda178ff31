import ArgumentParser
import Glibc
import MeshControl
import MeshDaemon

struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Found a mesh with this kiosk as its first.")

    @Option(help: "The venue's name.") var venue: String
    @Option(help: "The kiosk's name; the host name if missing.") var name: String?
    @Option(help: ArgumentHelp("Seal the admin key under this file's text.", valueName: "file"))
    var passphraseFile: String?
    @Option(help: "Store the ticket data: auto, yes or no.") var storage: String?
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let context = try options.context(SettingFlags.of(name: name, storage: storage))
        let founded: FoundedMesh
        do {
            founded = try DaemonEntry.found(
                state: context.state, venue: venue, name: context.settings.value(.name),
                passphraseFile: passphraseFile, storage: SettingFlags.storage(context.settings))
        } catch {
            throw ControlError(error)
        }
        if context.isJSON {
            let report = InitReport(
                schema: ControlSchema.version, mesh: founded.mesh, kiosk: founded.kiosk,
                token: founded.token)
            try Output.json(report)
        } else {
            context.say("Founded the mesh \(founded.mesh) for \"\(Text.printable(venue))\".")
            context.say("Next: kioskmesh run --state \(context.state)")
            context.say("Then on each other kiosk: kioskmesh join \(founded.token)")
        }
    }
}

/// The answer of `init`.
struct InitReport: Codable {
    let schema: Int
    let mesh: String
    let kiosk: String
    let token: String
}

struct JoinCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "join",
        abstract: "Prepare a kiosk that joins when it runs and finds the mesh.")

    @Argument(help: "The token from init or token create; - reads it from standard input.")
    var token: String
    @Option(help: "The kiosk's name; the host name if missing.") var name: String?
    @Option(help: "Store the ticket data: auto, yes or no.") var storage: String?
    @Flag(help: "A terminal that carries bundles: it stores nothing, and nobody misses it.")
    var terminal = false
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        if terminal, let storage, storage != "no" {
            throw ValidationError("A --terminal stores no tickets: leave --storage out.")
        }
    }

    func run() async throws {
        let context = try options.context(SettingFlags.of(name: name, storage: storage))
        let text = token == "-" ? readLine(strippingNewline: true) ?? "" : token
        // One that begins right and is broken is told as that.
        guard text.hasPrefix("km1") else {
            throw ControlError(
                .usage, "This is no join token: one begins with km1.",
                hint: "Make one on a kiosk of the mesh: kioskmesh token create", exit: 64)
        }
        do {
            try DaemonEntry.prepareJoin(
                token: text, state: context.state, name: context.settings.value(.name),
                storage: SettingFlags.storage(context.settings), isTerminal: terminal)
        } catch {
            throw ControlError(error)
        }
        let next = "kioskmesh run --state \(context.state)"
        if context.isJSON {
            try Output.json(JoinReport(schema: ControlSchema.version, prepared: true, next: next))
        } else {
            context.say("Prepared. This kiosk joins when it runs and finds the mesh.")
            context.say("Next: \(next)")
        }
    }
}

/// The answer of `join`.
struct JoinReport: Codable {
    let schema: Int
    let prepared: Bool
    let next: String
}

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run this kiosk in the foreground.",
        discussion: """
            The options are remembered in the state directory: from then on run --state DIR alone \
            is enough. An empty directory takes a join token from --token-file or KIOSKMESH_TOKEN.
            """)

    @Option(help: ArgumentHelp("Listen here; a free port if missing.", valueName: "addr:port"))
    var listen: String?
    @Option(help: ArgumentHelp("Find others by mdns, static or both.", valueName: "ways"))
    var discovery: String?
    @Option(help: ArgumentHelp("Another kiosk; may be repeated.", valueName: "host:port"))
    var peer: [String] = []
    @Option(help: "Store the ticket data: auto, yes or no.") var storage: String?
    @Option(help: ArgumentHelp("The management console, or off.", valueName: "addr:port"))
    var console: String?
    @Option(help: ArgumentHelp("Provisional redemptions allowed.", valueName: "n|unlimited"))
    var offlineAllowance: String?
    @Option(
        help: ArgumentHelp(
            "trace, debug, info, notice, warning, error or critical.", valueName: "level"))
    var logLevel: String?
    @Option(help: ArgumentHelp("A file with a join token.", valueName: "file"))
    var tokenFile: String?
    @Option(help: "The kiosk's name when it joins.") var name: String?
    @Option(help: .hidden) var discoveryInterface: String?
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        var flags = SettingFlags.of(name: name, storage: storage)
        flags[.listen] = listen.map { [$0] }
        flags[.discovery] = discovery.map(Settings.list)
        flags[.peer] = peer.isEmpty ? nil : peer
        flags[.console] = console.map { [$0] }
        flags[.offlineAllowance] = offlineAllowance.map { [$0] }
        flags[.logLevel] = logLevel.map { [$0] }
        flags[.tokenFile] = tokenFile.map { [$0] }
        let context = try options.context(flags)
        if let discoveryInterface, discoveryInterface != "lo" {
            throw ControlError(
                .usage, "--discovery-interface knows only lo.", hint: "Leave it out.", exit: 64)
        }
        var run = Self.runOptions(context)
        run.loopbackOnly = discoveryInterface == "lo"
        do {
            try await DaemonEntry.run(run)
        } catch {
            throw ControlError(error)
        }
    }

    /// Only what was given: the rest is for the state directory to remember.
    static func runOptions(_ context: CommandContext) -> RunOptions {
        let settings = context.settings
        var run = RunOptions(state: context.state)
        run.listen = settings.value(.listen)
        run.discovery = settings.given(.discovery)?.values
        run.peers = settings.given(.peer)?.values ?? []
        run.storage = settings.value(.storage).flatMap(StorageChoice.init(rawValue:))
        run.console = settings.value(.console)
        run.offlineAllowance = settings.value(.offlineAllowance).flatMap { text in
            text == "unlimited" ? .unlimited : UInt64(text).map(OfflineAllowance.limit)
        }
        run.logLevel = settings.value(.logLevel)
        run.tokenFile = settings.value(.tokenFile)
        run.token = context.environment["KIOSKMESH_TOKEN"]
        run.name = settings.value(.name)
        return run
    }
}

/// Command-line flags that several commands share, as settings.
enum SettingFlags {
    static func of(name: String?, storage: String?) -> [SettingKey: [String]] {
        var flags: [SettingKey: [String]] = [:]
        flags[.name] = name.map { [$0] }
        flags[.storage] = storage.map { [$0] }
        return flags
    }

    static func storage(_ settings: Settings) -> StorageChoice {
        settings.effective(.storage).flatMap(StorageChoice.init(rawValue:)) ?? .auto
    }
}
