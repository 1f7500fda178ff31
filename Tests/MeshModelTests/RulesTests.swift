import MeshModel
import Testing

/// One row of the truth table of `decide`.
struct Scan: Sendable, CustomTestStringConvertible {
    var status = TicketStatus.paid
    var from: WallTime?
    var until: WallTime?
    var entries: UInt32 = 1
    var redeemed: UInt32 = 0
    var at: WallTime = 1000
    let verdict: Verdict

    var testDescription: String {
        let window = "\(from.map(String.init) ?? "…") to \(until.map(String.init) ?? "…")"
        return "\(status) \(window) \(redeemed) of \(entries) at \(at): \(verdict)"
    }
}

@Suite struct RulesTests {
    static let table: [Scan] = [
        // Status alone.
        Scan(status: .paid, verdict: .redeemed),
        Scan(status: .unpaid, verdict: .rejected(.unpaid)),
        Scan(status: .canceled, verdict: .rejected(.canceled)),
        Scan(status: .blocked, verdict: .rejected(.blocked)),
        // The window: both edges belong to it.
        Scan(from: 1000, verdict: .redeemed),
        Scan(from: 1001, verdict: .rejected(.invalidTime)),
        Scan(until: 1000, verdict: .redeemed),
        Scan(until: 999, verdict: .rejected(.invalidTime)),
        Scan(from: 1000, until: 1000, verdict: .redeemed),
        Scan(from: 1001, until: 999, verdict: .rejected(.invalidTime)),
        Scan(from: .min, until: .max, at: .max, verdict: .redeemed),
        Scan(from: .min, until: .max, at: .min, verdict: .redeemed),
        // Entries.
        Scan(entries: 1, redeemed: 1, verdict: .rejected(.alreadyRedeemed)),
        Scan(entries: 3, redeemed: 2, verdict: .redeemed),
        Scan(entries: 3, redeemed: 3, verdict: .rejected(.alreadyRedeemed)),
        Scan(entries: 3, redeemed: 4, verdict: .rejected(.alreadyRedeemed)),
        Scan(entries: .max, redeemed: .max - 1, verdict: .redeemed),
        // Order of checks: canceled and blocked, then the window, then unpaid, then entries.
        Scan(status: .canceled, from: 2000, redeemed: 1, verdict: .rejected(.canceled)),
        Scan(status: .blocked, until: 1, redeemed: 1, verdict: .rejected(.blocked)),
        Scan(status: .unpaid, from: 2000, verdict: .rejected(.invalidTime)),
        Scan(status: .unpaid, redeemed: 1, verdict: .rejected(.unpaid)),
        Scan(until: 999, redeemed: 1, verdict: .rejected(.invalidTime)),
    ]

    @Test(arguments: table) func decides(_ scan: Scan) {
        let id = Key16(high: 0, low: 1)
        let ticket = Ticket(
            id: id, credentials: [], validFrom: scan.from, validUntil: scan.until,
            entries: scan.entries, status: scan.status, contentDigest: 0)
        #expect(decide(ticket, redeemed: scan.redeemed, at: scan.at) == scan.verdict)
    }

    @Test func everyReasonHasItsOwnWord() {
        #expect(Set(Reason.allCases.map(\.word)).count == Reason.allCases.count)
        #expect(Reason.allCases.map(\.rawValue) == Array(1...14))
    }
}
