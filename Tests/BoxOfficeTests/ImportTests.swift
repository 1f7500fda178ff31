import GRDB
import Testing

@testable import BoxOffice

@Suite struct ImportTests {
    @Test func theSameFileAgainChangesNothing() throws {
        let fixture = try OfficeFixture(tickets: "")
        let path = try fixture.folder.write(OfficeFixture.tickets, to: "t.csv")
        let first = try fixture.office.importTickets(path: path)
        #expect((first.added, first.updated, first.unchanged, first.rejected) == (5, 0, 0, 0))
        let changes = try self.changes(fixture.office)
        let again = try fixture.office.importTickets(path: path)
        #expect((again.added, again.updated, again.unchanged) == (0, 0, 5))
        #expect(try self.changes(fixture.office) == changes)
    }

    @Test func aChangedLineMovesToTheEnd() throws {
        let fixture = try OfficeFixture()
        let changed = OfficeFixture.tickets.replacing("A-1,QR-1", with: "A-1,QR-9")
        let report = try fixture.office.importTickets(
            path: fixture.folder.write(changed, to: "t.csv"))
        #expect((report.added, report.updated, report.unchanged) == (0, 1, 4))
        let order = try fixture.office.pool.read { database in
            try String.fetchAll(
                database, sql: "SELECT serial FROM tickets WHERE event = 1 ORDER BY change")
        }
        #expect(order == ["A-2", "A-3", "A-4", "A-1"])
    }

    @Test func badLinesAreToldAndTheRestIsKept() throws {
        let fixture = try OfficeFixture(tickets: "")
        let report = try fixture.office.importTickets(
            path: fixture.folder.write(
                "serial,entries,extra\nA,1,x\n,1,x\nB,many,x\nC,2,x\nA,1,x\n", to: "t.csv"))
        #expect((report.added, report.rejected) == (2, 3))
        #expect(report.problems.map(\.line) == [3, 4, 6])
        #expect(report.problems.map(\.column) == ["serial", "entries", "serial"])
        #expect(report.notes.count == 1)
    }

    @Test func uselessFiles() throws {
        let fixture = try OfficeFixture(tickets: "")
        for text in ["", "serial\n", "name;code\n1;2\n"] {
            let path = try fixture.folder.write(text, to: "t.csv")
            #expect(code { _ = try fixture.office.importTickets(path: path) } == .ticketsFile)
        }
        #expect(code { _ = try fixture.office.importTickets(path: "/nowhere") } == .ticketsFile)
    }

    @Test(arguments: [
        ("gala", "gala"), ("Winter Ball", "winter-ball"), ("Fête d'été 2026!", "f-te-d-t-2026"),
        ("東京", "event"), ("..", "event"), ("a.b_c-D", "a.b_c-D"), ("a/b", "a-b"),
        (String(repeating: "x", count: 65), String(repeating: "x", count: 58)),
    ]) func shortNames(_ name: String, _ slug: String) {
        #expect(EventTable.slug(name) == slug)
    }

    @Test func shortNamesThatCollideGetNumbers() throws {
        let fixture = try OfficeFixture(
            tickets: "serial,event\n1,A B\n2,A-B!\n3,a-b\n4,\n5,東京\n6,大阪\n7,A B\n")
        let rows = try fixture.office.pool.read { database in
            try Row.fetchAll(database, sql: "SELECT name, slug, tickets FROM events ORDER BY id")
                .map { "\($0[0] as String)|\($0[1] as String)|\($0[2] as Int)" }
        }
        // "a-b" is the short name of "A B", so that it means that event.
        #expect(
            rows == ["A B|a-b|3", "A-B!|a-b-2|1", "main|main|1", "東京|event|1", "大阪|event-2|1"])
    }

    @Test func manyRowsInSeveralCommits() throws {
        let count = BoxOfficeLimits.importRows * 2 + 1
        let lines = (1...count).map { "T-\($0),gala" }.joined(separator: "\n")
        let fixture = try OfficeFixture(tickets: "")
        var told: [Int] = []
        let report = try fixture.office.importTickets(
            path: fixture.folder.write("serial,event\n\(lines)\n", to: "t.csv")
        ) { told.append($0.added) }
        #expect(report.added == count)
        #expect(told == [BoxOfficeLimits.importRows, BoxOfficeLimits.importRows * 2])
        #expect(try fixture.office.report().events.first?.tickets.total == count)
    }

    private func changes(_ office: BoxOffice) throws -> [Int] {
        try office.pool.read { database in
            try Int.fetchAll(database, sql: "SELECT change FROM tickets ORDER BY event, change")
        }
    }
}
