import Foundation
import Logging
package import MeshControl
import MeshStorage
import MeshWire
import ServiceLifecycle
import UnixSignals

/// What founding made.
package struct FoundedMesh: Sendable, Hashable {
    /// The mesh's id.
    package let mesh: String
    /// The first kiosk's id.
    package let kiosk: String
    /// A join token.
    package let token: String

    package init(mesh: String, kiosk: String, token: String) {
        self.mesh = mesh
        self.kiosk = kiosk
        self.token = token
    }
}

/// What the executable asks of the daemon's library.
package enum DaemonEntry {
    /// Founds a mesh in an empty state directory.
    package static func found(
        state: String, venue: String, name: String?, passphraseFile: String?,
        storage: StorageChoice
    ) throws(DaemonError) -> FoundedMesh {
        var passphrase: String?
        if let passphraseFile {
            let text = try line(of: passphraseFile, "passphrase")
            guard text.count >= 8 else {
                throw DaemonError(
                    "short_passphrase", "The passphrase has fewer than 8 characters.",
                    hint: "Choose a longer one: it guards the whole mesh.", exitCode: 64)
            }
            passphrase = text
        }
        return try Founding.found(
            state: state, venue: venue, name: name ?? hostName, passphrase: passphrase,
            storage: storage)
    }

    /// The options of `run` that an earlier run left in the state directory, by their names; empty
    /// where there was none.
    package static func keptSettings(state: String) -> [String: String] {
        guard let files = try? StateFiles.open(state, create: false),
            (try? files.read(StateFiles.optionsName)) ?? nil != nil,
            let saved = try? SavedOptions.load(files)
        else { return [:] }
        return saved.settings
    }

    /// Prepares a kiosk that is admitted when it runs and finds the mesh.
    package static func prepareJoin(
        token: String, state: String, name: String?, storage: StorageChoice, isTerminal: Bool
    ) throws(DaemonError) {
        try Founding.prepareJoin(
            token: token, state: state, name: name ?? hostName, storage: storage,
            isTerminal: isTerminal)
    }

    /// Runs the daemon until SIGTERM.
    package static func run(_ options: RunOptions) async throws(DaemonError) {
        try prepareFirstRun(options)
        // The database makes its files by itself, and they are for this user only.
        umask(0o077)
        let state = try StateFiles.open(options.state, create: false)
        let lock = try state.lock()
        defer { withExtendedLifetime(lock) {} }
        var saved = try SavedOptions.load(state)
        try saved.apply(options)
        try saved.save(state)
        let logger = try makeLogger(saved.logLevel)
        let service = DaemonService(
            state: state, options: saved, storage: options.storage, logger: logger)
        var configuration = ServiceGroupConfiguration(
            services: [
                .init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)
            ],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: Logger(label: "lifecycle") { _ in SwiftLogNoOpLogHandler() })
        configuration.maximumGracefulShutdownDuration = .seconds(5)
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch let error as DaemonError {
            throw error
        } catch {
            throw DaemonError("daemon", "The daemon ended: \(error).")
        }
    }

    /// Whether a state directory is certain to hold no kiosk: it is missing, or has no identity.
    package static func holdsNoKiosk(_ state: String) -> Bool {
        errno = 0
        return access("\(state)/\(StateFiles.identityName)", F_OK) != 0 && errno == ENOENT
    }

    /// What can be checked of a state directory without its daemon.
    package static func offlineDoctor(state: String) -> [DoctorCheck] {
        do throws(DaemonError) {
            return Doctor.offlineChecks(try StateFiles.open(state, create: false))
        } catch {
            return [Doctor.check("state", .failed, error.message, error.hint)]
        }
    }

    /// An empty state directory and a token: a kiosk image that joins on first power-on.
    private static func prepareFirstRun(_ options: RunOptions) throws(DaemonError) {
        let isNew: Bool
        do throws(DaemonError) {
            isNew = try StateFiles.open(options.state, create: false).identity() == nil
        } catch let error where error.code == "missing" {
            isNew = true
        }
        guard isNew else { return }
        var token = options.token
        if let file = options.tokenFile { token = try line(of: file, "token") }
        guard let token else {
            throw DaemonError(
                "not_a_kiosk", "\(options.state) holds no kiosk yet.",
                hint:
                    "Found a mesh with `kioskmesh init`, or join one with `kioskmesh join TOKEN`, "
                    + "--token-file or KIOSKMESH_TOKEN."
            )
        }
        try Founding.prepareJoin(
            token: token, state: options.state, name: options.name ?? hostName,
            storage: options.storage ?? .auto)
    }

    static func line(of file: String, _ what: String) throws(DaemonError) -> String {
        guard let data = FileManager.default.contents(atPath: file), data.count <= 4096 else {
            throw DaemonError(
                "unreadable_file", "The \(what) file \(file) cannot be read.",
                hint: "Check its path and rights.", exitCode: 64)
        }
        let text = String(decoding: data, as: UTF8.self)
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    static var hostName: String {
        let name = ProcessInfo.processInfo.hostName.split(separator: ".").first.map(String.init)
        return name.flatMap { KioskName.isValid($0) ? $0 : nil } ?? "kiosk"
    }

    private static func makeLogger(_ level: String) throws(DaemonError) -> Logger {
        guard let level = Logger.Level(rawValue: level) else {
            throw DaemonError(
                "bad_log_level", "'\(level)' is no log level.",
                hint: "Give trace, debug, info, notice, warning, error or critical.", exitCode: 64)
        }
        var logger = Logger(label: "kioskmesh") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = level
        return logger
    }
}

/// The daemon as a service: first admission, where that is still to come, then membership.
struct DaemonService: Service {
    let state: StateFiles
    let options: SavedOptions
    let storage: StorageChoice?
    let logger: Logger

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            try await runPhases()
        }
    }

    private func runPhases() async throws(DaemonError) {
        guard var identity = try state.identity() else {
            throw DaemonError("not_a_kiosk", "The state directory holds no kiosk.")
        }
        if identity.charter == nil {
            let joining = try JoiningPhase(
                state: state, identity: identity, options: options, logger: logger)
            guard let admitted = try await joining.run() else { return }
            identity = admitted
            logger.notice("admitted to the mesh")
        }
        guard let bytes = identity.charter, let keys = identity.keys else {
            throw DaemonError("identity_damaged", "The identity file lacks the mesh's keys.")
        }
        let charter: Charter
        do { charter = try Charter(bytes: bytes) } catch {
            throw DaemonError("identity_damaged", error.message)
        }
        try await MemberPhase(
            state: state, identity: identity, charter: charter, keys: keys,
            options: try SavedOptions.load(state), logger: logger
        ).run()
    }
}
