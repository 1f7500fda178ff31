import ArgumentParser
import MeshControl

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Tokens that admit kiosks.",
        subcommands: [Create.self, List.self, Revoke.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a token.")

        @Option(help: "Kiosks that it admits.") var uses = 50
        @Option(help: ArgumentHelp("How long it counts.", valueName: "duration"))
        var expires = DurationText(milliseconds: 12 * 3_600_000)
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let context = try options.context()
            try await context.show(
                .tokenCreate,
                TokenCreateArguments(uses: uses, expiresSeconds: expires.milliseconds / 1000),
                as: TokenReport.self,
                lines: { report in
                    [
                        report.token,
                        "  admits \(Text.count(report.uses, "kiosk")) until \(report.expires)",
                    ]
                })
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the tokens, without their secrets.")

        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let context = try options.context(watchable: true)
            try await context.show(
                .tokenList, as: TokenListReport.self,
                lines: { report in
                    var table = Table(
                        [
                            .init(title: "ID", isWhole: true), .init(title: "USED", isNumber: true),
                            .init(title: "USES", isNumber: true), .init(title: "EXPIRES"),
                            .init(title: "STATE"),
                        ], maximumWidth: context.columns)
                    table.rows = report.tokens.map { token in
                        let state =
                            token.revoked
                            ? "revoked" : token.expires < .now ? "expired" : "good"
                        return [
                            token.id, "\(token.used)", "\(token.uses)",
                            token.expires.secondsDescription, state,
                        ]
                    }
                    return table.lines()
                })
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End a token; kiosks that joined with it stay.")

        @Argument(help: "The id that token list shows.") var id: String
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let context = try options.context()
            try await context.show(
                .tokenRevoke, TokenRevokeArguments(id: id), as: TokenRevokeReport.self,
                lines: { ["The token \($0.id) admits nobody any more."] })
        }
    }
}

struct HostCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "host", abstract: "The kiosk that decides redemptions.",
        subcommands: [Show.self, Transfer.self])

    static func lines(_ report: HostReport) -> [String] {
        guard let host = report.host else {
            return ["No host is known.", "Next: kioskmesh status"]
        }
        let kind = host.provisional ? "provisional epoch" : "epoch"
        return [
            "\(Text.printable(host.name))  \(kind) \(host.epoch)  register "
                + "\(report.register.version)",
            "  voters   " + report.register.voters.map(Text.printable).joined(separator: ", "),
            "  in sync  " + report.register.inSync.map(Text.printable).joined(separator: ", "),
        ]
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Which kiosk is the host.", discussion: "Exit code 3 if none is known.")

        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let context = try options.context(watchable: true)
            try await context.show(
                .hostShow, as: HostReport.self, exit: { $0.host == nil ? 3 : 0 },
                lines: HostCommand.lines)
        }
    }

    struct Transfer: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a caught-up standby the host.")

        @Argument(help: "The kiosk that becomes host.") var name: String
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let context = try options.context()
            try await context.show(
                .hostTransfer, NameArguments(name: name), as: HostReport.self,
                lines: HostCommand.lines)
        }
    }
}

struct RevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Cut a kiosk off for good.")

    @Argument(help: "The kiosk's name.") var name: String
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let context = try options.context()
        try await context.show(
            .revoke, NameArguments(name: name), as: RevokeReport.self,
            lines: { ["\(Text.printable($0.name)) is cut off; the others need do nothing."] })
    }
}
