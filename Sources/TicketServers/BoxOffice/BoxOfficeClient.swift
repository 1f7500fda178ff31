import FoundationEssentials
import MeshCrypto
import NIOCore

/// The bundled box office as a ticket server.
package final class BoxOfficeClient: TicketServer {
    /// Tickets of a page: with every text at its longest still below the answer's bound.
    package static let pageTickets = 1_000
    /// Most facts in a request, as the box office has it.
    package static let requestFacts = 500
    package let batchFacts = requestFacts
    /// Largest request with several facts; the box office takes twice as much.
    private static let requestBytes = 1 << 20
    /// Longest words of a refusal that are passed on.
    private static let refusalCharacters = 500

    private let caller: ServerCaller
    /// 32 bytes each, in hexadecimal.
    private let mesh: String
    private let boxKey: String

    /// - Parameters:
    ///   - address: `http://127.0.0.1:8090`, or https behind a proxy.
    ///   - token: what `kioskmesh box-office token` prints.
    ///   - meshID, boxKey: the mesh and its X25519 public key, 32 bytes each: sealed codes are
    ///     made for it.
    ///   - allowsPlainHTTP: also to another machine, on a network that is safe by other means.
    ///
    /// Throws `unsupported` for an address that cannot be.
    package init(
        address: String, token: String, meshID: [UInt8], boxKey: [UInt8],
        allowsPlainHTTP: Bool = false, limits: ServerCallLimits = ServerCallLimits()
    ) throws(ServerError) {
        guard !token.isEmpty, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw ServerError(
                .unsupported, "The token of the box office is empty or holds strange characters.",
                hint: "Copy what `kioskmesh box-office token` prints")
        }
        let server = try ServerAddress(address, allowsPlainHTTP: allowsPlainHTTP)
        caller = ServerCaller(server, authorization: "Bearer \(token)", limits: limits)
        mesh = Hex.encode(meshID)
        self.boxKey = Hex.encode(boxKey)
    }

    package func describe() async throws(ServerError) -> ServerDescription {
        let server: BoxOfficeWords.Server = try await get(["v1", "server"])
        guard let issuer = Hex.decode(server.issuer), issuer.count == 32 else {
            throw badAnswer("its key is not 32 bytes in hexadecimal")
        }
        let body = BoxOfficeWords.Mesh(id: mesh, boxKey: boxKey)
        _ = try accepted(try await caller.post(path(["v1", "meshes"]), json: try json(body)))
        let list: BoxOfficeWords.Events = try await get(["v1", "events"])
        return ServerDescription(
            software: "\(server.name) \(server.version)",
            events: list.events.map { ServerEvent($0, issuer: issuer) })
    }

    /// A cursor of a box office that was set up anew since begins anew as well.
    package func page(
        of event: String, from cursor: String?
    ) async throws(ServerError) -> CatalogPage {
        let all = path(["v1", "events", event, "catalog"])
        var query = [(name: "limit", value: "\(Self.pageTickets)")]
        if let cursor { query.append((name: "cursor", value: cursor)) }
        let answer = try await caller.get(all.asking(query))
        if cursor != nil, answer.status == 410 { return try await page(of: event, from: nil) }
        let page: BoxOfficeWords.Page = try decode(try accepted(answer))
        guard page.cursor.utf8.count <= 1_024 else { throw badAnswer("its cursor is too long") }
        return CatalogPage(
            tickets: page.tickets.map(ServerTicket.init), cursor: page.cursor,
            isComplete: page.complete, expected: page.total)
    }

    package func upload(_ fact: UploadFact) async throws(ServerError) -> UploadOutcome {
        guard let outcome = try await uploadBatch([fact]).first else {
            throw badAnswer("it tells no outcome")
        }
        return outcome
    }

    package func uploadBatch(
        _ facts: [UploadFact]
    ) async throws(ServerError) -> [UploadOutcome] {
        var outcomes: [UploadOutcome] = []
        var rest = facts[...]
        while let event = rest.first?.event {
            let run = rest.prefix { $0.event == event }.prefix(Self.requestFacts)
            outcomes += try await send(Array(run), event)
            rest.removeFirst(run.count)
        }
        return outcomes
    }

    package func close() async { await caller.close() }

    private func send(
        _ facts: [UploadFact], _ event: String
    ) async throws(ServerError) -> [UploadOutcome] {
        let body = BoxOfficeWords.Facts(mesh: mesh, facts: facts.map(BoxOfficeWords.Fact.init))
        let bytes = try json(body)
        if bytes.readableBytes > Self.requestBytes, facts.count > 1 {
            let half = facts.count / 2
            return try await send(Array(facts[..<half]), event)
                + send(Array(facts[half...]), event)
        }
        let answer = try await caller.post(path(["v1", "events", event, "facts"]), json: bytes)
        if let refusal = refusal(in: answer), Self.isLasting(refusal) {
            return facts.map { _ in .refused(Self.plain(refusal.message)) }
        }
        let told: BoxOfficeWords.Outcomes = try decode(try accepted(answer))
        guard told.outcomes.count == facts.count else {
            throw badAnswer("it tells \(told.outcomes.count) outcomes of \(facts.count) facts")
        }
        var outcomes: [UploadOutcome] = []
        for outcome in told.outcomes {
            switch outcome.outcome {
            case "stored": outcomes.append(.stored)
            case "alreadyKnown": outcomes.append(.alreadyKnown)
            case "refused": outcomes.append(.refused(Self.plain(outcome.words ?? "refused")))
            default: throw badAnswer("it tells the unknown outcome \(Self.plain(outcome.outcome))")
            }
        }
        return outcomes
    }

    /// Another try brings the same answer: the facts are set aside instead of stopping the rest.
    private static func isLasting(_ refusal: BoxOfficeWords.Refusal) -> Bool {
        ["unknown_event", "too_large"].contains(refusal.code)
    }

    private static func plain(_ words: String) -> String {
        String(ServerWords.plain(words).prefix(refusalCharacters))
    }
}

extension BoxOfficeClient {
    private func path(_ segments: [String]) -> ServerPath {
        ServerPath(segments, endsWithSlash: false)
    }

    private func get<Body: Decodable>(_ segments: [String]) async throws(ServerError) -> Body {
        try decode(try accepted(try await caller.get(path(segments))))
    }

    private func json(_ body: some Encodable) throws(ServerError) -> ByteBuffer {
        do {
            return ByteBuffer(bytes: try JSONEncoder().encode(body))
        } catch {
            throw ServerError(
                .unsupported, "A request could not be written as JSON: \(error).",
                hint: "This is a fault of the program: please report it")
        }
    }

    /// The answer if it is a success; the box office's own words otherwise.
    private func accepted(_ answer: ServerAnswer) throws(ServerError) -> ServerAnswer {
        if (200..<300).contains(answer.status) { return answer }
        let general = ServerError(refusedBy: caller.address, answer)
        guard let refusal = refusal(in: answer) else { throw general }
        throw ServerError(
            // No conflict that passes: somebody has to look at it.
            refusal.code == "mesh_key_differs" ? .forbidden : general.code,
            "\(caller.address.place): \(Self.plain(refusal.message))",
            hint: Self.plain(refusal.hint), retryAfterSeconds: general.retryAfterSeconds)
    }

    private func refusal(in answer: ServerAnswer) -> BoxOfficeWords.Refusal? {
        guard answer.status >= 400 else { return nil }
        return try? JSONDecoder().decode(
            BoxOfficeWords.Refusal.self, from: Data(buffer: answer.body))
    }

    private func decode<Body: Decodable>(_ answer: ServerAnswer) throws(ServerError) -> Body {
        do {
            return try JSONDecoder().decode(Body.self, from: Data(buffer: answer.body))
        } catch {
            throw badAnswer("its JSON is not what is expected")
        }
    }

    private func badAnswer(_ what: String) -> ServerError {
        ServerError(
            .badAnswer, "\(caller.address.place) does not answer like a box office: \(what).",
            hint: "Check that the address leads to a KioskMesh box office of the same release")
    }
}
