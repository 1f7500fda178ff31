import FoundationEssentials

extension PretixServer {
    /// Most lists pages that are read for one thing: 5,000 dates or products are a large event.
    static let maximumListPages = 100
    /// pretix gives no more on one page, whatever is asked.
    static let pageSize = 50

    func path(_ segments: String...) -> ServerPath {
        ServerPath(["api", "v1", "organizers", configuration.organizer] + segments)
    }

    /// The answer to a GET, which must be a success.
    func answer(_ path: ServerPath) async throws(ServerError) -> ServerAnswer {
        let answer = try await caller.get(path)
        guard answer.status == 200 else {
            throw ServerError(refusedBy: configuration.address, answer)
        }
        return answer
    }

    func get<Value: Decodable & Sendable>(
        _ path: ServerPath, as type: Value.Type = Value.self
    ) async throws(ServerError) -> Value {
        try decode(try await answer(path))
    }

    /// All entries of a list. The pages' own links are not followed: they may lead elsewhere.
    func all<Entry: Decodable & Sendable>(
        _ path: ServerPath, of type: Entry.Type = Entry.self
    ) async throws(ServerError) -> [Entry] {
        var entries: [Entry] = []
        for page in 1...Self.maximumListPages {
            let list: PretixList<Entry> = try await get(
                path.asking([("page", "\(page)"), ("page_size", "\(Self.pageSize)")]))
            entries += list.results
            if list.next == nil { return entries }
        }
        throw ServerError(
            .unsupported,
            "\(configuration.address.place) has over \(entries.count) entries in one list.",
            hint: "Name fewer events in the grant")
    }

    func decode<Value: Decodable>(_ answer: ServerAnswer) throws(ServerError) -> Value {
        do {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode(Value.self, from: Data(buffer: answer.body))
        } catch {
            throw ServerError(
                .badAnswer,
                "\(configuration.address.place) answered what pretix does not: "
                    + PretixUnreadable.words(error),
                hint: "Check that the address is pretix itself, and its version (2026.8 is known)")
        }
    }
}

/// Why JSON was not what it should be, without quoting it: it may hold names.
enum PretixUnreadable {
    static func words(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "it could not be read" }
        switch error {
        case .keyNotFound(let key, let context):
            return "\(place(context.codingPath + [key])) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return "\(place(context.codingPath)) is of another kind"
        case .dataCorrupted(let context) where !context.codingPath.isEmpty:
            return "\(place(context.codingPath)) could not be read"
        case .dataCorrupted: return "it is no JSON"
        @unknown default: return "it could not be read"
        }
    }

    private static func place(_ path: [any CodingKey]) -> String {
        let names = path.map { $0.intValue.map { "\($0)" } ?? $0.stringValue }
        return ServerWords.plain(names.joined(separator: "."))
    }
}
