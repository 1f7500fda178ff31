import Foundation
import Testing
import TicketFiles

@Suite("Good tickets files")
struct GoodFileTests {
    private static let header =
        "serial,qr,id_number,account,event,product,seat,holder,"
        + "valid_from,valid_until,entries,status"

    @Test func everyColumnIsRead() throws {
        let all = try events(
            of: Self.header + "\n"
                + "S1,Q1,ID1,a@example.org,gala,Standard,Row 1,Ada,"
                + "2026-12-01T18:00:00+01:00,2026-12-02T02:00:00.250Z,3,blocked\n")
        let row = try #require(all.rows.first)
        #expect(all.count == 1)
        #expect(row.line == 2)
        #expect(row.serial == "S1")
        #expect(row.qr == "Q1")
        #expect(row.idNumber == "ID1")
        #expect(row.account == "a@example.org")
        #expect(row.event == "gala")
        #expect(row.product == "Standard")
        #expect(row.seat == "Row 1")
        #expect(row.holder == "Ada")
        #expect(row.validFrom == 1_796_144_400_000)
        #expect(row.validUntil == 1_796_176_800_250)
        #expect(row.entries == 3)
        #expect(row.status == .blocked)
    }

    @Test func emptyAndMissingColumnsHaveStandards() throws {
        for text in [Self.header + "\nS1,,,,,,,,,,,\n", "serial\nS1\n"] {
            let row = try #require(try events(of: text).rows.first)
            #expect(row.qr.isEmpty && row.holder.isEmpty)
            #expect(row.validFrom == nil && row.validUntil == nil)
            #expect(row.entries == 1)
            #expect(row.status == .paid)
        }
    }

    // As old Macs end lines, and as some spreadsheets still do.
    @Test(arguments: ["serial,seat\rA,1\rB,2\r", "\u{FEFF}serial,seat\rA,1\rB,2"])
    func linesMayEndWithCarriageReturns(text: String) throws {
        let rows = try events(of: text).rows
        #expect(rows.map(\.serial) == ["A", "B"] && rows.map(\.seat) == ["1", "2"])
        #expect(rows.map(\.line) == [2, 3])
    }

    @Test(arguments: [
        "serial,seat\nA,1\nB,2\n", "SERIAL,Seat\r\nA,1\r\nB,2\r\n",
        "\u{FEFF}serial,seat\nA,1\nB,2", "\"serial\",\"seat\"\n\"A\",\"1\"\n\"B\",\"2\"\n",
        "\n  \nserial , seat\n\n A , 1 \n\t\n\r\nB,2\n\n", "seat,serial\n1,A\n2,B\n",
    ])
    func formsOfTheSameFile(text: String) throws {
        for chunk in [1, 2, 3, 7, 1 << 16] {
            let all = try events(of: text, chunk: chunk)
            #expect(all.rows.map(\.serial) == ["A", "B"])
            #expect(all.rows.map(\.seat) == ["1", "2"])
            #expect(all.problems.isEmpty && all.notes.isEmpty)
        }
    }

    @Test func quotesAreReadAsRFC4180Says() throws {
        let all = try events(
            of: "serial,holder\nA,\"Ada \"\"the\"\" First, Esq.\"\nB,\"\"\n\"C\",x")
        #expect(all.rows.map(\.holder) == ["Ada \"the\" First, Esq.", "", "x"])
        #expect(all.rows.map(\.line) == [2, 3, 4])
    }

    @Test func unknownColumnsAreNotedOnce() throws {
        let all = try events(of: "serial,colour,,Seat\nA,red,,1\nB,blue,,2\n")
        #expect(all.rows.map(\.seat) == ["1", "2"])
        #expect(all.notes.count == 1)
        #expect(all.notes.first?.contains("colour, number 3 (no name)") == true)
    }

    // Letters that look alike are different codes; so are composed and decomposed ones, although
    // Swift's own == takes the latter for equal.
    @Test func lookAlikesStayDifferent() throws {
        let serials = ["A1", "\u{0410}1", "caf\u{E9}", "cafe\u{301}", "Ａ1", "a1"]
        let all = try events(of: "serial\n" + serials.joined(separator: "\n"))
        #expect(all.problems.isEmpty)
        #expect(all.rows.map { Array($0.serial.utf8) } == serials.map { Array($0.utf8) })
    }

    @Test(arguments: TicketStatus.allCases)
    func statusInAnyCase(status: TicketStatus) throws {
        let text = "serial,status\nA,\(status.rawValue)\nB,\(status.rawValue.uppercased())\n"
        #expect(try events(of: text).rows.map(\.status) == [status, status])
    }

    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2024-02-29T23:59:59.999Z", 1_709_251_199_999),
            ("2026-12-01T18:00+01:00", 1_796_144_400_000),
            ("2026-12-01t12:30-0430", 1_796_144_400_000),
            ("2026-12-01 17:00:00z", 1_796_144_400_000),
            ("2026-12-01T18:00:00+01", 1_796_144_400_000),
            ("2000-03-01T00:00:00Z", 951_868_800_000),
            ("2026-12-01T17:00:00.5Z", 1_796_144_400_500),
        ] as [(String, Int64)])
    func datesWithOffset(text: String, milliseconds: Int64) throws {
        let all = try events(of: "serial,valid_from\nA,\(text)\n")
        #expect(all.rows.first?.validFrom == milliseconds)
    }

    /// From the environment, or from the data folder that lies beside a checkout.
    private static let galaFile =
        ProcessInfo.processInfo.environment["KIOSKMESH_TEST_TICKETS"]
        ?? URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../shared/data/tickets.csv").standardizedFileURL.path

    @Test(
        .enabled(
            if: FileManager.default.fileExists(atPath: galaFile),
            "the sample of 5,427 tickets is not on this machine"))
    func theGalaFile() throws {
        var file = try TicketFile(path: Self.galaFile)
        var all: [TicketFileEvent] = []
        while let event = try file.next() { all.append(event) }
        #expect(all.rows.count == 5427)
        #expect(all.problems.isEmpty && all.notes.isEmpty)
        #expect(Set(all.rows.map(\.serial)).count == 5427)
    }
}
