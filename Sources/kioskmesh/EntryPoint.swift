import ArgumentParser
import Glibc
import MeshControl

/// Starts the command line: parse, run, and turn every failure into words and an exit code.
@main
enum EntryPoint {
    static func main() async {
        // A reader that went (`kioskmesh log | head`) is told by the write, not by a signal.
        signal(SIGPIPE, SIG_IGN)
        let arguments = GlobalOptions.spread(
            GlobalOptions.moved(behind: Array(CommandLine.arguments.dropFirst())))
        do {
            // The parser answers help for a command that does not exist with the general help.
            if arguments.first == "help", let unknown = unknownCommand(Array(arguments.dropFirst()))
            {
                throw ControlError(
                    .usage, "There is no command \(unknown).", hint: "See kioskmesh --help.",
                    exit: 64)
            }
            var command = try Kioskmesh.parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let code as ExitCode {
            exit(code.rawValue)
        } catch let error as ControlError {
            Failure.print(error, asJSON: GlobalOptions.wantsJSON(arguments))
            exit(Int32(error.exit))
        } catch {
            explain(error, arguments)
        }
    }

    /// Ends with the parser's words: help on standard output, a usage error with code 64.
    private static func explain(_ error: any Error, _ arguments: [String]) -> Never {
        let code = Kioskmesh.exitCode(for: error)
        guard code != .success, GlobalOptions.wantsJSON(arguments) else {
            let text = Kioskmesh.fullMessage(for: error)
            if code == .success { Output.line(text) } else { Output.errorLine(text) }
            exit(code.rawValue)
        }
        // The parser would name the first option after a command that does not exist.
        let unknown = unknownCommand(arguments).map { "There is no command \($0)." }
        let usage = ControlError(
            .usage, unknown ?? Kioskmesh.message(for: error), hint: "See kioskmesh --help.",
            exit: 64)
        Failure.print(usage, asJSON: true)
        exit(code.rawValue)
    }

    private static func unknownCommand(_ arguments: [String]) -> String? {
        guard let word = arguments.first(where: { !$0.hasPrefix("-") }), word != "help" else {
            return nil
        }
        let known = Kioskmesh.configuration.groupedSubcommands
            .flatMap { $0.subcommands.compactMap { $0.configuration.commandName } }
        return known.contains(word) ? nil : word
    }
}

/// The one command, of which all others are parts.
struct Kioskmesh: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kioskmesh",
        abstract: "One program on every ticket kiosk of a venue.",
        discussion: """
            Exit codes: 0 healthy or done, 1 failed or refused, 2 degraded, 3 no host or isolated, \
            4 not authorised, 64 usage, 69 daemon unreachable.
            """,
        version: ControlSchema.program,
        groupedSubcommands: [
            CommandGroup(
                name: "Life of a mesh",
                subcommands: [
                    InitCommand.self, JoinCommand.self, TokenCommand.self, RunCommand.self,
                    WaitCommand.self, HostCommand.self, RevokeCommand.self,
                ]),
            CommandGroup(
                name: "Looking",
                subcommands: [
                    StatusCommand.self, NodesCommand.self, LogCommand.self, DigestCommand.self,
                    DoctorCommand.self,
                ]),
            CommandGroup(
                name: "Working",
                subcommands: [
                    TicketsCommand.self, RedeemCommand.self, AnnulCommand.self,
                    ReprintCommand.self,
                ]),
            CommandGroup(
                name: "The segment and the ticket server",
                subcommands: [
                    GrantCommand.self, OperatorCommand.self, SyncCommand.self,
                    ExportCommand.self, ImportCommand.self, BoxOfficeCommand.self,
                ]),
            CommandGroup(
                name: "This program",
                subcommands: [
                    ConfigCommand.self, VersionCommand.self, CompletionCommand.self,
                ]),
        ])
}
