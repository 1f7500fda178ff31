import MeshRules
import Testing

/// Scans that a pretix 2026.8.0 with seeded events answered, one after the other: the state in
/// which it found the ticket, and what it said. Scans with `force` are left out, because no kiosk
/// forces.
@Suite struct RecordedAnswersTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let name: String
        var ticket = DoorTicket(product: 1)
        var list = Lists.main
        var history: [PastScan] = []
        var isExit = false
        var ignoresUnpaid = false
        var supportsQuestions = true
        /// nil where it passed.
        let reason: DoorReason?

        var testDescription: String { name }
    }

    enum Lists {
        static let main = DoorList(id: 1, name: "Main entrance")
        static let vip = DoorList(id: 2, name: "VIP only", products: [2])
        static let pending = DoorList(id: 3, name: "Pending ok", includesPending: true)
        static let multiple = DoorList(id: 5, name: "Multi entry", allowsMultipleEntries: true)
        static let once = DoorList(id: 8, name: "No reentry", allowsEntryAfterExit: false)
        static let ruled = DoorList(id: 4, name: "Rule: VIP product only", rules: vipRules)

        private static let vipRules = JSONValue.object([
            .init(
                "inList",
                .array([
                    .object([.init("var", .string("product"))]),
                    .object([
                        .init(
                            "objectList",
                            .array([
                                .object([
                                    .init(
                                        "lookup",
                                        .array([.string("product"), .string("2"), .string("VIP")]))
                                ])
                            ]))
                    ]),
                ]))
        ])
    }

    /// 2026-11-23 01:13:44 UTC, when the scans were recorded; later seconds count from it.
    static let start: Int64 = 1_795_396_424_000
    static func seconds(_ count: Double) -> Int64 { start + Int64(count * 1000) }
    static func entry(_ count: Double) -> PastScan { PastScan(at: seconds(count)) }
    static func exit(_ count: Double) -> PastScan { PastScan(isExit: true, at: seconds(count)) }
    static let day: Int64 = 86_400_000

    /// Tickets with random secrets, known to the server.
    static let known: [Row] = [
        Row(name: "ok_first", reason: nil),
        Row(name: "already_redeemed_new_nonce", history: [entry(0)], reason: .alreadyRedeemed),
        Row(name: "already_redeemed_no_nonce", history: [entry(0)], reason: .alreadyRedeemed),
        Row(name: "exit_without_entry", isExit: true, reason: nil),
        Row(name: "entry_after_exit_only", history: [exit(3)], reason: nil),
        Row(name: "exit_1", history: [entry(3.3), exit(3)], isExit: true, reason: nil),
        Row(
            name: "exit_2_again", history: [exit(3.7), entry(3.3), exit(3)], isExit: true,
            reason: nil),
        Row(
            name: "reentry_after_exit", history: [exit(4.1), exit(3.7), entry(3.3), exit(3)],
            reason: nil),
        Row(
            name: "nonce_n1_replay_other_device_after_more_scans",
            history: [entry(4.4), exit(4.1), exit(3.7), entry(3.3), exit(3)],
            reason: .alreadyRedeemed),
        Row(name: "noreentry_1", list: Lists.once, reason: nil),
        Row(
            name: "noreentry_exit", list: Lists.once, history: [entry(5)], isExit: true, reason: nil
        ),
        Row(
            name: "noreentry_2", list: Lists.once, history: [exit(5.2), entry(5)],
            reason: .alreadyRedeemed),
        Row(name: "multi_1", list: Lists.multiple, reason: nil),
        Row(name: "multi_2", list: Lists.multiple, history: [entry(6)], reason: nil),
        Row(
            name: "wrong_product", ticket: DoorTicket(product: 1), list: Lists.vip, reason: .product
        ),
        Row(name: "vip_attention", ticket: DoorTicket(product: 2), reason: nil),
        Row(name: "rules", list: Lists.ruled, reason: .rules),
        Row(name: "canceled", ticket: DoorTicket(status: .canceled, product: 1), reason: .canceled),
        Row(
            name: "then_canceled", ticket: DoorTicket(status: .canceled, product: 1),
            history: [entry(12)], reason: .canceled),
        Row(name: "blocked", ticket: DoorTicket(isBlocked: true, product: 1), reason: .blocked),
        Row(
            name: "invalid_time",
            ticket: DoorTicket(product: 2, validFrom: start + 2 * day + 13_780),
            reason: .invalidTime),
        Row(
            name: "unapproved",
            ticket: DoorTicket(status: .unpaid, requiresApproval: true, product: 1),
            reason: .unapproved),
        Row(
            name: "incomplete_question", ticket: DoorTicket(isIncomplete: true, product: 3),
            reason: .incomplete),
        Row(
            name: "incomplete_unsupported_ok", ticket: DoorTicket(isIncomplete: true, product: 3),
            list: Lists.multiple, supportsQuestions: false, reason: nil),
        Row(name: "question_answered", ticket: DoorTicket(product: 3), reason: nil),
    ]

    static let unpaidTicket = DoorTicket(status: .unpaid, product: 2)
    static let unpaid: [Row] = [
        Row(name: "unpaid", ticket: unpaidTicket, reason: .unpaid),
        Row(
            name: "unpaid_ignore_unpaid_main", ticket: unpaidTicket, ignoresUnpaid: true,
            reason: .unpaid),
        Row(
            name: "unpaid_pending_list", ticket: unpaidTicket, list: Lists.pending,
            reason: .unpaid),
        Row(
            name: "unpaid_pending_list_ignore", ticket: unpaidTicket, list: Lists.pending,
            ignoresUnpaid: true, reason: nil),
    ]

    /// Signed tickets that the server has too.
    static let revokedTicket = DoorTicket(status: .revoked, product: 4)
    static let validNow = DoorTicket(
        product: 4, validFrom: start - day, validUntil: start + 2 * day)
    static let signed: [Row] = [
        Row(name: "sig1_ok", ticket: DoorTicket(product: 4), reason: nil),
        Row(
            name: "sig1_trailing_space", ticket: DoorTicket(product: 4), history: [entry(126)],
            reason: .alreadyRedeemed),
        Row(name: "sig1_revoked", ticket: revokedTicket, reason: .revoked),
        Row(name: "sig1_canceled_order", ticket: revokedTicket, reason: .revoked),
        Row(name: "sig1_canceled_position", ticket: revokedTicket, reason: .revoked),
        Row(name: "sig1_old_secret_after_change", ticket: revokedTicket, reason: .revoked),
        Row(
            name: "sig1_new_secret", ticket: validNow, history: [entry(128)],
            reason: .alreadyRedeemed),
        Row(
            name: "sig1_blocked", ticket: DoorTicket(isBlocked: true, product: 4),
            reason: .blocked),
        Row(name: "sig1_unblocked", ticket: DoorTicket(product: 4), reason: nil),
    ]

    static let series: [Row] = [
        Row(
            name: "series_right_day", ticket: DoorTicket(product: 7, session: 1),
            list: DoorList(id: 17, name: "Entry Day 1", session: 1), reason: nil),
        Row(
            name: "series_wrong_day", ticket: DoorTicket(product: 7, session: 1),
            list: DoorList(id: 18, name: "Entry Day 2", session: 2), reason: .invalid),
    ]

    @Test(arguments: known + unpaid + signed + series) func answersLikePretix(_ row: Row) {
        let scan = DoorScan(
            isExit: row.isExit, ignoresUnpaid: row.ignoresUnpaid,
            supportsQuestions: row.supportsQuestions, at: Self.seconds(200))
        let verdict = decide(
            row.ticket, on: row.list, at: DoorEvent(zone: .utc), scan: scan, history: row.history)
        #expect(verdict.reason == row.reason)
    }

    /// pretix: "This ticket is only valid after 2026-11-25 01:13."
    @Test func theTimeInTheExplanationIsThatOfPretix() throws {
        let row = try #require(Self.known.first { $0.name == "invalid_time" })
        let verdict = decide(
            row.ticket, on: row.list, at: DoorEvent(zone: .utc),
            scan: DoorScan(at: Self.start), history: [])
        #expect(verdict == .refuse(.invalidTime, explanation: "Valid from 2026-11-25 01:13."))
    }
}
