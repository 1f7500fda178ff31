import FoundationEssentials

/// Where a download stands. Everything a new host needs to go on is in its text.
struct PretixCursor: Hashable, Sendable, Codable {
    enum Step: String, Hashable, Sendable, Codable {
        case orders, revoked
    }

    var version = 1
    var step = Step.orders
    /// From 1.
    var page = 1
    /// Milliseconds since 1970 of the server's clock: only what changed since; nil is all.
    var since: Int64?
    /// The server's clock at the first page: where the next round begins.
    var mark: Int64?
    /// How many orders the server counted at the last page.
    var count: Int?
    /// How many tickets there are, as far as it was asked.
    var expected: Int?
    /// Fingerprint of the questions that the tickets so far were held against.
    var questions = ""

    /// A server writes its times before it commits: what was under way at the mark comes again.
    static let overlapMilliseconds: Int64 = 10_000

    /// Begins anew.
    init() {}

    /// Goes on from `text`; nil where it is from another version or no cursor at all.
    init?(_ text: String) {
        guard text.utf8.count <= 1_024,
            let cursor = try? JSONDecoder().decode(Self.self, from: Data(text.utf8)),
            cursor.version == 1, cursor.page >= 1
        else { return nil }
        self = cursor
    }

    var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        guard let data = try? encoder.encode(self) else { return "" }
        return String(decoding: data, as: UTF8.self)
    }

    /// From when to ask for changes, as pretix reads it; nil is from the beginning.
    var sinceText: String? {
        guard let since else { return nil }
        return PretixTime(milliseconds: since &- Self.overlapMilliseconds).text
    }

    /// The cursor after a page of orders.
    ///
    /// The newest come first, so what is added meanwhile moves orders to later pages, where they
    /// come again. What is deleted (test orders can be) moves orders to earlier pages: where the
    /// count fell, the pages they may have moved to are read again.
    func after(ordersCounted newCount: Int, hasMore: Bool) -> PretixCursor {
        var next = self
        next.count = newCount
        let missing = (count ?? newCount) - newCount
        if missing > 0 {
            let pagesBack = (missing - 1) / PretixServer.pageSize + 1
            next.page = max(1, page - pagesBack)
        } else if hasMore {
            next.page = page + 1
        } else {
            next.step = .revoked
            next.page = 1
        }
        return next
    }

    /// The cursor after the last page of all: asks for what changed since the first one.
    func nextRound() -> PretixCursor {
        var next = PretixCursor()
        next.since = mark
        next.questions = questions
        return next
    }
}
