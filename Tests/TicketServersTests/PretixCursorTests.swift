import Testing

@testable import TicketServers

@Suite struct PretixCursorTests {
    private func cursor(page: Int, count: Int?) -> PretixCursor {
        var cursor = PretixCursor()
        cursor.page = page
        cursor.count = count
        return cursor
    }

    struct Step: Sendable {
        var page: Int
        var before: Int?
        var now: Int
        var hasMore = true
        /// Nil: on to the revoked secrets.
        var next: Int?
    }

    @Test(arguments: [
        Step(page: 1, before: nil, now: 120, next: 2),
        Step(page: 2, before: 120, now: 120, next: 3),
        Step(page: 2, before: 120, now: 125, next: 3),
        Step(page: 3, before: 120, now: 120, hasMore: false, next: nil),
        Step(page: 1, before: nil, now: 0, hasMore: false, next: nil),
        // One deleted: an order may have moved to the page that was just read or the one before.
        Step(page: 3, before: 120, now: 119, next: 2),
        Step(page: 3, before: 120, now: 119, hasMore: false, next: 2),
        Step(page: 9, before: 500, now: 450, next: 8),
        Step(page: 9, before: 500, now: 449, next: 7),
        Step(page: 2, before: 500, now: 0, hasMore: false, next: 1),
    ])
    func nextPage(_ step: Step) {
        let next = cursor(page: step.page, count: step.before)
            .after(ordersCounted: step.now, hasMore: step.hasMore)
        #expect(next.count == step.now)
        if let page = step.next {
            #expect(next.step == .orders && next.page == page)
        } else {
            #expect(next.step == .revoked && next.page == 1)
        }
    }

    @Test func nextRoundBeginsAtTheFirstPagesClock() throws {
        var last = cursor(page: 7, count: 300)
        last.mark = 1_795_396_551_726
        last.since = 5
        last.questions = "abc"
        let next = last.nextRound()
        #expect(next.step == .orders && next.page == 1 && next.count == nil && next.mark == nil)
        #expect(next.questions == "abc")
        // Ten seconds earlier, for what was not committed yet.
        #expect(next.sinceText == "2026-11-23T01:15:41.726Z")
        #expect(PretixCursor().sinceText == nil)
    }

    @Test func textHoldsEverythingAndStaysSmall() throws {
        var cursor = cursor(page: .max, count: .max)
        (cursor.since, cursor.mark) = (.min, .max)
        cursor.expected = .max
        cursor.step = .revoked
        cursor.questions = "ffffffffffffffff"
        #expect(cursor.text.utf8.count <= 1_024)
        #expect(PretixCursor(cursor.text) == cursor)
        #expect(cursor.sinceText != nil)
    }

    @Test(arguments: [
        "", "{}", "7", "{\"version\":2,\"step\":\"orders\",\"page\":1,\"questions\":\"\"}",
        "{\"version\":1,\"step\":\"orders\",\"page\":0,\"questions\":\"\"}",
        "{\"version\":1,\"step\":\"tea\",\"page\":1,\"questions\":\"\"}",
        String(repeating: "[", count: 2_000),
    ])
    func foreignTextIsNoCursor(_ text: String) { #expect(PretixCursor(text) == nil) }
}
