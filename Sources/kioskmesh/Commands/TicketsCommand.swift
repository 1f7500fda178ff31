import ArgumentParser
import MeshControl

struct TicketsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tickets", abstract: "The tickets of this mesh.",
        subcommands: [Import.self, Show.self, Stats.self])

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Import tickets from a CSV file.",
            discussion: """
                Header: serial,qr,id_number,account,event,product,seat,holder,valid_from,\
                valid_until,entries,status; only serial is needed. Importing again updates by \
                serial. Exit code 2 if a line was not imported; with --strict 1, and nothing is.
                """)

        @Argument(help: "The CSV file.", completion: .file(extensions: ["csv"])) var file: String
        @Flag(help: "Import nothing if any line has a problem.") var strict = false
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let context = try options.context()
            let job = ImportJob(context: context, path: file, isStrict: strict)
            let report = try await job.run()
            if context.isJSON {
                try Output.json(report)
            } else {
                ImportJob.tell(report, strict: strict, context)
            }
            if report.rejected > 0 { throw ExitCode(strict ? 1 : 2) }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The tickets that a code names.", discussion: "Exit code 1 if there is none.")

        @Argument(help: "A serial, QR text, identity number or account.") var code: String
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let context = try options.context()
            guard !code.isEmpty, code.utf8.count <= ControlLimits.codeBytes else {
                throw ControlError(
                    .usage, "A code has 1 to \(ControlLimits.codeBytes) bytes.",
                    hint: "Scan it again.", exit: 64)
            }
            try await context.show(
                .ticketsShow, CodeArguments(code: code), as: TicketsReport.self,
                exit: { $0.tickets.isEmpty ? 1 : 0 },
                lines: { report in
                    report.tickets.isEmpty
                        ? ["No ticket has this code."] : report.tickets.flatMap(Self.lines)
                })
        }

        private static func lines(_ ticket: TicketsReport.Entry) -> [String] {
            let what = [ticket.event, ticket.product, ticket.seat]
                .compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ", ")
            var lines = [
                "\(ticket.id)  \(ticket.status)  \(what)",
                "  redeemed \(ticket.redeemed) of \(ticket.entries)",
            ]
            if let from = ticket.validFrom { lines.append("  valid from \(from)") }
            if let until = ticket.validUntil { lines.append("  valid until \(until)") }
            if let first = ticket.first {
                lines.append("  first redeemed \(first.at) at \(first.kiosk)")
            }
            return lines.map(Text.printable)
        }
    }

    struct Stats: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Counts of tickets.")

        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let context = try options.context(watchable: true)
            try await context.show(
                .ticketsStats, as: TicketStatsReport.self,
                lines: { report in
                    let counts = report.tickets
                    return [
                        "total     \(counts.total)", "redeemed  \(counts.redeemed)",
                        "rejected  \(counts.rejected)", "waiting   \(counts.awaitingUpload)",
                        "findings  \(counts.findings)",
                    ]
                })
        }
    }
}
