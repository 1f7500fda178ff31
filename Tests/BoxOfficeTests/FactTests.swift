import GRDB
import Testing

@testable import BoxOffice

@Suite struct FactTests {
    /// One row: facts, the outcomes wanted, and what the report then says.
    @Test func aDayAndItsBalance() throws {
        let fixture = try OfficeFixture()
        var foreign = fixture.fact(.redeemed, 9, "nobody")
        foreign.guarantee = "provisional"
        let facts = [
            fixture.fact(.redeemed, 1, "A-1"),
            fixture.fact(.rejected, 2, "A-1"),
            // A double: two kiosks redeemed the same ticket apart from each other.
            fixture.fact(.redeemed, 3, "A-1"),
            fixture.fact(.redeemed, 4, "A-2"),
            fixture.fact(.redeemed, 5, "A-2", isExit: true),
            fixture.fact(.redeemed, 6, "A-2"),
            fixture.fact(.annulled, 6, "A-2"),
            fixture.fact(.redeemed, 7, "A-3"),
            fixture.fact(.rejected, 8, "A-4", reason: "blocked"),
            foreign,
        ]
        let outcomes = try fixture.office.store(facts, event: "gala")
        #expect(outcomes.prefix(9).allSatisfy { $0 == .stored })
        #expect(isRefused(outcomes.last))
        let report = try fixture.office.report()
        let gala = try #require(report.events.first { $0.event == "gala" })
        #expect(report.balanced, "\(gala.differences)")
        #expect(
            gala.tickets
                == .init(
                    total: 4, paid: 2, unpaid: 1, canceled: 0, blocked: 1, redeemed: 3, open: 1))
        #expect(
            gala.facts
                == .init(total: 10, redeemed: 5, exits: 1, rejected: 2, annulled: 1, unknown: 1))
        #expect(gala.standing == 4)
        #expect((gala.doubles, gala.doubleEntries, gala.redeemedUnpaid) == (1, 1, 1))
        #expect(gala.doubleTickets.map(\.serial) == ["A-1"])
        #expect(gala.doubleTickets.first?.kiosks == ["gate-1", "gate-3"])
        #expect(gala.rejections == ["already_redeemed": 1, "blocked": 1])
        #expect(gala.guarantees == ["replicated": 6])
    }

    @Test func theSameFactsAgainChangeNothing() throws {
        let fixture = try OfficeFixture()
        let facts = [
            fixture.fact(.redeemed, 1, "A-1"), fixture.fact(.annulled, 1, "A-1"),
            fixture.fact(.rejected, 2, "A-2"), fixture.fact(.redeemed, 3, "A-2", isExit: true),
        ]
        #expect(
            try fixture.office.store(facts, event: "gala") == .init(repeating: .stored, count: 4))
        let before = try fixture.office.report()
        for _ in 1...2 {
            #expect(
                try fixture.office.store(facts, event: "gala")
                    == .init(repeating: .alreadyKnown, count: 4))
        }
        // Also twice within one request.
        let twice = [fixture.fact(.redeemed, 5, "A-2"), fixture.fact(.redeemed, 5, "A-2")]
        #expect(try fixture.office.store(twice, event: "gala") == [.stored, .alreadyKnown])
        #expect(try fixture.office.store(facts, event: "gala").allSatisfy { $0 == .alreadyKnown })
        #expect(before.balanced)
        #expect(try fixture.office.report().events.first?.standing == 1)
    }

    @Test func aRequestIDStandsForOneFact() throws {
        let fixture = try OfficeFixture()
        #expect(try store(fixture.fact(.redeemed, 1, "A-1"), fixture) == .stored)
        #expect(isRefused(try store(fixture.fact(.redeemed, 1, "A-2"), fixture)))
        #expect(isRefused(try store(fixture.fact(.rejected, 1, "A-1"), fixture)))
        #expect(isRefused(try store(fixture.fact(.redeemed, 1, "A-1", isExit: true), fixture)))
        #expect(isRefused(try store(fixture.fact(.annulled, 1, "A-2"), fixture)))
        #expect(try fixture.office.report().events.first?.facts.total == 1)
    }

    @Test func onlyWhatIsKnownIsAnnulled() throws {
        let fixture = try OfficeFixture()
        #expect(isRefused(try store(fixture.fact(.annulled, 1, "A-1"), fixture)))
        #expect(try store(fixture.fact(.rejected, 2, "A-1"), fixture) == .stored)
        #expect(isRefused(try store(fixture.fact(.annulled, 2, "A-1"), fixture)))
        #expect(try store(fixture.fact(.redeemed, 1, "A-1"), fixture) == .stored)
        #expect(try store(fixture.fact(.annulled, 1, "A-1"), fixture) == .stored)
        #expect(try fixture.office.report().balanced)
    }

    /// The ticket arrives after what was done with it: in whatever order things are sent again,
    /// the sums are right in between and at the end.
    @Test(arguments: [[0, 1], [1, 0], [0], [1]]) func lateTickets(_ order: [Int]) throws {
        let fixture = try OfficeFixture()
        let facts = [fixture.fact(.redeemed, 1, "Z-1"), fixture.fact(.annulled, 1, "Z-1")]
        for fact in facts { #expect(isRefused(try store(fact, fixture))) }
        #expect(try fixture.office.report().events.first?.facts.unknown == 2)
        #expect(try fixture.office.report().balanced)
        _ = try fixture.office.importTickets(
            path: fixture.folder.write("serial,event\nZ-1,gala\n", to: "late.csv"))
        for index in order {
            let outcome = try store(facts[index], fixture)
            #expect(outcome == .stored || outcome == .alreadyKnown)
        }
        let report = try fixture.office.report()
        #expect(report.balanced, "\(report.events.flatMap(\.differences))")
        #expect(report.events.first?.standing == 0)
        #expect(report.events.first?.facts.unknown == 0)
    }

    @Test func impossibleFactsAreRefusedOneByOne() throws {
        let fixture = try OfficeFixture()
        var facts = (0..<6).map { fixture.fact(.redeemed, $0, "A-1") }
        facts[0].request = "xyz"
        facts[1].request = String(repeating: "A", count: 32)
        facts[2].list = 2
        facts[3].note = String(repeating: "n", count: 1_025)
        facts[4].kind = .rejected
        let outcomes = try fixture.office.store(facts, event: "gala")
        for outcome in outcomes.prefix(5) { #expect(isRefused(outcome)) }
        #expect(outcomes.last == .stored)
    }

    @Test func theWholeBatchIsRefused() throws {
        let fixture = try OfficeFixture()
        let many = (0...BoxOfficeLimits.facts).map { fixture.fact(.redeemed, $0, "A-1") }
        #expect(code { _ = try fixture.office.store(many, event: "gala") } == .tooLarge)
        #expect(
            code { _ = try fixture.office.store([many[0]], event: "none") } == .unknownEvent)
        #expect(try fixture.office.report().events.first?.facts.total == 0)
    }

    /// The report must be able to fail: a count that somebody altered is found.
    @Test func aBrokenBalanceIsTold() throws {
        let fixture = try OfficeFixture()
        _ = try store(fixture.fact(.redeemed, 1, "A-1"), fixture)
        try fixture.office.pool.write { database in
            try database.execute(
                sql: "UPDATE tickets SET entered = 2, scanned = 2 WHERE serial = 'A-1'")
            try database.execute(sql: "UPDATE events SET tickets = 9 WHERE slug = 'gala'")
        }
        let report = try fixture.office.report()
        #expect(!report.balanced)
        #expect(report.events.first { $0.event == "gala" }?.differences.count == 2)
    }

    private func store(_ fact: OfficeFact, _ fixture: OfficeFixture) throws -> FactOutcome? {
        try fixture.office.store([fact], event: "gala").first
    }

    private func isRefused(_ outcome: FactOutcome?) -> Bool {
        if case .refused(let words)? = outcome { return !words.isEmpty }
        return false
    }
}
