import ArgumentParser
import Foundation
import Logging
import MeshControl
import MeshDaemon

struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a bundle that a courier carries.",
        discussion: """
            At a kiosk of the venue: the grants, and what waits for the ticket server. At a \
            terminal that has imported such a bundle, or is given a grant: the tickets, and what \
            the server said. Bundles are encrypted for the mesh and signed by the kiosk.
            """)

    @Option(help: ArgumentHelp("The file to write.", valueName: "file")) var bundle: String
    @Option(
        help: ArgumentHelp(
            "At a terminal: a grant's YAML file, for the mesh to take.", valueName: "file"))
    var grant: String?
    @Flag(help: "Do not ask.") var yes = false
    @Option(help: ArgumentHelp("Sign the grant with this operator's key.", valueName: "file"))
    var operatorKey: String?
    @Option(
        help: ArgumentHelp(
            "At a terminal: carry a grant no more that the mesh refuses.", valueName: "name"))
    var forget: String?
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let context = try options.context()
        guard grant != nil || forget != nil || Courier.hasCollected(state: context.state) else {
            return try await BundleJob.exportFromMesh(bundle, context)
        }
        let terminal = CourierTerminal(context: context)
        if let forget { try terminal.forget(forget) }
        if let grant { try terminal.take(grant: grant, operatorKey: operatorKey, isAgreed: yes) }
        try await terminal.export(bundle)
    }
}

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take in a bundle that a courier brought.",
        discussion: """
            At a kiosk of the venue: tickets and receipts from a terminal. At a terminal: what the \
            mesh handed out; it is exchanged with the ticket server at once. Importing one twice, \
            or an older one later, changes nothing. Exit code 2 where something is left.
            """)

    @Option(
        help: ArgumentHelp("The file that `export --bundle` wrote.", valueName: "file"),
        completion: .file()) var bundle: String
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let context = try options.context()
        do {
            let incoming = try IncomingBundle(state: context.state, path: bundle)
            if incoming.isForMesh {
                try await BundleJob.importIntoMesh(incoming, context)
            } else {
                try await CourierTerminal(context: context).take(bundle: bundle)
            }
        } catch let error as DaemonError {
            throw ControlError(error)
        }
    }
}

/// What `export` and `import` print.
struct BundleReport: Codable, Sendable {
    let schema: Int
    var segments: [Segment] = []
    /// Facts that the bundle carries to a ticket server.
    @Nullable var facts: Int?
    /// Facts that the host has beyond these.
    @Nullable var notYetHere: Int?
    /// What of a bundle for the mesh was taken, and what the mesh has newer already.
    @Nullable var taken: Int?
    @Nullable var newerHere: Int?
    /// Grants that the mesh refused, with its words; nothing of theirs was taken.
    @Nullable var refusedGrants: [String: String]?

    init() { schema = ControlSchema.version }

    struct Segment: Codable, Sendable {
        var segment: String
        var isComplete: Bool
        var tickets: Int
        var sent: Int
        var alreadyKnown: Int
        var refused: Int
        var left: Int
        @Nullable var problem: String?

        init(_ balance: Courier.Balance) {
            segment = balance.segment
            isComplete = balance.isComplete
            tickets = balance.tickets
            sent = balance.sent
            alreadyKnown = balance.alreadyKnown
            refused = balance.refused
            left = balance.left
            problem = balance.problem
        }
    }
}

/// Bundles at a kiosk of the venue.
enum BundleJob {
    /// A page waits for a group commit on several disks, and perhaps for a fail-over.
    private static let patience = Duration.seconds(60)

    static func exportFromMesh(_ path: String, _ context: CommandContext) async throws {
        do {
            guard !Courier.isTerminal(state: context.state) else {
                throw ControlError(
                    "nothing_to_carry", "This terminal has nothing to carry yet.",
                    hint: "Import a bundle of the mesh, or give a grant: --grant FILE.yaml")
            }
            let client = try await context.connect()
            let bundle = try OutgoingBundle(state: context.state, path: path)
            let stream = try client.stream(ControlCommand.bundleExport.rawValue)
            for try await json in stream {
                try bundle.add(
                    base64: try ControlCoding.decode(BundleItemArguments.self, from: json).item)
            }
            guard !bundle.segments.isEmpty else {
                throw ControlError(
                    "no_grant", "No grant is installed, so there is nothing to carry.",
                    hint: "kioskmesh grant add FILE.yaml, or export at a terminal with --grant.")
            }
            try bundle.finish()
            // This kiosk may be a moment behind the host.
            let status: SyncReport? = try? await client.call(
                .syncStatus, timeout: context.timeout(patience))
            let waiting = status?.segments.reduce(0) { $0 + Int($1.left) } ?? bundle.factCount
            let missing = max(0, waiting - bundle.factCount)
            if context.isJSON {
                var report = BundleReport()
                report.facts = bundle.factCount
                report.notYetHere = missing
                return try Output.json(report)
            }
            context.say(
                "\(path): \(Text.count(bundle.segments.count, "grant")), "
                    + "\(Text.count(bundle.factCount, "fact")) for the ticket server.")
            if missing > 0 {
                context.say(
                    "\(Text.count(missing, "fact")) more came to the host meanwhile: they go with "
                        + "the next bundle.")
            }
            context.say("Next: at a terminal with a connection: kioskmesh import --bundle FILE")
        } catch let error as DaemonError {
            throw ControlError(error)
        }
    }

    static func importIntoMesh(_ incoming: IncomingBundle, _ context: CommandContext) async throws {
        var incoming = incoming
        guard !Courier.isTerminal(state: context.state) else {
            throw ControlError(
                "wrong_bundle", "This bundle is for the mesh, and this is a terminal.",
                hint: "Import it at a kiosk of the venue.")
        }
        let client = try await context.connect()
        var report = BundleReport()
        var (taken, newer, tickets, receipts) = (0, 0, 0, 0)
        var events: [String: [SyncReport.Segment.Event]] = [:]
        var refused: [String: String] = [:]
        while let item = try incoming.next() {
            if case .page(let segment, _, _, _) = item.content, refused[segment] != nil {
                continue
            }
            var openSince: Int64?
            if case .page(let segment, let event, _, let asOf) = item.content, !event.isEmpty {
                let known = events[segment]?.first { $0.event == event && $0.step == "ready" }
                openSince = known?.asOf.millisecondsSinceEpoch
                if let openSince, openSince >= asOf {
                    newer += 1
                    continue
                }
            }
            var isTaken = false
            do throws(ControlError) {
                let answer: BundleItemAnswer = try await client.call(
                    .bundleApply, BundleItemArguments(item: item.base64(openSince: openSince)),
                    timeout: context.timeout(patience))
                isTaken = answer.isTaken
            } catch {
                // The other grants of the bundle are none the worse for one that is refused.
                guard case .grant(let name) = item.content,
                    ["event_covered", "too_many_grants"].contains(error.code)
                else { throw error }
                refused[name] = error.message
                continue
            }
            if isTaken { taken += 1 } else { newer += 1 }
            switch item.content {
            case .grant(let name):
                let status: SyncReport = try await client.call(
                    .syncStatus, timeout: context.timeout(patience))
                events[name] = status.segments.first { $0.segment == name }?.events
            case .page(_, _, let count, _): tickets += isTaken ? count : 0
            case .receipts(let count): receipts += isTaken ? count : 0
            }
        }
        report.taken = taken
        report.newerHere = newer
        report.refusedGrants = refused
        if context.isJSON {
            try Output.json(report)
            if !refused.isEmpty { throw ExitCode(1) }
            return
        }
        context.say(
            "Handed to the host: \(Text.count(tickets, "ticket")), "
                + "\(Text.count(receipts, "receipt")); it records what is new.")
        if newer > 0 {
            context.say(
                "\(Text.count(newer, "part")) of it left out: the mesh has the same data, or newer."
            )
        }
        context.say("How it stands: kioskmesh sync status")
        for (name, words) in refused.sorted(by: { $0.key < $1.key }) {
            let name = Text.printable(name)
            Output.errorLine("Refused: grant \(name), and its tickets: \(Text.printable(words))")
            Output.errorLine("  At the terminal: kioskmesh export --bundle FILE --forget \(name)")
        }
        if !refused.isEmpty { throw ExitCode(1) }
    }
}

/// A terminal that carries bundles and talks to the ticket servers itself.
struct CourierTerminal {
    let context: CommandContext

    /// Signs a grant and keeps it for the mesh.
    func take(grant path: String, operatorKey: String?, isAgreed: Bool) throws {
        let draft = try GrantFile(path: path).draft
        let isAsked = try Confirmation.ask(
            context, GrantWords.lines(draft), question: "Carry it to the mesh?",
            isAgreed: isAgreed)
        guard isAsked else { throw ExitCode(1) }
        do {
            let bytes = try Operators.sign(draft, state: context.state, keyFile: operatorKey)
            try courier().take(grant: bytes)
        } catch {
            throw ControlError(error)
        }
    }

    /// Drops a grant, with the tickets fetched for it.
    func forget(_ name: String) throws {
        do throws(DaemonError) { try courier().forget(name) } catch { throw ControlError(error) }
        if !context.isJSON { context.say("\(Text.printable(name)) is not carried any more.") }
    }

    /// Takes in what the mesh handed out, and exchanges it with the servers.
    func take(bundle path: String) async throws {
        do {
            let added = try courier().take(bundle: path)
            if !context.isJSON {
                context.say("\(Text.count(added, "fact")) of the mesh taken in.")
            }
            try tell(
                try await exchange(),
                next: "kioskmesh export --bundle FILE, and carry it to the venue")
        } catch let error as DaemonError {
            throw ControlError(error)
        }
    }

    /// Asks the servers for what changed and writes all there is for the mesh.
    func export(_ path: String) async throws {
        do {
            let exchanged = try await exchange()
            let balances = try courier().write(bundle: path)
            try tell(
                zip(balances, exchanged).map { balance, exchanged in
                    var balance = balance
                    balance.problem = exchanged.problem
                    return balance
                }, file: path, next: "at a kiosk of the venue: kioskmesh import --bundle FILE")
        } catch let error as DaemonError {
            throw ControlError(error)
        }
    }

    private func courier() throws(DaemonError) -> Courier {
        var logger = Logger(label: "kioskmesh") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = context.isQuiet ? .error : .warning
        return try Courier(state: context.state, logger: logger)
    }

    private func exchange() async throws(DaemonError) -> [Courier.Balance] {
        let isShown = Output.isErrorTerminal && !context.isQuiet
        let patience = context.timeout
        let balances = try await courier().exchange(within: patience) { progress in
            guard isShown else { return }
            let of = progress.all.map { " of \($0)" } ?? ""
            let what = progress.isUpload ? "facts sent" : "tickets fetched"
            Output.errorText(
                "\r\u{1B}[K\(Text.printable(progress.segment)): \(progress.done)\(of) \(what)")
        }
        if isShown { Output.errorText("\r\u{1B}[K") }
        return balances
    }

    private func tell(
        _ balances: [Courier.Balance], file: String? = nil, next: String
    ) throws {
        if context.isJSON {
            var report = BundleReport()
            report.segments = balances.map { BundleReport.Segment($0) }
            try Output.json(report)
        } else {
            if let file { context.say("\(file) is for the mesh:") }
            for balance in balances {
                let catalogue =
                    balance.isWithdrawn
                    ? "withdrawn"
                    : balance.isComplete
                        ? "\(balance.tickets) tickets" : "\(balance.tickets) tickets, not complete"
                context.say(
                    "  \(Text.printable(balance.segment))  \(catalogue); \(balance.sent) sent, "
                        + "\(balance.alreadyKnown) already known, \(balance.refused) refused, "
                        + "\(balance.left) left")
                if let problem = balance.problem {
                    Output.errorLine(Text.printable("  PROBLEM  \(problem)"))
                }
            }
            if balances.contains(where: { $0.problem != nil }) {
                context.say("Next: mend that, then give the command again")
            } else {
                context.say("Next: \(next)")
            }
            if balances.contains(where: { $0.refused > 0 }) {
                context.say(
                    "What was refused, and why, is shown at the venue once this was carried there: "
                        + "kioskmesh sync quarantine")
            }
        }
        let isWhole = balances.allSatisfy {
            $0.problem == nil && $0.left == 0 && $0.refused == 0
                && ($0.isComplete || $0.isWithdrawn)
        }
        if !isWhole { throw ExitCode(2) }
    }
}
