import MeshConsensus
import MeshLedger
import MeshModel
import MeshNode
import Testing

@Suite struct FailoverTranscripts {
    /// Two kiosks with storage and a witness, settled, with tickets.
    private func venue() -> Venue {
        let venue = Venue("ab", witnesses: "c")
        venue.open()
        venue.stock(1...3, at: "a")
        return venue
    }

    @Test func anUnacknowledgedBlockIsInherited() throws {
        let venue = venue()
        venue.transcript.note("the block reaches b's disk, the host dies before it hears of that")
        venue.redeem(1, as: 10, at: "a")
        venue.run(milliseconds: 3)
        venue.cutPower("a")
        let isServing = venue.run { $0["b"].node?.isServing ?? false }
        #expect(isServing)
        venue.run(milliseconds: 20)
        venue.transcript.note("the inherited redemption counts")
        venue.redeem(1, as: 11, at: "c")
        venue.run(milliseconds: 20)
        venue.sayWhere()
        try expectGolden(venue.transcript.text, "failover-inherits-a-block")
    }

    @Test func aRepeatAfterAFailoverGetsTheSameAnswer() throws {
        let venue = venue()
        venue.transcript.note("c asks; the host dies when the block is on both disks")
        venue.redeem(2, as: 10, at: "c")
        venue.run(milliseconds: 5)
        venue.cutPower("a")
        venue.run(milliseconds: 1500)
        venue.transcript.note("and again, later, through b")
        venue.redeem(2, as: 10, at: "b")
        venue.run(milliseconds: 20)
        venue.sayWhere()
        try expectGolden(venue.transcript.text, "repeat-after-failover")
    }

    /// The silence that cost the host its reign counts: the new one does not wait for a second.
    @Test func aSilentHostLeavesTheSetWithItsReign() {
        let venue = venue()
        venue.unlink("a", "b")
        venue.unlink("a", "c")
        venue.run(milliseconds: 1500)
        #expect(venue["b"].node?.isServing == true)
        #expect(venue["b"].node?.term?.keeper.recorded.inSync.map(\.kiosk) == [Venue.id("b")])
    }

    /// A member that follows a later host already hands over that host's blocks too.
    @Test func aHostThatGathersALaterEpochStepsDown() throws {
        let venue = venue()
        venue.unlink("a", "b")
        venue.unlink("a", "c")
        #expect(venue.run { $0["b"].node?.term?.phase == .collecting })
        let ledger = try #require(venue["b"].node?.ledger)
        let later = PlainAuthor().seal(
            BlockBody(
                chain: ChainID(origin: Venue.id("a"), incarnation: 1, epoch: 3), sequence: 0,
                parent: ledger.tip, parentHash: ledger.tipHash, seen: ledger.vector.entries,
                committed: nil, copies: 2, records: []))
        let a = Venue.id("a")
        venue.input(.message(.blocks([later]), from: a), at: "b")
        #expect(venue["b"].node?.ledger.tip == later.position)
        let vector = try #require(venue["b"].node?.ledger.vector)
        venue.input(
            .message(.collected(epoch: 2, logIncarnation: 1, vector: vector), from: a), at: "b")
        #expect(venue["b"].node?.term == nil)
    }

    @Test func aBlockThatReachedNobodyIsVoid() throws {
        let venue = venue()
        venue.transcript.note("the host is cut off and writes a block that nobody hears of")
        venue.unlink("a", "b")
        venue.unlink("a", "c")
        venue.redeem(3, as: 10, at: "a")
        venue.run(milliseconds: 10)
        venue.mute { venue.run(milliseconds: 2500) }
        venue.transcript.note("b serves meanwhile")
        venue.redeem(3, as: 11, at: "b")
        venue.run(milliseconds: 20)
        venue.link("a", "b")
        venue.link("a", "c")
        venue.run(milliseconds: 1500)
        venue.sayWhere()
        try expectGolden(venue.transcript.text, "void-tail")
    }

    @Test func anAppendBelowTheFenceIsRefused() throws {
        let venue = venue()
        venue.transcript.note("b has promised epoch 9 to c, and the host does not know")
        venue.input(.message(.prepare(epoch: 9), from: Venue.id("c")), at: "b")
        venue.redeem(1, as: 10, at: "a")
        venue.run(milliseconds: 10)
        venue.sayWhere()
        try expectGolden(venue.transcript.text, "append-below-the-fence")
    }

    @Test func aWholeVenueRestarts() throws {
        let venue = venue()
        venue.mute { venue.redeem(1, as: 10, at: "c") }
        venue.transcript.note("the power of the hall fails")
        for name in "abc" { venue.cutPower(name) }
        venue.run(milliseconds: 10_000)
        for name in "cba" { venue.start(name) }
        venue.link("a", "b")
        venue.link("a", "c")
        venue.link("b", "c")
        let isServing = venue.run { venue in
            venue.kiosks.contains { $0.node?.isServing ?? false }
        }
        #expect(isServing)
        venue.run(milliseconds: 20)
        venue.transcript.note("the old request, and the old ticket under a new one")
        venue.redeem(1, as: 10, at: "c")
        venue.redeem(1, as: 11, at: "c")
        venue.run(milliseconds: 1000)
        venue.sayWhere()
        try expectGolden(venue.transcript.text, "whole-venue-restart")
    }

    @Test func aRestartedHostDoesNotResumeItsEpoch() throws {
        let venue = Venue("a")
        venue.open()
        venue.cutPower("a")
        venue.start("a")
        venue.run(milliseconds: 50)
        venue.sayWhere()
        #expect(venue["a"].node?.term?.epoch == 2)
        try expectGolden(venue.transcript.text, "restarted-host")
    }

    @Test func theOnlyVoterTakesOverAtOnce() throws {
        let venue = Venue("ab")
        venue.open()
        venue.mute {
            venue.input(.transfer(to: Venue.id("b")), at: "a")
            venue.run(milliseconds: 1000)
        }
        venue.sayWhere()
        venue.cutPower("b")
        let began = venue.time
        let isServing = venue.run { $0["a"].node?.isServing ?? false }
        #expect(isServing)
        // Two writes of the vote file and one block, after a delay of at most 40 ms.
        #expect(venue.time - began <= 50 * Venue.millisecond)
        try expectGolden(venue.transcript.text, "only-voter-takes-over")
    }

    /// Numbers that only a broken or hostile member would send.
    @Test(arguments: [
        MeshMessage.refused(fence: .max), .preVote(epoch: .max), .prepare(epoch: .max),
        .collect(epoch: .max), .takeOver(epoch: .max),
        .record(
            Register(
                epoch: .max, version: .max, host: Venue.id("c"),
                inSync: [Member(kiosk: Venue.id("b"), incarnation: 1)],
                voters: [Voter(kiosk: Venue.id("b"), incarnation: 1)])),
        .recorded(epoch: .max, version: .max, voteIncarnation: .max),
        .appended(epoch: 1, logIncarnation: 1, length: .max),
        .promise(epoch: .max, voteIncarnation: 1, accepted: nil),
    ])
    func absurdNumbersDoNotTrap(_ message: MeshMessage) {
        let venue = venue()
        for name in "ab" { venue.input(.message(message, from: Venue.id("c")), at: name) }
        venue.run(milliseconds: 3000)
        #expect(venue["a"].node?.ledger.blockCount ?? 0 >= 2)
    }

    @Test func aRegisterOfTheLastVersionIsAdopted() {
        var keeper = RegisterKeeper(
            adopting: Register(
                epoch: 3, version: .max, host: Venue.id("a"),
                inSync: [Member(kiosk: Venue.id("a"), incarnation: 1)],
                voters: [Voter(kiosk: Venue.id("a"), incarnation: 1)]),
            host: Venue.id("a"), epoch: 4)
        #expect(keeper.newest.isNewer(than: keeper.recorded))
        let voter = Voter(kiosk: Venue.id("a"), incarnation: 1)
        let recorded = keeper.accept(from: voter, epoch: 4, version: keeper.newest.version)
        #expect(recorded?.epoch == 4)
    }

    @Test func aHostWithoutItsVotersAcknowledgesNothing() throws {
        let venue = venue()
        venue.unlink("a", "b")
        venue.unlink("a", "c")
        venue.redeem(1, as: 10, at: "a")
        venue.run(milliseconds: 700)
        venue.transcript.note("b has the whole log, but alone it is no majority")
        venue.unlink("b", "c")
        venue.run(milliseconds: 1500)
        venue.mute { venue.run(milliseconds: 4000) }
        venue.sayWhere()
        for name in "abc" { #expect(venue[name].node?.isServing == false) }
        try expectGolden(venue.transcript.text, "no-majority")
    }
}
