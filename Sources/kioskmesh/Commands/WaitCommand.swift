import ArgumentParser
import MeshControl

struct WaitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait",
        abstract: "Wait until the kiosk has come so far.",
        discussion: """
            joined: on the roster and linked to a member; host: a strict host is known; synced: \
            this kiosk's lag is 0; redeeming: a redemption would be decided now; idle: nothing \
            waits to be replicated or uploaded. Exit code 1 on time-out, with what is missing.
            """)

    /// Between two looks: short beside the two seconds that joining may take.
    private static let pause = Duration.milliseconds(50)

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp("joined, host, synced, redeeming or idle.", valueName: "goal"))
    var goal: WaitGoal
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let context = try options.context()
        let start = ContinuousClock.now
        let deadline = start + context.timeout(.seconds(10))
        var client: ControlClient?
        var missing: [String] = []
        repeat {
            do throws(ControlError) {
                let connected: ControlClient
                if let client, !client.isClosed {
                    connected = client
                } else {
                    connected = try await context.connect()
                }
                client = connected
                let left = max(deadline - .now, .milliseconds(100))
                let answer: WaitAnswer = try await connected.call(
                    .wait, WaitArguments(goal: goal), timeout: left)
                if answer.met {
                    try tell(context, after: start)
                    return
                }
                missing = answer.missing
            } catch {
                // The daemon may only be starting, or come back.
                guard error.exit == 69 else { throw error }
                missing = [error.message]
            }
            try await Task.sleep(for: Self.pause)
        } while ContinuousClock.now < deadline
        throw ControlError(
            .timeout, "Not \(goal.rawValue) in time: \(missing.joined(separator: "; "))",
            hint: "Look: kioskmesh doctor --state \(context.state)", exit: 1)
    }

    private func tell(
        _ context: CommandContext, after start: ContinuousClock.Instant
    ) throws(ControlError) {
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        if context.isJSON {
            try Output.json(
                WaitReport(
                    schema: ControlSchema.version, goal: goal, met: true,
                    seconds: (seconds * 1000).rounded() / 1000))
        } else {
            context.say("\(goal.rawValue) after \(Text.decimal(seconds, 1)) s")
        }
    }
}

/// The answer of `wait` when the goal is reached.
struct WaitReport: Codable {
    let schema: Int
    let goal: WaitGoal
    let met: Bool
    let seconds: Double

    private enum CodingKeys: String, CodingKey {
        case schema, met, seconds
        case goal = "for"
    }
}

extension WaitGoal: ExpressibleByArgument {}

extension CodeKind: ExpressibleByArgument {}
