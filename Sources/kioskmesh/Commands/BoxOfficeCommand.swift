import ArgumentParser
import BoxOffice
import Foundation
import Logging
import MeshControl
import MeshDaemon
import ServiceLifecycle
import UnixSignals

struct BoxOfficeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "box-office",
        abstract: "The small bundled ticket server, for demonstrations and venues without another.",
        subcommands: [Serve.self, Issue.self, Report.self, Token.self])

    struct Serve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Serve tickets and take redemptions until SIGTERM.")

        @Option(help: ArgumentHelp("Where everything is kept.", valueName: "dir"))
        var data: String
        @Option(help: ArgumentHelp("Listen here.", valueName: "addr:port"))
        var listen = "127.0.0.1:8090"
        @Option(help: ArgumentHelp("Take the tickets of this CSV file first.", valueName: "file"))
        var tickets: String?
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let context = try options.context()
            guard let address = BoxOfficeServer.Address(listen) else {
                throw ControlError(
                    .usage, "\(listen) is no address and port.",
                    hint: "For example: --listen 127.0.0.1:8090", exit: 64)
            }
            let office = try Office.open(data, isThorough: true)
            if let tickets { try load(tickets, into: office, context) }
            var logger = Logger(label: "box-office") { StreamLogHandler.standardError(label: $0) }
            logger.logLevel = .warning
            let server = BoxOfficeServer(
                office, listen: address, version: ControlSchema.program, logger: logger,
                now: { Timestamp.now.millisecondsSinceEpoch },
                onListening: { bound in
                    Output.errorLine("The box office serves on http://\(bound.text)")
                })
            let group = ServiceGroup(
                services: [server], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
            do {
                try await group.run()
            } catch let error as BoxOfficeError {
                throw Office.error(error)
            }
            try? office.close()
        }

        private func load(
            _ path: String, into office: BoxOffice, _ context: CommandContext
        ) throws {
            let report: TicketImport
            do { report = try office.importTickets(path: path) } catch {
                throw Office.error(error)
            }
            for problem in report.problems.prefix(20) {
                let column = problem.column.map { ", column \($0)" } ?? ""
                Output.errorLine("line \(problem.line)\(column): \(problem.message)")
            }
            Output.errorLine(
                "Tickets: \(report.added) new, \(report.updated) changed, \(report.unchanged) as "
                    + "before, \(report.rejected) lines left out.")
        }
    }

    struct Issue: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sell one ticket and print its encrypted QR code's text.",
            discussion: """
                The code is made for the mesh of --state, or for every mesh that has signed in. \
                The server may run meanwhile.
                """)

        @Option(help: ArgumentHelp("Where the box office keeps everything.", valueName: "dir"))
        var data: String
        @Option(help: "The event.") var event: String
        @Option(help: "What is sold.") var product: String
        @Option(help: "The seat.") var seat = ""
        @Option(help: "The holder's name.") var holder = ""
        @Option(help: "Redemptions that it is good for.") var entries = 1
        @Flag(help: "Make the event or product where it is missing.") var create = false
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let context = try options.context()
            let office = try Office.open(data, mustExist: true)
            var order = TicketOrder(event: event, product: product)
            order.seat = seat
            order.holder = holder
            order.entries = entries
            order.createsMissing = create
            do {
                let meshes = try self.meshes(office, context)
                let issued = try office.issue(
                    order, for: meshes, at: Timestamp.now.millisecondsSinceEpoch)
                if context.isJSON {
                    try Output.json(issued)
                } else {
                    context.say("Serial \(issued.serial), event \(issued.event)")
                    for code in issued.codes { Output.line(code.text) }
                }
            } catch let error as BoxOfficeError {
                throw Office.error(error)
            }
        }

        private func meshes(
            _ office: BoxOffice, _ context: CommandContext
        ) throws -> [MeshAddress] {
            if !options.state.isEmpty {
                let (mesh, key): (String, String)
                do { (mesh, key) = try Operators.meshKeys(state: context.state) } catch {
                    throw ControlError(error)
                }
                return [MeshAddress("\(mesh):\(key)")].compactMap { $0 }
            }
            let known = try office.meshes()
            guard !known.isEmpty else {
                throw ControlError(
                    "no_mesh", "No mesh has signed in to this box office yet.",
                    hint: "Add a grant for it on the mesh first, or name a kiosk: --state DIR")
            }
            return known
        }
    }

    struct Report: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What was sold, redeemed and refused; the sums must add up.",
            discussion: "Exit code 1 where they do not.")

        @Option(help: ArgumentHelp("Where the box office keeps everything.", valueName: "dir"))
        var data: String
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let context = try options.context()
            let report: OfficeReport
            do { report = try Office.open(data, mustExist: true).report() } catch let error
                as BoxOfficeError
            {
                throw Office.error(error)
            }
            if context.isJSON {
                try Output.json(report)
            } else {
                for line in Office.lines(report) { Output.line(line) }
            }
            if !report.balanced { throw ExitCode(1) }
        }
    }

    struct Token: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the token that a grant needs.")

        @Option(help: ArgumentHelp("Where the box office keeps everything.", valueName: "dir"))
        var data: String
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let context = try options.context()
            let token: String
            do { token = try BoxOffice.token(in: data) } catch { throw Office.error(error) }
            if context.isJSON {
                try Output.json(["schema": "\(ControlSchema.version)", "token": token])
            } else {
                Output.line(token)
            }
        }
    }
}

/// The box office's words on the command line.
private enum Office {
    static func open(
        _ directory: String, mustExist: Bool = false, isThorough: Bool = false
    ) throws(ControlError) -> BoxOffice {
        do {
            return try BoxOffice(
                directory: directory, mustExist: mustExist, isThorough: isThorough)
        } catch {
            throw Office.error(error)
        }
    }

    static func error(_ error: BoxOfficeError) -> ControlError {
        ControlError(ControlError.Code(error.code.rawValue), error.message, hint: error.hint)
    }

    static func lines(_ report: OfficeReport) -> [String] {
        if report.events.isEmpty { return ["No event is here yet."] }
        var lines: [String] = []
        for event in report.events {
            lines.append("\(Text.printable(event.event))")
            lines.append(
                "  tickets   \(event.tickets.total): \(event.tickets.redeemed) redeemed, "
                    + "\(event.tickets.open) open")
            lines.append(
                "  facts     \(event.facts.total): \(event.facts.redeemed) redeemed, "
                    + "\(event.facts.rejected) refused, \(event.facts.annulled) annulled, "
                    + "\(event.facts.exits) exits, \(event.facts.unknown) unknown")
            lines.append("  standing  \(event.standing) redemptions, \(event.doubles) doubled")
            for difference in event.differences {
                lines.append("  DIFFERS   " + Text.printable(difference))
            }
        }
        let doubles = report.events.reduce(0) { $0 + $1.doubles }
        let but = doubles == 0 ? "." : ", with \(Text.count(doubles, "ticket")) redeemed twice."
        lines.append(report.balanced ? "It balances" + but : "It does NOT balance.")
        return lines
    }
}
