import MeshRules
import Testing

/// What pretix 2026.8.0 answered to simulated scans of random tickets on random lists.
///
/// `Golden/doors.jsonl` holds one scan a line: event as in `rules.jsonl`, ticket `k`, list `l`,
/// scan `s`, earlier scans on that list `h`, answer `a` ("ok" or the reason). An expired order is
/// recorded as canceled, which is what pretix answers.
@Suite struct RecordedDoorsTests {
    @Test func everyAnswerIsThatOfPretix() throws {
        let scans = try GoldenLines.read("doors.jsonl")
        var counts: [String: Int] = [:]
        for (line, row) in scans.enumerated() {
            let verdict = decide(
                try ticket(row.member("k")), on: try list(row.member("l")),
                at: try row.doorEvent(), scan: try scan(row.member("s")),
                history: try row.member("h").pastScans())
            let answer = try row.member("a").text()
            counts[answer, default: 0] += 1
            #expect(verdict.reason?.rawValue ?? "ok" == answer, "line \(line + 1): \(verdict)")
        }
        // Every reason must be among the recorded ones, or this would not compare them.
        for reason in DoorReason.allCases {
            #expect(counts[reason.rawValue, default: 0] > 0, "no recorded \(reason.rawValue)")
        }
        #expect(counts["ok", default: 0] > 50)
    }

    private func ticket(_ row: JSONValue) throws -> DoorTicket {
        let status = DoorTicket.Status(rawValue: try row.member("status").text())
        return DoorTicket(
            status: try #require(status), isBlocked: try row.member("blocked").isSet,
            requiresApproval: try row.member("approval").isSet,
            isValidIfPending: try row.member("pending").isSet,
            isIncomplete: try row.member("incomplete").isSet,
            product: UInt64(try row.member("p").number()),
            variation: row["v"]?.whole.map(UInt64.init), session: row["s"]?.whole.map(UInt64.init),
            validFrom: row["f"]?.whole, validUntil: row["u"]?.whole)
    }

    private func list(_ row: JSONValue) throws -> DoorList {
        var products: [UInt64]?
        if case .array(let values) = try row.member("p") {
            products = try values.map { UInt64(try $0.number()) }
        }
        return DoorList(
            id: 1, name: "Main entrance", products: products,
            session: row["s"]?.whole.map(UInt64.init),
            includesPending: try row.member("pending").isSet,
            allowsMultipleEntries: try row.member("multi").isSet,
            allowsEntryAfterExit: try row.member("again").isSet, rules: try row.member("r"))
    }

    private func scan(_ row: JSONValue) throws -> DoorScan {
        DoorScan(
            isExit: try row.member("exit").isSet, ignoresUnpaid: try row.member("ignore").isSet,
            supportsQuestions: try row.member("ask").isSet, at: try row.member("t").number())
    }
}
