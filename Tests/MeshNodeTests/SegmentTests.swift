import MeshConsensus
import MeshLedger
import MeshModel
import MeshNode
import Testing

/// Grants, doors and uploads as the core decides them.
@Suite struct SegmentTests {
    private let grant = Grant(
        name: "gala", version: 100, server: Grant.ServerReference(kind: "pretix", address: "x"),
        scope: Grant.Scope(events: ["gala"], lists: [1, 2]), operatorName: "founder", sealed: [])

    private func venue() -> Venue {
        let venue = Venue("ab")
        venue.open()
        ask(venue, 1, .grant(SignedGrant(verified: grant, bytes: [1])))
        return venue
    }

    @discardableResult
    private func ask(_ venue: Venue, _ request: UInt64, _ body: RequestBody) -> Outcome? {
        venue.ask("a", request, body)
        venue.run(milliseconds: 60)
        return venue.answers[Venue.id(request)]
    }

    private func page(
        _ step: SegmentStep, event: String = "gala", _ tickets: [Ticket] = [],
        definition: EventDefinition? = nil
    ) -> RequestBody {
        .segmentPage(
            SegmentPage(
                progress: SegmentProgress(
                    segment: "gala", event: event, grant: 100, step: step, at: 5),
                definition: definition, tickets: tickets))
    }

    private let definition = EventDefinition(
        slug: "gala", name: "Gala",
        lists: [
            CheckInList(id: 1, name: "Main"), CheckInList(id: 2, name: "VIP", products: [7]),
            CheckInList(id: 3, name: "Other"),
        ], issuers: [Issuer(scheme: .pretixSig1, key: .zero)])

    private func ticket(
        _ number: UInt64, code: UInt64? = nil, marks: TicketMarks = [], product: UInt64 = 1
    ) -> Ticket {
        let hash = code.map { Key16(high: 8, low: $0) } ?? Venue.id(number)
        return Ticket(
            id: Venue.id(number), credentials: [Credential(kind: .qr, hash: hash)],
            event: "gala", contentDigest: number ^ UInt64(marks.rawValue), segment: "gala",
            marks: marks, productID: product)
    }

    private func open(_ venue: Venue) {
        ask(venue, 2, page(.mark, event: ""))
        ask(venue, 3, page(.download, [ticket(1), ticket(2)], definition: definition))
        ask(venue, 4, page(.ready, [ticket(3, marks: .outside)]))
        ask(venue, 5, page(.ready, event: ""))
    }

    private func scan(
        _ venue: Venue, _ request: UInt64, _ number: UInt64, list: ListID? = nil,
        exit: Bool = false
    ) -> Outcome? {
        ask(
            venue, request,
            .redeem(
                Scan(Venue.id(number), direction: exit ? .exit : .entry, list: list)))
    }

    private func verdict(_ outcome: Outcome?) -> Verdict? {
        if case .decided(let answer) = outcome { return answer.decision.verdict }
        return nil
    }

    @Test func nothingIsDecidedBeforeTheDataIsThere() {
        let venue = venue()
        #expect(scan(venue, 10, 1) == .unavailable(.staleData))
        ask(venue, 3, page(.download, [ticket(1)], definition: definition))
        #expect(scan(venue, 11, 1) == .unavailable(.staleData))
        open(venue)
        #expect(verdict(scan(venue, 12, 1)) == .redeemed)
        #expect(scan(venue, 13, 99) == .refused(.invalid, candidates: []))
    }

    @Test func listsAreKeptApartAndOthersRefused() {
        let venue = venue()
        open(venue)
        #expect(verdict(scan(venue, 10, 1)) == .redeemed)
        #expect(verdict(scan(venue, 11, 1)) == .rejected(.alreadyRedeemed))
        #expect(verdict(scan(venue, 12, 1, list: 2)) == .rejected(.product))
        #expect(verdict(scan(venue, 13, 1, list: 3)) == .rejected(.notAuthorized))
        #expect(verdict(scan(venue, 14, 1, list: 9)) == .rejected(.invalid))
        #expect(verdict(scan(venue, 15, 1, exit: true)) == .redeemed)
        #expect(verdict(scan(venue, 16, 1)) == .redeemed)
        #expect(verdict(scan(venue, 17, 3)) == .rejected(.notAuthorized))
    }

    @Test func marksOfTheGrantBeforeRefuseNothing() {
        let venue = venue()
        open(venue)
        #expect(verdict(scan(venue, 10, 3)) == .rejected(.notAuthorized))
        var wider = grant
        wider.version = 200
        ask(venue, 11, .grant(SignedGrant(verified: wider, bytes: [2])))
        // The new one may cover it: nobody can say before it was marked anew.
        #expect(scan(venue, 12, 3) == .unavailable(.staleData))
        #expect(scan(venue, 13, 1) == .unavailable(.staleData))
    }

    @Test func whatIsDecidedBehindAGrantIsDecidedUnderIt() throws {
        let venue = venue()
        open(venue)
        var narrower = grant
        narrower.version = 200
        narrower.scope.events = ["other"]
        venue.ask("a", 10, .grant(SignedGrant(verified: narrower, bytes: [2])))
        for number in 11...14 { venue.ask("a", UInt64(number), .redeem(Scan(Venue.id(1)))) }
        venue.run(milliseconds: 60)
        #expect(venue.answers[Venue.id(10)] == .done)
        for number in 11...14 {
            #expect(verdict(venue.answers[Venue.id(UInt64(number))]) == .rejected(.notAuthorized))
        }
    }

    @Test func aWithdrawnGrantRedeemsNothing() {
        let venue = venue()
        open(venue)
        var withdrawn = grant
        withdrawn.version = 200
        withdrawn.isWithdrawn = true
        ask(venue, 20, .grant(SignedGrant(verified: withdrawn, bytes: [2])))
        #expect(verdict(scan(venue, 21, 1)) == .rejected(.notAuthorized))
        #expect(
            ask(venue, 22, .grant(SignedGrant(verified: grant, bytes: [1]))) == .denied(.olderGrant)
        )
        #expect(ask(venue, 23, page(.ready)) == .denied(.grantChanged))
    }

    @Test func oneEventBelongsToOneGrant() {
        let venue = venue()
        var other = grant
        other.name = "late"
        #expect(
            ask(venue, 2, .grant(SignedGrant(verified: other, bytes: [2])))
                == .denied(.eventCovered(by: "gala")))
        // Nor once it was withdrawn: what was redeemed under it would be open again.
        open(venue)
        #expect(verdict(scan(venue, 40, 1)) == .redeemed)
        var withdrawn = grant
        withdrawn.version = 200
        withdrawn.isWithdrawn = true
        ask(venue, 41, .grant(SignedGrant(verified: withdrawn, bytes: [7])))
        #expect(
            ask(venue, 42, .grant(SignedGrant(verified: other, bytes: [2])))
                == .denied(.eventCovered(by: "gala")))
        other.scope.events = ["series"]
        #expect(ask(venue, 3, .grant(SignedGrant(verified: other, bytes: [3]))) == .done)
    }

    @Test func aTicketFromItsCodeIsRedeemedOnce() {
        let venue = venue()
        open(venue)
        let code = Scan(Key16(high: 8, low: 50), sealedCode: [50])
        // Both at once: the second is decided while the first is still being stored.
        venue.ask("a", 30, .redeem(code))
        venue.ask("a", 31, .redeem(code))
        venue.run(milliseconds: 60)
        let both = [30, 31].map { verdict(venue.answers[Venue.id($0)]) }
        #expect(both == [.redeemed, .rejected(.alreadyRedeemed)])
        // The server's own word comes later, under another name: what was redeemed stays so.
        ask(venue, 32, page(.ready, [ticket(60, code: 50)]))
        #expect(verdict(ask(venue, 33, .redeem(code))) == .rejected(.alreadyRedeemed))
        let state = venue["a"].node?.ledger.state
        #expect(state?.catalogue[Venue.id(60)]?.uses.count == 1)
    }

    @Test func theServersWordMayPassADecisionFromTheCode() {
        let venue = venue()
        open(venue)
        let code = Scan(Key16(high: 8, low: 51), sealedCode: [51])
        venue.ask("a", 40, page(.ready, [ticket(61, code: 51)]))
        venue.ask("a", 41, .redeem(code))
        venue.run(milliseconds: 2)
        venue.ask("b", 42, .redeem(code))
        venue.run(milliseconds: 100)
        let redeemed = [41, 42].filter { verdict(venue.answers[Venue.id($0)]) == .redeemed }
        #expect(redeemed.count == 1)
        #expect(venue["a"].node?.ledger.state.redeemedCount == 1)
    }

    @Test func factsWaitUntilTheyHaveAReceipt() {
        let venue = venue()
        open(venue)
        _ = scan(venue, 10, 1)
        _ = scan(venue, 11, 1)
        ask(venue, 12, .annul(Venue.id(10), reason: "jam"))
        #expect(ask(venue, 13, .annul(Venue.id(10), reason: "jam")) == .denied(.alreadyAnnulled))
        #expect(ask(venue, 14, .annul(Venue.id(11), reason: "x")) == .denied(.unknownRedemption))
        #expect(verdict(scan(venue, 15, 1)) == .redeemed)
        var uploads = venue["a"].node?.ledger.state.segments["gala"]?.uploads
        #expect(uploads?.next(10) == [10, 11, 12, 15].map { Venue.id($0) })
        ask(
            venue, 16,
            .receipts([
                Receipt(fact: Venue.id(10), result: .sent),
                Receipt(fact: Venue.id(12), result: .quarantined("no")),
            ]))
        uploads = venue["a"].node?.ledger.state.segments["gala"]?.uploads
        #expect(uploads?.next(10) == [11, 15].map { Venue.id($0) })
        #expect(uploads?.quarantined.map(\.words) == ["no"])
        ask(venue, 17, .receipts([Receipt(fact: Venue.id(12), result: .retried)]))
        uploads = venue["a"].node?.ledger.state.segments["gala"]?.uploads
        #expect(uploads?.pendingCount == 3 && uploads?.quarantined.isEmpty == true)
        #expect(uploads?.next(10) == [11, 12, 15].map { Venue.id($0) }, "each of them once")
        // A refusal of the first attempt that comes late does not undo the retry.
        var refused = Receipt(fact: Venue.id(12), result: .quarantined("no"))
        ask(venue, 18, .receipts([refused]))
        uploads = venue["a"].node?.ledger.state.segments["gala"]?.uploads
        #expect(uploads?.pendingCount == 3 && uploads?.quarantined.isEmpty == true)
        refused.attempt = uploads?.attempt(of: refused.fact) ?? 0
        ask(venue, 19, .receipts([refused]))
        uploads = venue["a"].node?.ledger.state.segments["gala"]?.uploads
        #expect(uploads?.pendingCount == 2 && uploads?.quarantined.count == 1)
        // That the server has it is the last word, also of what it refused before.
        ask(venue, 20, .receipts([Receipt(fact: Venue.id(12), result: .alreadyKnown), refused]))
        uploads = venue["a"].node?.ledger.state.segments["gala"]?.uploads
        #expect(uploads?.pendingCount == 2 && uploads?.quarantined.isEmpty == true)
        #expect(uploads?.sentCount == 1 && uploads?.knownCount == 1)
    }

    @Test func aRequestIdBelongsToItsCode() {
        let venue = venue()
        open(venue)
        #expect(verdict(scan(venue, 10, 1)) == .redeemed)
        #expect(verdict(scan(venue, 10, 1)) == .redeemed)
        #expect(scan(venue, 10, 2) == .denied(.otherRequest))
    }
}
