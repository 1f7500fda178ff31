import ArgumentParser
import Foundation
import MeshControl
import MeshDaemon

struct GrantCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grant", abstract: "What the mesh may redeem.",
        subcommands: [Add.self, List.self, Show.self, Withdraw.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Allow a segment, or change what it allows.",
            discussion: """
                The file:

                    name: gala-evening
                    server: { kind: pretix, url: "https://…", organizer: venue, token: "…" }
                    segment: { events: [gala], lists: [5], products: all, codes: all }
                    valid: { from: 2026-12-01T17:00:00Z, until: 2026-12-02T03:00:00Z }
                    upload: manual

                server.kind is pretix, box-office (url, token) or csv (folder). pretix takes \
                enrolment: in place of token:, the text of its device QR code. codes: takes ranges \
                FIRST..LAST. upload: is manual, continuous, or courier where bundles are carried. \
                Everything in segment:, valid: and upload: may be left out. A grant \
                of the same name is replaced.
                """)

        @Argument(help: "The grant's YAML file.") var file: String
        @Flag(help: "Do not ask.") var yes = false
        @Option(help: ArgumentHelp("Sign with this operator's key.", valueName: "file"))
        var operatorKey: String?
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let context = try options.context()
            let draft = try GrantFile(path: file).draft
            let isAsked = try Confirmation.ask(
                context, GrantWords.lines(draft), question: "Install it on the mesh?",
                isAgreed: yes)
            guard isAsked else { throw ExitCode(1) }
            let bytes: [UInt8]
            do {
                bytes = try Operators.sign(draft, state: context.state, keyFile: operatorKey)
            } catch {
                throw ControlError(error)
            }
            try await GrantCommand.install(
                bytes, context,
                said: draft.upload == .courier
                    ? "Installed. No kiosk asks the server: carry bundles: kioskmesh export --help"
                    : "Installed. The host downloads by itself: kioskmesh sync status --watch")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the grants.")

        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let context = try options.context(watchable: true)
            try await context.show(
                .grantList, as: GrantReport.self,
                lines: { report in
                    if report.grants.isEmpty {
                        return ["No grant is installed.", "Next: kioskmesh grant add FILE.yaml"]
                    }
                    var table = Table(
                        [
                            .init(title: "NAME"), .init(title: "STATE"), .init(title: "SERVER"),
                            .init(title: "EVENTS"), .init(title: "UPLOAD"),
                        ], maximumWidth: context.columns)
                    table.rows = report.grants.map { grant in
                        [
                            grant.name, grant.state, grant.server,
                            grant.events?.joined(separator: ",") ?? "all", grant.upload,
                        ]
                    }
                    return table.lines()
                })
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "One grant in plain words.")

        @Argument(help: "The grant's name.") var name: String
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let context = try options.context(watchable: true)
            try await context.show(
                .grantList, as: GrantReport.self,
                narrowed: { (report) throws(ControlError) in
                    try GrantCommand.only(name, report)
                },
                lines: { $0.grants.flatMap(GrantCommand.lines) })
        }
    }

    struct Withdraw: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End a grant: nothing of it is redeemed any more; the upload goes on.")

        @Argument(help: "The grant's name.") var name: String
        @Flag(help: "Do not ask.") var yes = false
        @Option(help: ArgumentHelp("Sign with this operator's key.", valueName: "file"))
        var operatorKey: String?
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let context = try options.context()
            let client = try await context.connect()
            let asked = try await context.ask(
                client, .grantList, as: GrantReport.self)
            let grant = try GrantCommand.only(name, asked.answer).grants[0]
            guard
                try Confirmation.ask(
                    context,
                    ["\(Text.printable(name)) ends: its tickets are answered not_authorized."],
                    question: "Withdraw it?", isAgreed: yes)
            else { throw ExitCode(1) }
            let bytes: [UInt8]
            do {
                bytes = try Operators.withdraw(
                    Data(base64Encoded: grant.signed).map { [UInt8]($0) } ?? [],
                    state: context.state, keyFile: operatorKey)
            } catch {
                throw ControlError(error)
            }
            try await GrantCommand.install(bytes, context, said: "Withdrawn.")
        }
    }

    static func only(_ name: String, _ report: GrantReport) throws(ControlError) -> GrantReport {
        var report = report
        report.grants = report.grants.filter { $0.name == name }
        guard !report.grants.isEmpty else {
            throw ControlError(
                "unknown_grant", "There is no grant \(Text.printable(name)).",
                hint: "kioskmesh grant list shows them.")
        }
        return report
    }

    static func install(
        _ bytes: [UInt8], _ context: CommandContext, said: String
    ) async throws {
        try await context.show(
            .grantAdd, GrantArguments(grant: Data(bytes).base64EncodedString()),
            as: DoneReport.self, lines: { _ in [said] })
    }

    static func lines(_ grant: GrantReport.Entry) -> [String] {
        func list(_ names: [String]?) -> String {
            names.map { $0.map(Text.printable).joined(separator: ", ") } ?? "all"
        }
        let organizer = grant.organizer.isEmpty ? "" : ", organizer \(grant.organizer)"
        let until = grant.until?.millisecondsSinceEpoch
        return [
            "\(Text.printable(grant.name))  \(grant.state)",
            Text.printable("  server    \(grant.server) at \(grant.address)\(organizer)"),
            "  events    \(list(grant.events))",
            "  lists     \(list(grant.lists?.map(String.init)))",
            "  products  \(list(grant.products))",
            "  codes     \(list(grant.codes))"
                + (grant.accounts.map { ", and \(Text.count($0, "account")) by name" } ?? ""),
            "  period    "
                + GrantWords.period(grant.from?.millisecondsSinceEpoch, until),
            "  upload    \(grant.upload)",
            Text.printable("  signed    by \(grant.signedBy), \(grant.signedAt)"),
        ]
    }
}

/// Asks a person before something takes effect.
enum Confirmation {
    /// Shows what will happen and asks; true where it was agreed to. Throws where nobody can
    /// answer.
    static func ask(
        _ context: CommandContext, _ lines: [String], question: String, isAgreed: Bool
    ) throws(ControlError) -> Bool {
        let isQuiet = context.isJSON || context.isQuiet
        if !isQuiet || !isAgreed { for line in lines { Output.errorLine(line) } }
        if isAgreed { return true }
        guard isatty(STDIN_FILENO) == 1, Output.isErrorTerminal else {
            throw ControlError(
                .usage, "Nobody can answer here.", hint: "Add --yes once you agree.", exit: 64)
        }
        Output.errorText("\(question) [y/N] ")
        return ["y", "yes"].contains((readLine() ?? "").lowercased())
    }
}

struct OperatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "operator", abstract: "Keys that sign grants.",
        subcommands: [Create.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make an operator's key, on the kiosk that founded the mesh.")

        @Argument(help: "The operator's name; it stands on every grant.") var name: String
        @Option(help: ArgumentHelp("Write the key here.", valueName: "file")) var out: String
        @Option(help: ArgumentHelp("What the admin key is sealed under.", valueName: "file"))
        var passphraseFile: String?
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let context = try options.context()
            let bytes: [UInt8]
            do {
                bytes = try Operators.make(
                    state: context.state, name: name, passphraseFile: passphraseFile)
            } catch {
                throw ControlError(error)
            }
            guard !FileManager.default.fileExists(atPath: out) else {
                throw ControlError(
                    .usage, "\(out) is there already.", hint: "Give another file.", exit: 64)
            }
            guard
                FileManager.default.createFile(
                    atPath: out, contents: Data(bytes), attributes: [.posixPermissions: 0o600])
            else {
                throw ControlError(
                    "not_written", "\(out) cannot be written.",
                    hint: "Give a file in a directory that you may write to.")
            }
            if context.isJSON {
                try Output.json(DoneReport())
            } else {
                context.say("Wrote \(out). Whoever holds it may sign grants as \(name).")
            }
        }
    }
}
