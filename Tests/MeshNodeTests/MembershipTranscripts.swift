import MeshConsensus
import MeshModel
import MeshNode
import Testing

@Suite struct MembershipTranscripts {
    @Test func aLearnerJoinsAndGrowsTheSet() throws {
        let venue = Venue("ab")
        venue.transcript.isMuted = true
        venue.start("a")
        venue.run(milliseconds: 100)
        venue.importTickets(1...2, as: 1, at: "a")
        venue.run(milliseconds: 100)
        venue.redeem(1, as: 2, at: "a")
        venue.run(milliseconds: 100)
        venue.transcript.isMuted = false
        venue.sayWhere()
        venue.start("b")
        venue.link("a", "b")
        venue.run(milliseconds: 700)
        venue.transcript.note("now a redemption needs both disks")
        venue.redeem(2, as: 3, at: "b")
        venue.run(milliseconds: 20)
        venue.sayWhere()
        try expectGolden(venue.transcript.text, "learner-joins")
    }

    /// The register that names b reached c and not b, then the host was gone for good; the link of
    /// b and c never closed, so that no greeting told b.
    @Test func aMemberThatNeverHeardThatItJoinedTakesOver() {
        let venue = Venue("ab", witnesses: "c")
        let register = Register(
            epoch: 1, version: 4, host: Venue.id("a"),
            inSync: [Member(kiosk: Venue.id("a"), incarnation: 1)],
            voters: "abc".map { Voter(kiosk: Venue.id($0), incarnation: 1) })
        for name in "bc" {
            venue[name].vote.accepted = register
            venue.start(name)
        }
        venue.link("b", "c")
        venue.run(milliseconds: 10)
        var newer = register
        newer.version = 5
        newer.inSync.append(Member(kiosk: Venue.id("b"), incarnation: 1))
        venue.input(.message(.record(newer), from: Venue.id("a")), at: "c")
        #expect(venue.run { $0["b"].node?.isServing ?? false })
    }

    @Test func votersAreAddedOneAtATime() throws {
        let venue = Venue("ab", witnesses: "c")
        venue.transcript.isMuted = true
        venue.start("a")
        venue.run(milliseconds: 100)
        venue.start("b")
        venue.link("a", "b")
        venue.run(milliseconds: 1000)
        venue.transcript.isMuted = false
        venue.sayWhere()
        venue.start("c")
        venue.link("a", "c")
        venue.run(milliseconds: 1000)
        venue.sayWhere()
        try expectGolden(venue.transcript.text, "voters-one-at-a-time")
    }

    @Test func aSilentMemberLeavesTheSet() throws {
        let venue = Venue("ab", witnesses: "c")
        venue.open()
        venue.stock(1...2, at: "a")
        venue.unlink("a", "b")
        venue.redeem(1, as: 10, at: "c")
        venue.run(milliseconds: 1500)
        venue.sayWhere()
        try expectGolden(venue.transcript.text, "silent-member")
    }

    @Test func theReignIsHandedOver() throws {
        let venue = Venue("ab", witnesses: "c")
        venue.open()
        venue.stock(1...2, at: "a")
        venue.redeem(1, as: 10, at: "c")
        venue.input(.transfer(to: Venue.id("b")), at: "a")
        venue.run(milliseconds: 300)
        venue.redeem(2, as: 11, at: "c")
        venue.run(milliseconds: 20)
        venue.sayWhere()
        try expectGolden(venue.transcript.text, "transfer")
    }

    @Test func theReignIsNotHandedToWhoCannotTakeIt() {
        let venue = Venue("ab", witnesses: "c")
        venue.open()
        let node = venue["a"].node
        #expect(node?.transferProblem(Venue.id("a")) != nil)
        #expect(node?.transferProblem(Venue.id("b")) == nil)
        #expect(node?.transferProblem(Venue.id("c")) != nil)
        #expect(venue["b"].node?.transferProblem(Venue.id("a")) != nil)
    }
}
