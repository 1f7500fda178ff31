import ArgumentParser
import Foundation
import MeshControl

struct SyncCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync", abstract: "Exchange with the ticket servers.",
        subcommands: [Download.self, Upload.self, Status.self, Quarantine.self])

    struct Download: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Have the host fetch the segment's tickets, or what changed, now.")

        @Argument(help: "One segment only.") var segment: String?
        @Flag(help: "Wait until all of it is here.") var wait = false
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let context = try options.context()
            try await SyncOrder(
                context: context, segment: segment, isUpload: false, waits: wait
            ).run()
        }
    }

    struct Upload: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Have the host hand every redemption to the ticket server.",
            discussion: "With --wait it ends with a balance; exit code 2 where something is left.")

        @Argument(help: "One segment only.") var segment: String?
        @Flag(help: "Wait until everything was offered.") var wait = false
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let context = try options.context()
            try await SyncOrder(
                context: context, segment: segment, isUpload: true, waits: wait
            ).run()
        }
    }

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "How far each segment is, in both directions.")

        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let context = try options.context(watchable: true)
            try await context.show(
                .syncStatus, as: SyncReport.self,
                exit: { $0.segments.contains { $0.problem != nil } ? 2 : 0 },
                lines: SyncView.lines)
        }
    }

    struct Quarantine: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What the ticket server refused, and why.",
            subcommands: [List.self, Retry.self, Dismiss.self], defaultSubcommand: List.self)

        struct List: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "List the refused records with the server's words.")

            @OptionGroup var options: GlobalOptions

            func run() async throws {
                let context = try options.context(watchable: true)
                try await context.show(
                    .syncQuarantine, as: QuarantineReport.self, lines: SyncView.lines)
            }
        }

        struct Retry: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Send a refused record again with the next upload.")

            @Argument(help: "The record, or all.") var record: String
            @OptionGroup var options: GlobalOptions

            func run() async throws {
                try await Quarantine.settle(
                    record, retry: true, try options.context(),
                    said: "It waits for the next upload.")
            }
        }

        struct Dismiss: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Settle a refused record by other means; it stays in the log.")

            @Argument(help: "The record, or all.") var record: String
            @OptionGroup var options: GlobalOptions

            func run() async throws {
                try await Quarantine.settle(
                    record, retry: false, try options.context(), said: "Dismissed.")
            }
        }

        static func settle(
            _ record: String, retry: Bool, _ context: CommandContext, said: String
        ) async throws {
            try await context.show(
                .syncSettle, SettleArguments(record: record == "all" ? nil : record, retry: retry),
                as: DoneReport.self, lines: { _ in [said] })
        }
    }
}

/// Gives an order to the host and, where wanted, waits until it is carried out.
struct SyncOrder {
    let context: CommandContext
    let segment: String?
    let isUpload: Bool
    let waits: Bool

    private var arguments: SyncOrderArguments {
        SyncOrderArguments(segment: segment, download: !isUpload, upload: isUpload)
    }

    /// How often the host is asked how far it is.
    private static let pace = Duration.milliseconds(300)

    func run() async throws {
        let client = try await context.connect()
        let before = try await report(client)
        if let segment, !before.segments.contains(where: { $0.segment == segment }) {
            throw ControlError(
                "unknown_grant", "There is no segment \(Text.printable(segment)).",
                hint: "kioskmesh grant list shows them.")
        }
        guard !before.segments.isEmpty else {
            throw ControlError(
                "no_grant", "No grant is installed, so there is no server to ask.",
                hint: "kioskmesh grant add FILE.yaml")
        }
        let meant = before.segments.filter { segment == nil || $0.segment == segment }
        guard meant.contains(where: { $0.upload != "courier" }) else {
            throw ControlError(
                "by_courier", "No kiosk asks this server: bundles are carried to it.",
                hint: "Carry one: kioskmesh export --bundle FILE")
        }
        _ = try await context.ask(
            client, .syncOrder, try ControlCoding.encode(arguments)[...], as: DoneReport.self)
        guard waits else {
            if context.isJSON { return try tell(before.segments) }
            return context.say("Ordered. How far it is: kioskmesh sync status --watch")
        }
        try await wait(client)
    }

    private func report(_ client: ControlClient) async throws(ControlError) -> SyncReport {
        try await context.ask(
            client, .syncStatus, as: SyncReport.self
        ).answer
    }

    private func wait(_ first: ControlClient) async throws {
        var client = first
        let deadline = ContinuousClock.now + context.timeout(.seconds(3600))
        var progress = SyncProgress(isShown: Output.isErrorTerminal && !context.isQuiet)
        var troubleSince: ContinuousClock.Instant?
        while true {
            try await Task.sleep(for: Self.pace)
            // The daemon, and the host, may change meanwhile.
            if client.isClosed { client = try await context.connect() }
            guard let report = try? await report(client), report.isFromHost else { continue }
            let mine = report.segments.filter {
                (segment == nil || $0.segment == segment) && $0.upload != "courier"
            }
            progress.show(mine, isUpload: isUpload)
            let isDone = mine.allSatisfy { segment in
                isUpload
                    ? segment.left == 0 && !segment.isUploading
                    : (segment.step == "ready" || segment.step == "withdrawn")
                        && !segment.isDownloading
            }
            if isDone {
                progress.end()
                return try tell(mine)
            }
            // An order is lost with the host that had it: whoever waits for it gives it again.
            let isLost = isUpload && mine.contains { $0.left > 0 && !$0.isUploading }
            if isLost && !mine.contains(where: { $0.problem != nil }) {
                _ = try? await context.ask(
                    client, .syncOrder, try ControlCoding.encode(arguments)[...],
                    as: DoneReport.self)
            }
            // A problem that lasts is told; the host goes on trying.
            let isTroubled = mine.contains { $0.problem != nil }
            troubleSince = isTroubled ? troubleSince ?? .now : nil
            let isLasting = troubleSince.map { ContinuousClock.now - $0 > .seconds(20) } ?? false
            if isLasting || ContinuousClock.now > deadline {
                progress.end()
                if !isTroubled, !context.isJSON {
                    Output.errorLine(
                        "The time given is over; the host goes on. kioskmesh sync status")
                }
                try tell(mine)
                throw ExitCode(isTroubled ? 2 : 1)
            }
        }
    }

    private func tell(_ segments: [SyncReport.Segment]) throws {
        if context.isJSON {
            for segment in segments {
                try Output.json(SyncAnswer(segment, isUpload: isUpload))
            }
        } else if !context.isQuiet {
            for segment in segments {
                for line in SyncView.balance(segment, isUpload: isUpload) { Output.line(line) }
            }
        }
        if isUpload, waits, segments.contains(where: { $0.quarantined > 0 || $0.left > 0 }) {
            throw ExitCode(2)
        }
    }
}

/// The answer of `sync download` and `sync upload`: an object a segment.
struct SyncAnswer: Codable {
    var schema = ControlSchema.version
    var segment: String
    var step: String?
    var received: Int64?
    var expected: Int64?
    var skipped: Int64?
    var sent: Int64?
    var alreadyKnown: Int64?
    var quarantined: Int64?
    var left: Int64?
    @Nullable var problem: String?

    init(_ report: SyncReport.Segment, isUpload: Bool) {
        segment = report.segment
        problem = report.problem
        if isUpload {
            sent = report.sent
            alreadyKnown = report.alreadyKnown
            quarantined = report.quarantined
            left = report.left
        } else {
            step = report.step
            received = report.received
            expected = report.expected ?? report.received
            skipped = report.skipped
        }
    }
}

struct AnnulCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "annul", abstract: "Take a redemption back; the ticket counts again.")

    @Argument(help: "The record that redeem or log shows.") var record: String
    @Option(help: "Why, in a few words.") var reason: String
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let context = try options.context()
        try await context.show(
            .annul, AmendArguments(record: record, reason: reason), as: DoneReport.self,
            lines: { _ in ["Annulled. The ticket may be redeemed again."] })
    }
}

struct ReprintCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reprint", abstract: "Note that a redemption's ticket is printed once more.")

    @Argument(help: "The record that redeem or log shows.") var record: String
    @Option(help: "Why, in a few words.") var reason = "reprint"
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let context = try options.context()
        try await context.show(
            .reprint, AmendArguments(record: record, reason: reason), as: DoneReport.self,
            lines: { _ in ["Noted. The redemption stands as it was."] })
    }
}
