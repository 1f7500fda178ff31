import Testing
import TicketFiles

@Suite("Lines that cannot be used")
struct BadLineTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let header: String
        let line: String
        let column: String?
        let words: String
        var testDescription: String { name }
    }

    private static let cases = [
        Case(
            name: "no serial", header: "serial,seat", line: " ,1", column: "serial",
            words: "empty"),
        Case(
            name: "too few fields", header: "serial,seat,qr", line: "X,1", column: nil,
            words: "2 of 3 fields"),
        Case(
            name: "too many fields", header: "serial,seat", line: "X,1,2", column: nil,
            words: "3 fields instead of 2"),
        Case(
            name: "header again", header: "serial,seat", line: "Serial,SEAT", column: nil,
            words: "header"),
        Case(
            name: "NUL", header: "serial", line: "X\0Y", column: "serial", words: "NUL"),
        Case(
            name: "escape character", header: "serial,holder", line: "X,\u{1B}[31m",
            column: "holder", words: "U+001B"),
        Case(
            name: "C1 control", header: "serial,holder", line: "X,a\u{85}b", column: "holder",
            words: "U+0085"),
        Case(
            name: "tab inside", header: "serial,seat", line: "X,a\tb", column: "seat",
            words: "tab"),
        Case(
            name: "carriage return inside", header: "serial,seat", line: "X\rY,1",
            column: "serial", words: "line break"),
        Case(
            name: "long serial", header: "serial", line: String(repeating: "x", count: 513),
            column: "serial", words: "513 bytes"),
        Case(
            name: "long holder", header: "serial,holder",
            line: "X," + String(repeating: "x", count: 1025), column: "holder",
            words: "1025 bytes"),
        Case(
            name: "text behind a quote", header: "serial,seat", line: "X,\"1\"2", column: "seat",
            words: "closing quote"),
        Case(
            name: "quote inside", header: "serial,seat", line: "X,5\"", column: "seat",
            words: "quote"),
        Case(
            name: "quote never closed", header: "serial,seat", line: "X,\"1", column: "seat",
            words: "never closed"),
        Case(
            name: "no entries", header: "serial,entries", line: "X,0", column: "entries",
            words: "between 1 and"),
        Case(
            name: "negative entries", header: "serial,entries", line: "X,-3", column: "entries",
            words: "between 1 and"),
        Case(
            name: "too many entries", header: "serial,entries", line: "X,1000001",
            column: "entries", words: "between 1 and"),
        Case(
            name: "overflowing entries", header: "serial,entries",
            line: "X,99999999999999999999", column: "entries", words: "whole number"),
        Case(
            name: "fractional entries", header: "serial,entries", line: "X,1.5",
            column: "entries", words: "whole number"),
        Case(
            name: "unknown status", header: "serial,status", line: "X,cancelled",
            column: "status", words: "canceled"),
        Case(
            name: "until before from", header: "serial,valid_from,valid_until",
            line: "X,2026-12-02T00:00:00Z,2026-12-01T00:00:00Z", column: "valid_until",
            words: "before valid_from"),
    ]

    @Test(arguments: cases)
    func badLineIsReportedAndTheRestIsKept(bad: Case) throws {
        let commas = bad.header.filter { $0 == "," }
        for chunk in [1, 5, 1 << 16] {
            let all = try events(
                of: "\(bad.header)\nA\(commas)\n\(bad.line)\nB\(commas)\n", chunk: chunk)
            #expect(all.rows.map(\.serial) == ["A", "B"])
            #expect(all.rows.map(\.line) == [2, 4])
            let problem = try #require(all.problems.first)
            #expect(all.problems.count == 1)
            #expect(problem.line == 3)
            #expect(problem.column == bad.column)
            #expect(problem.message.contains(bad.words), "\(problem)")
        }
    }

    @Test(arguments: [
        "2026-12-01", "2026-12-01T18:00:00", "18:00", "01.12.2026 18:00", "2026-13-01T00:00:00Z",
        "2026-02-29T00:00:00Z", "2026-12-01T24:00:00Z", "2026-12-01T18:60:00Z",
        "2026-12-01T18:00:60Z", "2026-12-01T18:00:00+25:00", "2026-12-01T18:00:00.Z",
        "2026-12-01T18:00:00 Z", "1969-12-31T23:59:59Z", "20261201T180000Z", "tomorrow",
        "2026-12-01T18:00:00Z2",
    ])
    func badDates(text: String) throws {
        let all = try events(of: "serial,valid_until\nA,\(text)\n")
        #expect(all.rows.isEmpty)
        #expect(all.problems.map(\.column) == ["valid_until"])
    }

    @Test func invalidUTF8() throws {
        let bytes = Array("serial,holder\nA,x\nB,".utf8) + [0xC3, 0x28, 0x0A] + Array("C,y".utf8)
        let all = try events(of: bytes)
        #expect(all.rows.map(\.serial) == ["A", "C"])
        #expect(all.problems.map(\.column) == ["holder"])
        #expect(all.problems.first?.message.contains("UTF-8") == true)
    }

    @Test func duplicateSerialNamesTheFirstLine() throws {
        let all = try events(of: "serial\nA\nB\n A \nC\n")
        #expect(all.rows.map(\.serial) == ["A", "B", "C"])
        #expect(all.problems.map(\.line) == [4])
        #expect(all.problems.first?.message.contains("line 2") == true)
    }

    @Test func lineBreakInsideOfQuotesIsOneProblem() throws {
        let all = try events(of: "serial,holder\nA,\"Ada\nLovelace\"\nB,x\n")
        #expect(all.rows.map(\.serial) == ["B"])
        #expect(all.rows.map(\.line) == [4])
        #expect(all.problems.map(\.line) == [2])
        #expect(all.problems.map(\.column) == ["holder"])
    }

    @Test func openQuoteSpoilsOnlyItsLine() throws {
        let many = (0..<100).map { "S\($0),x" }.joined(separator: "\n")
        let all = try events(of: "serial,holder\nA,\"Ada\n\(many)\n")
        #expect(all.rows.count == 100)
        #expect(all.problems.map(\.line) == [2])
    }

    @Test func longLineIsSkippedWithoutHoldingIt() throws {
        // A line of 10 MB, made chunk by chunk: it never exists as a whole.
        var chunks = ["serial,holder\nA,x\nB,"]
        chunks += Array(repeating: String(repeating: "y", count: 1 << 16), count: 160)
        chunks += ["\nC,z\n"]
        var rest = chunks[...]
        var file = TicketFile { () throws(TicketFileFailure) in
            rest.popFirst().map { Array($0.utf8) }
        }
        var all: [TicketFileEvent] = []
        while let event = try file.next() { all.append(event) }
        #expect(all.rows.map(\.serial) == ["A", "C"])
        #expect(all.rows.map(\.line) == [2, 4])
        #expect(all.problems.map(\.line) == [3])
        #expect(all.problems.first?.message.contains("bytes long") == true)
    }
}

@Suite("Files that are of no use")
struct BadFileTests {
    @Test(
        arguments: [
            ("", .empty), ("\n\n", .empty), ("\u{FEFF}", .empty), ("serial,seat\n", .noTickets),
            ("serial\n\n \n", .noTickets), ("seat,holder\n1,x\n", .noSerialColumn),
            ("serial;seat\nA;1\n", .noSerialColumn),
            ("serial,seat,SERIAL\nA,1,A\n", .duplicateColumn),
            ("A,1\nB,2\n", .noSerialColumn), ("\"serial\nA\n", .badHeader),
            ("ser\0ial\nA\n", .badHeader),
        ] as [(String, TicketFileFailure.Code)])
    func failure(text: String, code: TicketFileFailure.Code) {
        let failure = #expect(throws: TicketFileFailure.self) { try events(of: text) }
        #expect(failure?.code == code)
        #expect(failure?.hint.isEmpty == false)
    }

    @Test func otherEncodings() {
        let utf16 = #expect(throws: TicketFileFailure.self) {
            try events(of: [0xFF, 0xFE, 0x73, 0, 0x65, 0, 0x0A, 0])
        }
        #expect(utf16?.code == .encoding)
        let bytes = #expect(throws: TicketFileFailure.self) { try events(of: [0x80, 0x81, 0x0A]) }
        #expect(bytes?.code == .badHeader)
    }

    @Test func semicolonsAreNamed() {
        let failure = #expect(throws: TicketFileFailure.self) {
            try events(of: "serial;seat\nA;1\n")
        }
        #expect(failure?.message.contains("\";\"") == true)
    }

    @Test(arguments: ["/nonexistent/tickets.csv", "/"])
    func unreadable(path: String) {
        let failure = #expect(throws: TicketFileFailure.self) {
            var file = try TicketFile(path: path)
            while try file.next() != nil {}
        }
        #expect(failure?.code == .unreadable)
    }

    // Whatever bytes come, each line ends as a row, a problem or nothing: no trap, no hang.
    @Test(arguments: 0..<40)
    func anyBytes(seed: UInt64) throws {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func next() -> UInt8 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return UInt8(truncatingIfNeeded: state >> 24)
        }
        let alphabet = Array("\",\n\rA1 \t-:TZ\0é".utf8) + [0xFF, 0xC3]
        let body = (0..<5000).map { _ in alphabet[Int(next()) % alphabet.count] }
        let all = try events(of: Array("serial,holder,valid_from\n".utf8) + body, chunk: 97)
        let lines = body.count { $0 == 0x0A } + 1
        #expect(all.count <= lines)
        #expect(all.rows.allSatisfy { !$0.serial.isEmpty })
    }
}
