import Synchronization

@testable import TicketServers

/// Orders as pretix lists them, changing between any two pages: sold, scanned, deleted.
final class FakePretix: Sendable {
    private struct Order {
        var id: Int
        var created: Int64
        var modified: Int64
        var version = 1
    }

    private struct State {
        var orders: [Order] = []
        var nextID = 1
        var clock: Int64 = 1_795_000_000_000
        var random: UInt64
        var isBusy = true
        /// Orders deleted between two pages, at most one fewer.
        var deletions: Int
        var questions = "[]"

        /// Marsaglia's xorshift: a test needs no better.
        mutating func random(below bound: Int) -> Int {
            random ^= random << 13
            random ^= random >> 7
            random ^= random << 17
            return Int(random % UInt64(bound))
        }

        mutating func sell() {
            clock += 1
            orders.append(Order(id: nextID, created: clock, modified: clock))
            nextID += 1
        }

        mutating func goOn() {
            clock += 1_000
            guard isBusy else { return }
            for _ in 0..<random(below: deletions) where !orders.isEmpty {
                orders.remove(at: random(below: orders.count))
            }
            for _ in 0..<random(below: 4) { sell() }
            for _ in 0..<random(below: 5) where !orders.isEmpty {
                clock += 1
                let at = random(below: orders.count)
                orders[at].modified = clock
                orders[at].version += 1
            }
        }
    }

    private let state: Mutex<State>

    init(seed: UInt64, orders: Int, deletions: Int = 4) {
        var first = State(random: seed | 1, deletions: deletions)
        for _ in 0..<orders { first.sell() }
        // Long ago: the first round alone must find them.
        first.clock += 60_000
        state = Mutex(first)
    }

    /// From now on nothing changes.
    func comeToRest() { state.withLock { $0.isBusy = false } }

    /// A minute passes: what was before is no longer in the overlap.
    func wait() { state.withLock { $0.clock += 60_000 } }

    /// Makes one question required at check-in for every ticket.
    func ask() {
        state.withLock {
            $0.questions = PretixSamples.question(1, required: true, atCheckIn: true, items: "[1]")
        }
    }

    /// The version of every order by its ticket's key.
    var truth: [String: String] {
        state.withLock { state in
            Dictionary(
                uniqueKeysWithValues: state.orders.map { ("\($0.id)", "version \($0.version)") })
        }
    }

    func reply(to request: ScriptedServer.Request) -> ScriptedServer.Reply {
        state.withLock { state in
            switch request.path.split(separator: "/").last {
            case "questions":
                .answer(
                    200, body: PretixSamples.list(state.questions == "[]" ? [] : [state.questions]))
            case "revokedsecrets": .answer(200, body: PretixSamples.list([String]()))
            case "orderpositions":
                .answer(200, body: PretixSamples.list("{}", count: state.orders.count))
            default: orders(request, &state)
            }
        }
    }

    private func orders(
        _ request: ScriptedServer.Request, _ state: inout State
    ) -> ScriptedServer.Reply {
        defer { state.goOn() }
        let page = Int(request.query["page"]?.first ?? "") ?? 0
        var listed: [Order]
        switch request.query["ordering"]?.first {
        case "-datetime": listed = state.orders.sorted { $0.created > $1.created }
        case "-last_modified": listed = state.orders.sorted { $0.modified > $1.modified }
        default: return .answer(400, body: #"{"ordering":["unknown"]}"#)
        }
        if let since = request.query["modified_since"]?.first {
            guard let time = PretixTime(since.replacing("%3A", with: ":")) else {
                return .answer(400, body: #"{"modified_since":["Enter a valid date/time."]}"#)
            }
            listed.removeAll { $0.modified < time.milliseconds }
        }
        let begin = (page - 1) * 50
        guard page == 1 || (page > 1 && begin < listed.count) else {
            return .answer(404, body: #"{"detail":"Invalid page."}"#)
        }
        let hasMore = begin + 50 < listed.count
        let entries = listed.dropFirst(begin).prefix(50).map { order in
            PretixSamples.order(
                PretixSamples.position(
                    order.id, ["attendee_name": "\"version \(order.version)\""]))
        }
        return .answer(
            200, headers: [("X-Page-Generated", PretixTime(milliseconds: state.clock).text)],
            // A link that must not be followed.
            body: PretixSamples.list(
                entries, count: listed.count,
                next: hasMore ? "http://elsewhere.invalid/api/v1/?page=\(page + 1)" : nil))
    }
}
