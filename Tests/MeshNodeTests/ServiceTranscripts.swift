import MeshLedger
import MeshModel
import MeshNode
import Testing

@Suite struct ServiceTranscripts {
    @Test func foundingAndFirstRedemption() throws {
        let venue = Venue("a")
        venue.start("a")
        venue.run(milliseconds: 50)
        venue.importTickets(1...2, as: 1, at: "a")
        venue.run(milliseconds: 10)
        venue.redeem(1, as: 2, at: "a")
        venue.run(milliseconds: 10)
        venue.transcript.note("the same ticket again, under another request id")
        venue.redeem(1, as: 3, at: "a")
        venue.run(milliseconds: 10)
        venue.transcript.note("the same request id again")
        venue.redeem(1, as: 2, at: "a")
        venue.run(milliseconds: 10)
        venue.transcript.note("a code nobody knows")
        venue.redeem(99, as: 4, at: "a")
        venue.run(milliseconds: 10)
        venue.sayWhere()
        try expectGolden(venue.transcript.text, "founding-and-first-redemption")
    }

    @Test func twoScansOfOneTicketAtOnce() throws {
        let venue = Venue("ab")
        venue.open()
        venue.stock(1...2, at: "a")
        venue.redeem(1, as: 10, at: "a")
        venue.redeem(1, as: 11, at: "b")
        venue.redeem(2, as: 12, at: "b")
        venue.run(milliseconds: 50)
        venue.sayWhere()
        try expectGolden(venue.transcript.text, "two-scans-of-one-ticket")
    }

    @Test func theImportOfTickets() throws {
        let venue = Venue("a")
        venue.limits.importTickets = 3
        venue.open()
        venue.importTickets(1...3, as: 1, at: "a")
        venue.run(milliseconds: 10)
        venue.transcript.note("the same again, one row changed, one new")
        let rows = [Venue.ticket(2), Venue.ticket(3, digest: 2), Venue.ticket(4)]
        venue.ask("a", 2, .importTickets(rows))
        venue.run(milliseconds: 10)
        venue.transcript.note("nothing new")
        venue.ask("a", 3, .importTickets(rows))
        venue.run(milliseconds: 10)
        venue.transcript.note("more than one request may carry")
        venue.importTickets(1...4, as: 4, at: "a")
        venue.run(milliseconds: 10)
        try expectGolden(venue.transcript.text, "import")
    }

    @Test func requestsWaitForAHostAndThenGiveUp() throws {
        let venue = Venue("a", witnesses: "b")
        venue.transcript.note("b is alone")
        venue.start("b")
        venue.redeem(1, as: 10, at: "b")
        venue.run(milliseconds: 5200)
        try expectGolden(venue.transcript.text, "no-host")
    }

    @Test func unknownCodesAreCountedByMinute() throws {
        let venue = Venue("a")
        venue.open()
        let before = venue["a"].log.count
        for number in 0..<500 as Range<UInt64> { venue.redeem(900, as: 100 + number, at: "a") }
        venue.run(milliseconds: 1000)
        #expect(venue["a"].log.count == before)
        venue.mute { venue.run(milliseconds: 60_000) }
        #expect(venue["a"].log.count == before + 1)
        #expect(venue["a"].log.last?.body.records.count == 1)
        #expect(venue["a"].node?.ledger.state.unknownCodeCount == 500)
    }

    @Test func aCodeOfSeveralTicketsIsAmbiguous() throws {
        let venue = Venue("a")
        venue.open()
        var twin = Venue.ticket(2)
        twin.credentials.append(Credential(kind: .account, hash: Venue.id(50)))
        var other = Venue.ticket(1)
        other.credentials.append(Credential(kind: .idNumber, hash: Venue.id(50)))
        venue.mute { venue.ask("a", 1, .importTickets([twin, other])) }
        venue.redeem(50, as: 10, at: "a")
        venue.transcript.note("the kind tells them apart")
        venue.ask("a", 11, .redeem(Scan(Venue.id(50), kind: .account)))
        venue.run(milliseconds: 10)
        try expectGolden(venue.transcript.text, "ambiguous")
    }

    @Test func theSameScriptGivesTheSameTranscript() {
        #expect(day() == day())
    }

    private func day() -> String {
        let venue = Venue("ab", witnesses: "c")
        venue.open()
        venue.stock(1...3, at: "b")
        for number in 1...3 as ClosedRange<UInt64> {
            venue.redeem(number, as: 10 + number, at: "c")
        }
        venue.cutPower("a")
        venue.run(milliseconds: 3000)
        return venue.transcript.text
    }
}
