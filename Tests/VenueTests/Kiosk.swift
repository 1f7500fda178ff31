import Foundation
import TestHosts

/// One kiosk: a machine, a state directory, and the daemon while it runs.
final class Kiosk {
    /// The binary that is built beside the tests.
    static let program: String? = {
        let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let beside = (own ?? "").split(separator: "/").dropLast().joined(separator: "/")
        let given = ProcessInfo.processInfo.environment["KIOSKMESH_BINARY"]
        return Program.path(of: given ?? "/\(beside)/kioskmesh")
    }()

    static let port = 7_400
    /// Longest that a command may take; its own time-outs are shorter.
    private static let patience = "60"

    let name: String
    let address: String
    let host: VirtualHost
    var state: String
    private(set) var daemon: Program?
    var hasSmallDisk = false

    init(_ name: String, address: String) throws {
        self.name = name
        self.address = address
        host = try VirtualHost(hostName: name)
        state = host.folder + "/state"
    }

    deinit {
        daemon = nil
        if hasSmallDisk { try? Program.run(["umount", "-l", state]) }
    }

    var logPath: String { host.folder + "/log" }

    /// All that its daemons have written to standard error.
    var log: String {
        String(decoding: FileManager.default.contents(atPath: logPath) ?? Data(), as: UTF8.self)
    }

    // MARK: the daemon

    /// Runs the daemon.
    func start(_ options: [String] = [], token: String? = nil) throws {
        var environment = host.environment
        if let token { environment["KIOSKMESH_TOKEN"] = token }
        let command = [Self.program ?? "", "run", "--state", state] + options
        daemon = try Program(
            host.prefix + command, environment: environment, output: .file(logPath))
    }

    /// SIGKILL, as a power cut.
    func kill() { daemon = nil }

    /// SIGTERM; returns the exit code.
    @discardableResult
    func stop() -> Int {
        daemon?.signal(SIGTERM)
        return ended()
    }

    /// Waits for the daemon's own end; returns its exit code.
    @discardableResult
    func ended() -> Int {
        let code = daemon?.result().code ?? -1
        daemon = nil
        return code
    }

    // MARK: the command line

    /// Runs `kioskmesh` at this kiosk to its end.
    func run(_ arguments: String..., environment: [String: String] = [:]) throws -> Program.Result {
        try begin(arguments, environment: environment).result()
    }

    /// Begins a command, to go on meanwhile.
    func begin(
        _ arguments: [String], environment: [String: String] = [:]
    ) throws -> Program {
        let command = ["timeout", "-s", "KILL", Self.patience, Self.program ?? ""] + arguments
        return try Program(
            host.prefix + command + (arguments.contains("--state") ? [] : ["--state", state]),
            environment: environment, output: .apart)
    }

    /// The one JSON object that a command prints.
    func json<Report: Decodable>(
        _ arguments: String..., as type: Report.Type = Report.self
    ) throws -> Report {
        let result = try begin(arguments + ["--json"]).result()
        do {
            return try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
        } catch {
            throw Unexpected("\(name) \(arguments): \(result.output)\(result.errors)")
        }
    }

    func status() throws -> Status { try json("status") }
    func digest() throws -> Digest { try json("digest") }
    func records() throws -> [LogLine] { try lines(try run("log", "--json").output) }

    /// `redeem` with its exit code.
    func redeem(
        _ code: String, _ options: String...
    ) throws -> (exit: Int, answer: Answer) {
        let result = try begin(["redeem", code, "--json"] + options).result()
        do {
            return (
                result.code,
                try JSONDecoder().decode(Answer.self, from: Data(result.output.utf8))
            )
        } catch {
            throw Unexpected("\(name) redeem: exit \(result.code) \(result.output)\(result.errors)")
        }
    }

    /// `kioskmesh wait --for goal`; throws with what is missing and the end of the log.
    func waitFor(_ goal: String, within seconds: Int = 15) throws {
        let result = try run("wait", "--for", goal, "--timeout", "\(seconds)s")
        guard result.code == 0 else {
            throw Unexpected("\(name) is not \(goal): \(result.errors)\n\(tail)")
        }
    }

    /// Waits until its log says `words`.
    func waitForLog(_ words: String, within seconds: Double = 15) throws {
        try eventually("\(name) says \"\(words)\"", within: seconds, or: { tail }) {
            log.contains(words)
        }
    }

    /// The last lines of its log.
    var tail: String {
        "\(name): " + log.split(separator: "\n").suffix(12).joined(separator: "\n  \(name): ")
    }
}

/// Something did not come as it must.
struct Unexpected: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Looks again and again until `condition` holds. An error in it counts as no.
func eventually(
    _ what: String, within seconds: Double = 15, or why: () -> String = { "" },
    _ condition: () throws -> Bool
) throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    var problem = ""
    repeat {
        do {
            if try condition() { return }
        } catch {
            problem = " (\(error))"
        }
        usleep(20_000)
    } while ContinuousClock.now < deadline
    throw Unexpected("not within \(seconds) s: \(what)\(problem)\n\(why())")
}
