import ArgumentParser
import MeshControl

/// An answer as it came, and as it is understood.
struct Asked<Answer: Sendable>: Sendable {
    let json: ArraySlice<UInt8>
    let answer: Answer
}

extension CommandContext {
    /// Time for an answer that needs no other kiosk: the daemon is busy at worst.
    static let quickAnswer = Duration.seconds(5)

    /// Asks the daemon on a connection.
    func ask<Answer: Codable & Sendable>(
        _ client: ControlClient, _ command: ControlCommand,
        _ arguments: ArraySlice<UInt8> = Array("{}".utf8)[...], as type: Answer.Type
    ) async throws(ControlError) -> Asked<Answer> {
        let json = try await client.request(
            command.rawValue, arguments: arguments, timeout: timeout(Self.quickAnswer))
        return Asked(json: json, answer: try ControlCoding.decode(type, from: json))
    }

    /// Asks, prints the answer, and with `--watch` again and again. Throws the exit code if not 0.
    func show<Answer: Codable & Sendable>(
        _ command: ControlCommand, _ arguments: some Encodable & Sendable = [String: String](),
        as type: Answer.Type,
        narrowed: ((Answer) throws(ControlError) -> Answer)? = nil,
        exit: (Answer) -> Int32 = { _ in 0 }, lines: (Answer) -> [String]
    ) async throws {
        let json = try ControlCoding.encode(arguments)[...]
        var client: ControlClient?
        var code: Int32 = 0
        repeat {
            do throws(ControlError) {
                let connected: ControlClient
                if let client, !client.isClosed {
                    connected = client
                } else {
                    connected = try await connect()
                }
                client = connected
                let asked = try await ask(connected, command, json, as: type)
                let answer = try narrowed?(asked.answer) ?? asked.answer
                try print(asked, answer, isNarrowed: narrowed != nil, lines)
                code = exit(answer)
            } catch {
                // A watch goes on through a restart of the daemon, and says so meanwhile.
                guard options.watch != nil, error.exit == 69 else { throw error }
                clear()
                Failure.print(error, asJSON: isJSON)
            }
            if let watch = options.watch { try await Task.sleep(for: watch.duration) }
        } while options.watch != nil
        if code != 0 { throw ExitCode(code) }
    }

    private func print<Answer: Codable & Sendable>(
        _ asked: Asked<Answer>, _ answer: Answer, isNarrowed: Bool, _ lines: (Answer) -> [String]
    ) throws(ControlError) {
        if isJSON {
            if isNarrowed { try Output.json(answer) } else { Output.line(asked.json) }
        } else if !isQuiet {
            clear()
            for line in lines(answer) { Output.line(line) }
        }
    }

    /// Empties the screen between two rounds of `--watch` on a terminal.
    private func clear() {
        if options.watch != nil, Output.isTerminal, !isJSON { Output.text("\u{1B}[H\u{1B}[2J") }
    }
}
