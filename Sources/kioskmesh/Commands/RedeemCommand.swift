import ArgumentParser
import Foundation
import MeshControl

struct RedeemCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redeem",
        abstract: "Redeem a code, or many as a load test.",
        discussion: """
            Exit code: 0 redeemed, 1 rejected, 3 unavailable, 4 this kiosk is revoked. With \
            --batch: 0 when every line got an answer, 3 otherwise; --state may be repeated, and \
            the clients are spread over these kiosks in turn.
            """)

    @Argument(help: "The code, exactly as scanned.") var code: String?
    @Option(help: "Read it as auto, serial, qr, id or account.") var kind = CodeKind.auto
    @Flag(help: "Somebody leaves instead of entering.") var exit = false
    @Option(help: ArgumentHelp("On this check-in list.", valueName: "number")) var list: UInt64?
    @Option(
        help: ArgumentHelp("Of several tickets that answered ambiguous, this one.", valueName: "id")
    )
    var ticket: String?
    @Flag(help: "Pass an unpaid ticket where its list allows that.") var ignoreUnpaid = false
    @Option(
        help: ArgumentHelp("The attempt's id, for repeating it safely.", valueName: "uuid"))
    var requestId: String?
    @Option(help: ArgumentHelp("Redeem one code a line; - is standard input.", valueName: "file"))
    var batch: String?
    @Option(help: "Codes under way at a time, with --batch.") var clients: Int?
    @Option(
        help: ArgumentHelp("Write a JSON line for every answer, with --batch.", valueName: "file"))
    var answers: String?
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        if let batch {
            try await runBatch(batch)
        } else {
            try await runSingle()
        }
    }

    private func runSingle() async throws {
        let context = try options.context()
        let code = try checkedCode()
        var request: String?
        if let requestId {
            guard let uuid = UUID(uuidString: requestId) else {
                throw Self.usage(
                    "--request-id is no UUID.", "Leave it out and one is made.")
            }
            request = uuid.uuidString.lowercased()
        }
        // Made here, so that a person who repeats by hand can name it.
        let id = request ?? RequestID.make()
        let timeout = context.timeout(.seconds(5))
        let client = try await context.connect()
        var arguments = RedeemArguments(
            code: code, kind: kind, requestId: id,
            timeoutMilliseconds: Int64(timeout / .milliseconds(1)))
        arguments.exit = exit
        arguments.list = list
        arguments.ticket = ticket
        arguments.ignoreUnpaid = ignoreUnpaid
        let json = try await client.request(
            ControlCommand.redeem.rawValue, arguments: ControlCoding.encode(arguments)[...],
            timeout: timeout + .seconds(1))
        let answer = try ControlCoding.decode(RedeemAnswer.self, from: json)
        if context.isJSON {
            Output.line(json)
        } else if !context.isQuiet {
            for line in RedeemView(answer: answer, style: context.style, isExit: exit).lines {
                Output.line(line)
            }
        }
        let exitCode = RedeemView.exitCode(answer.status)
        if exitCode != 0 { throw ExitCode(exitCode) }
    }

    private func checkedCode() throws(ControlError) -> String {
        guard let code else {
            throw Self.usage("There is no code.", "kioskmesh redeem CODE, or --batch FILE")
        }
        guard clients == nil, answers == nil else {
            throw Self.usage("--clients and --answers need --batch.", "Leave them out.")
        }
        guard !code.isEmpty else { throw Self.usage("The code is empty.", "Scan it again.") }
        guard code.utf8.count <= ControlLimits.codeBytes else {
            throw Self.usage(
                "The code is \(code.utf8.count) bytes long, over \(ControlLimits.codeBytes).",
                "Scan it again.")
        }
        return code
    }

    private func runBatch(_ path: String) async throws {
        let context = try options.context(manyStates: true)
        guard code == nil, requestId == nil, ticket == nil else {
            throw Self.usage("--batch takes its codes from the file.", "Leave the code out.")
        }
        let clients = clients ?? 1
        guard (1...ControlLimits.requestsInFlight).contains(clients) else {
            throw Self.usage(
                "--clients must be 1 to \(ControlLimits.requestsInFlight).",
                "For example: --clients 200")
        }
        let codes = CodeList(bytes: try CodeList.read(path))
        let recorder = BatchRecorder(answers: try answers.map(AnswerFile.init(path:)))
        let run = BatchRun(
            links: context.states.map(KioskLink.init(state:)), codes: codes, kind: kind,
            list: list, timeout: context.timeout(.seconds(30)), recorder: recorder)
        let showsProgress = Output.isErrorTerminal && !context.isQuiet
        let summary = try await run.run(clients: clients, showsProgress: showsProgress)
        try recorder.answers?.close()
        if context.isJSON {
            try Output.json(summary)
        } else {
            Output.line(
                "\(summary.ok) redeemed, \(summary.rejected) rejected, \(summary.unavailable) "
                    + "unavailable in \(Text.decimal(summary.seconds, 1)) s "
                    + "(\(Text.decimal(summary.opsPerSecond, 0))/s, p50 "
                    + "\(Text.decimal(summary.p50Milliseconds, 1)) ms, p99 "
                    + "\(Text.decimal(summary.p99Milliseconds, 1)) ms)")
        }
        if summary.unavailable > 0 { throw ExitCode(3) }
    }

    private static func usage(_ message: String, _ hint: String) -> ControlError {
        ControlError(.usage, message, hint: hint, exit: 64)
    }
}
