import ArgumentParser
import Glibc
import MeshControl
import MeshDaemon

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "How the mesh is, what is wrong, and what to do.",
        discussion: """
            Exit code: 0 healthy, 2 degraded, 3 no host or isolated. With --node that kiosk's own: \
            0 ok, 1 lost, 2 suspect, 4 revoked.
            """)

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let context = try options.context(watchable: true, byNode: true)
        try await context.show(
            .status, as: StatusReport.self, narrowed: narrowing(options.node),
            exit: { report in
                guard let node = options.node else { return StatusView.exitCode(report.health) }
                return OneKioskView.exitCode(report.kiosks.first { $0.name == node }?.state)
            },
            lines: { report in
                let view = StatusView(
                    report: report, style: context.style, isWide: context.format == .wide,
                    columns: context.columns, now: .now)
                let one = report.kiosks.first { $0.name == options.node }
                return one.map { OneKioskView(kiosk: $0, status: view).lines } ?? view.lines
            })
    }

    /// One kiosk only, beside the host that is always in view.
    private func narrowing(
        _ node: String?
    ) -> ((StatusReport) throws(ControlError) -> StatusReport)? {
        guard let node else { return nil }
        return { report throws(ControlError) in
            var report = report
            _ = try NodesCommand.only(node, report.kiosks)
            report.kiosks.removeAll { $0.name != node && $0.role != .host }
            report.problems.removeAll { $0.kiosk != nil && $0.kiosk != node }
            return report
        }
    }
}

struct NodesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nodes", abstract: "All kiosks of the mesh.")

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let context = try options.context(watchable: true, byNode: true)
        let node = options.node
        var narrowed: ((NodesReport) throws(ControlError) -> NodesReport)?
        if let node {
            narrowed = { report throws(ControlError) in
                NodesReport(kiosks: try Self.only(node, report.kiosks))
            }
        }
        try await context.show(
            .nodes, as: NodesReport.self, narrowed: narrowed,
            lines: { report in
                KioskTable(
                    style: context.style, isWide: context.format == .wide,
                    columns: context.columns, now: .now
                ).lines(report.kiosks, own: nil)
            })
    }

    static func only(_ node: String, _ kiosks: [KioskEntry]) throws(ControlError) -> [KioskEntry] {
        let found = kiosks.filter { $0.name == node }
        guard found.isEmpty else { return found }
        throw ControlError(
            .unknownKiosk, "No kiosk is named \(node).",
            hint: "There are " + kiosks.map(\.name).joined(separator: ", ") + ".")
    }
}

struct DigestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "digest",
        abstract: "A hash that is equal on every kiosk that has seen the same records.")

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let context = try options.context(watchable: true)
        try await context.show(
            .digest, as: DigestReport.self,
            lines: { report in
                var lines = [
                    "\(report.state)  \(Text.count(report.records, "record"))  "
                        + Text.count(report.vector.count, "chain")
                ]
                if context.format == .wide {
                    lines += report.vector.sorted { $0.key < $1.key }.map { "  \($0) \($1)" }
                }
                return lines
            })
    }
}

struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "Every record, oldest first.")

    @Flag(name: .shortAndLong, help: "Go on with what comes.") var follow = false
    @Option(
        help: ArgumentHelp("From this time (ISO 8601), or so long ago (10m).", valueName: "time"))
    var since: String?
    @Option(help: ArgumentHelp("Only the ticket of this code.", valueName: "code"))
    var ticket: String?
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let context = try options.context(byNode: true)
        let arguments = LogArguments(follow: follow, since: try start(), ticket: ticket)
        let client = try await context.connect()
        let stream = try client.stream(
            ControlCommand.log.rawValue, arguments: try ControlCoding.encode(arguments)[...])
        for try await json in stream {
            if context.isJSON, options.node == nil {
                Output.line(json)
                continue
            }
            let line = try ControlCoding.decode(LogLine.self, from: json)
            if let node = options.node, line.kiosk != node { continue }
            if context.isJSON { Output.line(json) } else { Output.line(LogView.line(line)) }
        }
    }

    private func start() throws(ControlError) -> Timestamp? {
        guard let since else { return nil }
        if let time = Timestamp(since) { return time }
        if let ago = DurationText(argument: since) {
            let now = Timestamp.now.millisecondsSinceEpoch
            return Timestamp(millisecondsSinceEpoch: now - ago.milliseconds)
        }
        throw ControlError(
            .usage, "--since: \"\(since)\" is no time.",
            hint: "Write 2026-12-01T18:00:00+01:00 or a duration such as 10m.", exit: 64)
    }
}

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check everything, and say what mends what.",
        discussion: """
            Exit code: 0 all well, 1 something failed, 2 a warning, 4 not permitted, 69 no daemon.
            """)

    @Argument(help: "Check this kiosk only.") var kiosk: String?
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let context = try options.context(watchable: true, byNode: true)
        let node = kiosk ?? options.node
        let client: ControlClient
        do {
            client = try await context.connect()
        } catch {
            try offline(context, error)
            return
        }
        await client.close()
        try await context.show(
            .doctor, DoctorArguments(kiosk: node), as: DoctorReport.self,
            exit: DoctorView.exitCode,
            lines: { DoctorView(report: $0, style: context.style).lines })
    }

    /// What can be seen without the daemon, whose absence is the first finding; or that it may not
    /// be asked.
    private func offline(_ context: CommandContext, _ error: ControlError) throws {
        let daemon = DoctorCheck(
            name: "daemon", status: .failed, evidence: error.message,
            fix: error.hint)
        let report = DoctorReport(
            checks: [daemon] + DaemonEntry.offlineDoctor(state: context.state))
        if context.isJSON {
            try Output.json(report)
        } else {
            for line in DoctorView(report: report, style: context.style).lines { Output.line(line) }
        }
        throw ExitCode(Int32(error.exit))
    }
}

extension Timestamp {
    /// The wall clock's time.
    static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(
            millisecondsSinceEpoch: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
