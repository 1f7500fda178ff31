extension ControlClient {
    /// Sends a command and reads its answer. Throws as `request` does, and `bad_answer`.
    package func call<Answer: Decodable & Sendable>(
        _ command: ControlCommand, _ arguments: some Encodable, timeout: Duration? = nil
    ) async throws(ControlError) -> Answer {
        guard let json = try? ControlCoding.encode(arguments) else {
            throw ControlError(.badRequest, "The arguments cannot be written as JSON.", exit: 64)
        }
        let answer = try await request(command.rawValue, arguments: json[...], timeout: timeout)
        return try ControlCoding.decode(Answer.self, from: answer)
    }

    /// Sends a command without arguments and reads its answer.
    package func call<Answer: Decodable & Sendable>(
        _ command: ControlCommand, timeout: Duration? = nil
    ) async throws(ControlError) -> Answer {
        let answer = try await request(command.rawValue, timeout: timeout)
        return try ControlCoding.decode(Answer.self, from: answer)
    }

    /// Redeems a code: the hot path, without Codable on either side.
    package func redeem(
        _ arguments: RedeemArguments, timeout: Duration? = nil
    ) async throws(ControlError) -> RedeemAnswer {
        let answer = try await request(
            ControlCommand.redeem.rawValue, arguments: ControlCoding.encode(arguments)[...],
            timeout: timeout)
        return try ControlCoding.decode(RedeemAnswer.self, from: answer)
    }

    /// Sends one chunk of an import.
    package func importTickets(
        _ arguments: ImportArguments, timeout: Duration? = nil
    ) async throws(ControlError) -> ImportAnswer {
        let answer = try await request(
            ControlCommand.ticketsImport.rawValue,
            arguments: ControlCoding.encode(arguments)[...], timeout: timeout)
        return try ControlCoding.decode(ImportAnswer.self, from: answer)
    }
}
