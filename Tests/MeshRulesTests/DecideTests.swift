import MeshRules
import Testing

private let now: Int64 = 1_795_431_600_000
private let never = JSONValue.object([
    .init("==", .array([.object([.init("var", .string("product"))]), .int(0)]))
])

private func decided(
    _ ticket: DoorTicket, on list: DoorList = DoorList(id: 1, name: "Main entrance"),
    isExit: Bool = false, ignoresUnpaid: Bool = false, supportsQuestions: Bool = true,
    history: [PastScan] = []
) -> DoorVerdict {
    let scan = DoorScan(
        isExit: isExit, ignoresUnpaid: ignoresUnpaid, supportsQuestions: supportsQuestions, at: now)
    return decide(ticket, on: list, at: DoorEvent(zone: .utc), scan: scan, history: history)
}

/// Everything that can be wrong with one scan.
enum Flaw: CaseIterable, Sendable {
    case revoked, otherSession, canceled, blocked, unapproved, tooEarly, product, unpaid, rules
    case incomplete, used

    var reason: DoorReason {
        switch self {
        case .revoked: .revoked
        case .otherSession: .invalid
        case .canceled: .canceled
        case .blocked: .blocked
        case .unapproved: .unapproved
        case .tooEarly: .invalidTime
        case .product: .product
        case .unpaid: .unpaid
        case .rules: .rules
        case .incomplete: .incomplete
        case .used: .alreadyRedeemed
        }
    }

    /// What hinders nobody from leaving.
    var isOverlookedAtExits: Bool {
        [.tooEarly, .rules, .incomplete, .used].contains(self)
    }

    /// Flaws of one ticket cannot all be had at once, as it has one status only: the first of
    /// these gives it.
    static func verdict(
        _ flaws: [Flaw], isFromCode: Bool = false, isExit: Bool = false
    ) -> DoorVerdict {
        let has = { (flaw: Flaw) in flaws.contains(flaw) }
        let isUnpaid = has(.unpaid) || has(.unapproved)
        let ticket = DoorTicket(
            status: has(.revoked)
                ? .revoked : has(.canceled) ? .canceled : isUnpaid ? .unpaid : .paid,
            isBlocked: has(.blocked), requiresApproval: has(.unapproved),
            isIncomplete: has(.incomplete), product: 1, session: 1,
            validFrom: has(.tooEarly) ? now + 1 : nil, isFromCode: isFromCode)
        let list = DoorList(
            id: 1, name: "Door", products: has(.product) ? [2] : nil,
            session: has(.otherSession) ? 2 : 1, rules: has(.rules) ? never : .object([]))
        return decided(
            ticket, on: list, isExit: isExit, history: has(.used) ? [PastScan(at: now - 1)] : [])
    }
}

@Suite struct OrderOfChecksTests {
    /// A ticket that the server has: the order of the cases.
    static let known = Flaw.allCases
    /// A ticket known from its signature alone.
    static let signed: [Flaw] = [
        .revoked, .blocked, .tooEarly, .product, .otherSession, .rules, .incomplete, .used,
    ]

    @Test(arguments: known) func eachFlawAlone(_ flaw: Flaw) {
        #expect(Flaw.verdict([flaw]).reason == flaw.reason)
        let atExit = Flaw.verdict([flaw], isExit: true).reason
        // Whoever must still be approved has not paid either, and is asked for approval first.
        #expect(atExit == (flaw.isOverlookedAtExits ? nil : flaw.reason))
    }

    @Test func nothingWrongPasses() {
        #expect(Flaw.verdict([]) == .pass)
        #expect(Flaw.verdict([], isFromCode: true) == .pass)
        #expect(Flaw.verdict([], isExit: true) == .pass)
    }

    /// Of every two flaws the one that is checked first is named; so of more, too.
    @Test func knownTicketsInOrder() {
        expectOrder(Self.known, isFromCode: false)
    }

    @Test func signedTicketsInOrder() {
        expectOrder(Self.signed, isFromCode: true)
    }

    @Test func exitsInOrder() {
        let checked = Self.known.filter { !$0.isOverlookedAtExits }
        for start in checked.indices {
            let flaws = checked[start...] + Self.known.filter(\.isOverlookedAtExits)
            let reason = Flaw.verdict(Array(flaws), isExit: true).reason
            #expect(reason == checked[start].reason)
        }
    }

    private func expectOrder(_ order: [Flaw], isFromCode: Bool) {
        for (index, first) in order.enumerated() {
            for second in order[index...] {
                // Neither is a ticket canceled and unpaid at once.
                let pair = Flaw.verdict([second, first], isFromCode: isFromCode)
                #expect(pair.reason == first.reason, "\(first) before \(second)")
            }
            let rest = Flaw.verdict(Array(order[index...]), isFromCode: isFromCode)
            #expect(rest.reason == first.reason)
        }
    }
}

@Suite struct PaymentTests {
    /// Passes with a list that includes pending where the scan says so, or by the ticket alone.
    @Test(arguments: [false, true], [false, true]) func unpaid(_ includes: Bool, _ ignores: Bool) {
        let list = DoorList(id: 1, name: "Door", includesPending: includes)
        for isValidIfPending in [false, true] {
            let ticket = DoorTicket(
                status: .unpaid, isValidIfPending: isValidIfPending, product: 1)
            let passes = isValidIfPending || (includes && ignores)
            for isExit in [false, true] {
                let verdict = decided(ticket, on: list, isExit: isExit, ignoresUnpaid: ignores)
                #expect(verdict.reason == (passes ? nil : .unpaid))
            }
        }
    }

    @Test func approvalIsAskedOfUnpaidOrdersOnly() {
        #expect(decided(DoorTicket(requiresApproval: true, product: 1)) == .pass)
        let pending = DoorTicket(
            status: .unpaid, requiresApproval: true, isValidIfPending: true, product: 1)
        #expect(decided(pending).reason == .unapproved)
    }

    @Test func cancellationIsNotOverlooked() {
        let list = DoorList(id: 1, name: "Door", includesPending: true)
        let ticket = DoorTicket(status: .canceled, isValidIfPending: true, product: 1)
        #expect(decided(ticket, on: list, ignoresUnpaid: true).reason == .canceled)
    }
}

@Suite struct ValidityTests {
    /// Both ends belong to it.
    @Test(
        arguments: [
            (nil, nil, true), (0, 0, true), (-1, 1, true), (1, nil, false), (nil, -1, false),
            (1, -1, false),
        ] as [(Int64?, Int64?, Bool)])
    func ends(_ from: Int64?, _ until: Int64?, _ passes: Bool) {
        let ticket = DoorTicket(
            product: 1, validFrom: from.map { now + $0 }, validUntil: until.map { now + $0 })
        #expect(decided(ticket).reason == (passes ? nil : .invalidTime))
        #expect(decided(ticket, isExit: true) == .pass)
    }

    @Test func listsOfAllSessionsTakeEverySession() {
        for session: UInt64? in [nil, 1, 2] {
            #expect(decided(DoorTicket(product: 1, session: session)) == .pass)
            let list = DoorList(id: 1, name: "Day 2", session: 2)
            let verdict = decided(DoorTicket(product: 1, session: session), on: list)
            #expect(verdict.reason == (session == 2 ? nil : .invalid))
        }
    }

    @Test func aListWithoutProductsAdmitsNone() {
        let list = DoorList(id: 1, name: "Door", products: [])
        #expect(decided(DoorTicket(product: 1), on: list).reason == .product)
    }

    @Test func questionsHinderWhereTheyCanBeAsked() {
        let ticket = DoorTicket(isIncomplete: true, product: 1)
        #expect(decided(ticket).reason == .incomplete)
        #expect(decided(ticket, supportsQuestions: false) == .pass)
        #expect(decided(ticket, isExit: true) == .pass)
    }
}

@Suite struct RepetitionTests {
    /// Earlier scans as letters in order of time, `e` in and `x` out.
    static func history(_ letters: String) -> [PastScan] {
        letters.enumerated().map { PastScan(isExit: $1 == "x", at: now - 100 + Int64($0)) }
    }

    @Test(arguments: [
        // history, entries, multiple, after exit, passes
        ("", 1, false, false, true), ("e", 1, false, false, false), ("e", 1, false, true, false),
        ("e", 1, true, false, true), ("ex", 1, false, true, true), ("ex", 1, false, false, false),
        ("exe", 1, false, true, false), ("x", 1, false, false, true), ("xx", 1, false, false, true),
        ("xe", 1, false, true, false), ("exx", 1, false, true, true), ("ee", 1, true, false, true),
        ("e", 2, false, false, true), ("ee", 2, false, false, false), ("ee", 2, false, true, false),
        ("eex", 2, false, true, true), ("eex", 2, false, false, false),
        ("ex", 2, false, false, true),
        ("exe", 2, false, false, false), ("eexe", 2, false, true, false),
        ("eeeee", 6, false, false, true), ("eeeeee", 6, false, false, false),
        ("", 0, false, false, true), ("e", 0, false, false, false), ("", -5, false, false, true),
    ])
    func entries(
        _ letters: String, _ entries: Int, _ multiple: Bool, _ afterExit: Bool, _ passes: Bool
    ) {
        let list = DoorList(
            id: 1, name: "Door", allowsMultipleEntries: multiple, allowsEntryAfterExit: afterExit)
        let ticket = DoorTicket(product: 1, entries: entries)
        let history = Self.history(letters)
        #expect(
            decided(ticket, on: list, history: history).reason == (passes ? nil : .alreadyRedeemed))
        // Reports come in any order; leaving is always allowed.
        let reversed = decided(ticket, on: list, history: history.reversed())
        #expect(reversed.reason == (passes ? nil : .alreadyRedeemed))
        #expect(decided(ticket, on: list, isExit: true, history: history) == .pass)
    }

    @Test func ofTwoAtOneMomentTheLaterInTheArrayIsTheLast() {
        let scans = [PastScan(at: now), PastScan(isExit: true, at: now)]
        #expect(decided(DoorTicket(product: 1), history: scans) == .pass)
        #expect(
            decided(DoorTicket(product: 1), history: scans.reversed()).reason == .alreadyRedeemed)
    }

    @Test(arguments: [Int64.min, .max]) func noTimeTraps(_ at: Int64) throws {
        let berlin = try Zones.named("Europe/Berlin")
        let rules = try JSONValue.parse(
            #"{"and":[{"isBefore":[{"var":"now"},{"buildTime":["date_to"]}]},"#
                + #"{"<":[{"var":"minutes_since_last_entry"},5]},{"<":[{"var":"entries_days"},9]},"#
                + #"{"isAfter":[{"var":"now"},{"buildTime":["customtime","12:00"]},60]}]}"#)
        let verdict = decide(
            DoorTicket(product: 1, validFrom: at, validUntil: at),
            on: DoorList(id: 1, name: "Door", rules: rules),
            at: DoorEvent(zone: berlin, from: at, until: at),
            scan: DoorScan(at: at), history: [PastScan(at: .max), PastScan(at: .min)])
        // Both ends of the calendar have no room for the tolerance, or the event is not before now.
        #expect(verdict.reason == .rules)
    }
}
