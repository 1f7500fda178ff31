import NIOHTTP1
import Synchronization

extension PretixServer {
    /// Pages of one round: five million orders. A server that goes on beyond that is broken.
    static let maximumPages = 100_000

    @concurrent
    package func page(
        of event: String, from cursor: String?
    ) async throws(ServerError) -> CatalogPage {
        // A cursor of another version begins anew: what comes again does no harm.
        let start = cursor.flatMap { PretixCursor($0) } ?? PretixCursor()
        guard start.page <= Self.maximumPages else {
            throw ServerError(
                .badAnswer, "\(configuration.address.place) has no last page.",
                hint: "Check that the address is pretix itself")
        }
        switch start.step {
        case .orders: return try await ordersPage(of: event, start)
        case .revoked: return try await revokedPage(of: event, start)
        }
    }

    private func ordersPage(
        of event: String, _ start: PretixCursor
    ) async throws(ServerError) -> CatalogPage {
        var cursor = start
        let questions = try await questions(of: event, anew: cursor.page == 1)
        if cursor.questions != questions.fingerprint {
            cursor = PretixCursor()
            cursor.questions = questions.fingerprint
        }
        if cursor.since == nil, cursor.expected == nil {
            cursor.expected = try await countTickets(of: event)
        }
        let (answer, page) = try await ordersAnswer(of: event, cursor)
        cursor.page = page
        let list: PretixList<PretixEntry<PretixOrder>> = try decode(answer)
        if cursor.mark == nil { cursor.mark = try mark(of: answer) }
        var tickets: [ServerTicket] = []
        var skipped: [String] = []
        for entry in list.results {
            if let order = entry.value {
                tickets += order.tickets(questions)
            } else {
                skipped.append(
                    "An order of event \(event) is left out: \(entry.problem ?? "no reason").")
            }
        }
        if !skipped.isEmpty, skipped.count == list.results.count {
            throw ServerError(
                .badAnswer,
                "\(configuration.address.place) sent \(skipped.count) orders, none readable: "
                    + (list.results.first?.problem ?? ""),
                hint: "Check the version of pretix (2026.8 is known)")
        }
        return CatalogPage(
            tickets: tickets,
            cursor: cursor.after(ordersCounted: list.count, hasMore: list.next != nil).text,
            isComplete: false, expected: cursor.expected, skipped: skipped)
    }

    private func revokedPage(
        of event: String, _ cursor: PretixCursor
    ) async throws(ServerError) -> CatalogPage {
        var query = paging(cursor.page) + [("ordering", "-created")]
        if let since = cursor.sinceText { query.append(("created_since", since)) }
        let list: PretixList<PretixRevokedSecret> = try await get(
            path("events", event, "revokedsecrets").asking(query))
        var next = cursor
        next.page += 1
        if list.next == nil { next = cursor.nextRound() }
        return CatalogPage(
            tickets: [], revokedCodes: list.results.map(\.secret), cursor: next.text,
            isComplete: list.next == nil, expected: cursor.expected)
    }

    /// The page of the cursor, or the one before where that is past the end by now.
    private func ordersAnswer(
        of event: String, _ cursor: PretixCursor
    ) async throws(ServerError) -> (ServerAnswer, page: Int) {
        do {
            return (try await answer(orders(of: event, cursor, page: cursor.page)), cursor.page)
        } catch {
            guard error.code == .notFound, cursor.page > 1 else { throw error }
            let page = cursor.page - 1
            return (try await answer(orders(of: event, cursor, page: page)), page)
        }
    }

    private func orders(of event: String, _ cursor: PretixCursor, page: Int) -> ServerPath {
        var query = paging(page) + [("include_canceled_positions", "true")]
        if let since = cursor.sinceText {
            query += [("ordering", "-last_modified"), ("modified_since", since)]
        } else {
            query.append(("ordering", "-datetime"))
        }
        query += PretixOrder.fields.map { ("include", $0) }
        query += PretixPosition.fields.map { ("include", "positions.\($0)") }
        return path("events", event, "orders").asking(query)
    }

    private func paging(_ page: Int) -> [(name: String, value: String)] {
        [("page", "\(page)"), ("page_size", "\(Self.pageSize)")]
    }

    private func questions(
        of event: String, anew: Bool
    ) async throws(ServerError) -> PretixQuestions {
        if !anew, let known = questions.withLock({ $0[event] }) { return known }
        let fresh = PretixQuestions(try await all(path("events", event, "questions")))
        questions.withLock { $0[event] = fresh }
        return fresh
    }

    private func countTickets(of event: String) async throws(ServerError) -> Int {
        let list: PretixList<PretixEntry<JSONValue>> = try await get(
            path("events", event, "orderpositions").asking([
                ("page_size", "1"), ("include_canceled_positions", "true"),
            ]))
        return list.count
    }

    private func mark(of answer: ServerAnswer) throws(ServerError) -> Int64 {
        guard let text = answer.headers.first(name: "X-Page-Generated"),
            let time = PretixTime(text)
        else {
            throw ServerError(
                .badAnswer, "\(configuration.address.place) does not say how late it is.",
                hint: "A proxy before pretix must let X-Page-Generated pass")
        }
        return time.milliseconds
    }
}
