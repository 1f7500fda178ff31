import FoundationEssentials
import NIOCore

extension PretixServer {
    package func upload(_ fact: UploadFact) async throws(ServerError) -> UploadOutcome {
        guard fact.list > 0 else {
            return .refused("pretix takes redemptions only for a check-in list; there is none")
        }
        switch fact.kind {
        case .redeemed: return try await redeem(fact)
        case .rejected(let reason): return try await reject(fact, reason)
        case .annulled: return try await annul(fact)
        }
    }

    private func redeem(_ fact: UploadFact) async throws(ServerError) -> UploadOutcome {
        let answer = try await post(
            path("checkinrpc", "redeem"), PretixRedemption(fact, secret: fact.secret))
        guard answer.status == 404 else { return try outcome(of: answer, for: fact) }
        // The secret may have been replaced since the download: the ticket is still the same.
        guard let secret = try await presentSecret(of: fact), secret != fact.secret else {
            return try outcome(of: answer, for: fact)
        }
        let second = try await post(
            path("checkinrpc", "redeem"), PretixRedemption(fact, secret: secret))
        return try outcome(of: second, for: fact)
    }

    private func presentSecret(of fact: UploadFact) async throws(ServerError) -> String? {
        struct Position: Decodable { var secret: String }
        guard UInt64(fact.key) != nil else { return nil }
        do {
            let position: Position = try await get(
                path("events", fact.event, "orderpositions", fact.key))
            return position.secret
        } catch {
            // A token that may scan but not read orders still gets the first answer.
            if error.isTransient { throw error }
            return nil
        }
    }

    private func reject(
        _ fact: UploadFact, _ reason: String
    ) async throws(ServerError) -> UploadOutcome {
        let path = path(
            "events", fact.event, "checkinlists", "\(fact.list)", "failed_checkins")
        let answer = try await post(path, PretixFailedCheckIn(fact, reason))
        return try outcome(of: answer, for: fact)
    }

    private func annul(_ fact: UploadFact) async throws(ServerError) -> UploadOutcome {
        let answer = try await post(path("checkinrpc", "annul"), PretixAnnulment(fact))
        // It says this where the check-in was annulled before.
        if answer.status == 400, ServerWords.of(answer.body) == PretixAnnulment.wasDoneBefore {
            return .alreadyKnown
        }
        return try outcome(of: answer, for: fact)
    }

    private func post(
        _ path: ServerPath, _ body: some Encodable
    ) async throws(ServerError) -> ServerAnswer {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        let data: Data
        do {
            data = try encoder.encode(body)
        } catch {
            throw ServerError(
                .unsupported, "A fact could not be written as JSON.",
                hint: "Report this with the version of KioskMesh")
        }
        return try await caller.post(path, json: ByteBuffer(bytes: data))
    }

    private func outcome(
        of answer: ServerAnswer, for fact: UploadFact
    ) throws(ServerError) -> UploadOutcome {
        switch answer.status {
        case 200, 201:
            return try success(answer, fact)
        case 400, 404:
            // pretix speaks JSON; whatever else says 404 is not the server.
            guard let words = ServerWords.of(answer.body) else { break }
            let refusal: PretixRefusal? = try? decode(answer)
            return .refused(refusal?.words ?? words)
        default: break
        }
        throw ServerError(refusedBy: configuration.address, answer)
    }

    private func success(
        _ answer: ServerAnswer, _ fact: UploadFact
    ) throws(ServerError) -> UploadOutcome {
        switch fact.kind {
        case .redeemed:
            let success: PretixSuccess = try decode(answer)
            guard success.status == "ok" else { break }
            return success.knew(fact) ? .alreadyKnown : .stored
        case .annulled:
            let success: PretixSuccess = try decode(answer)
            if success.status == "ok" { return .stored }
        case .rejected:
            let stored: PretixStoredFailure = try decode(answer)
            if stored.nonce == fact.requestID { return .stored }
        }
        throw ServerError(
            .badAnswer, "\(configuration.address.place) does not say that it stored the fact.",
            hint: "Check that the address is pretix itself")
    }
}
