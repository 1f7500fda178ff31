import MeshConsensus
import MeshLedger
import MeshModel
import MeshNode
import Testing

/// A disk that is full or hangs while its kiosk goes on talking.
@Suite struct StuckDiskTests {
    @Test func aMemberLeavesTheSetAndStaysOut() {
        let venue = Venue("abc")
        venue.open()
        venue.stock(1...4, at: "a")
        venue["c"].isDiskStuck = true
        venue.redeem(1, as: 10, at: "b")
        #expect(venue.run { $0["a"].node?.ledger.state.redeemedCount == 1 })
        #expect(venue["a"].node?.term != nil)
        // It heard everything and has nothing of it: it must not be taken in again.
        venue.run(milliseconds: 3000)
        let set = venue["a"].node?.term?.keeper.recorded.inSync.map(\.kiosk)
        #expect(set == [Venue.id("a"), Venue.id("b")])
        venue.redeem(2, as: 11, at: "b")
        venue.run(milliseconds: 50)
        #expect(venue["a"].node?.ledger.state.redeemedCount == 2)
    }

    @Test func aHostHandsTheReignOverByStandingStill() {
        let venue = Venue("abc")
        venue.open()
        venue.stock(1...4, at: "a")
        venue["a"].isDiskStuck = true
        venue.redeem(1, as: 10, at: "b")
        #expect(
            venue.run { venue in
                "bc".contains { venue[$0].node?.ledger.state.redeemedCount == 1 }
            })
        #expect(venue["a"].node?.term == nil)
        #expect("bc".contains { venue[$0].node?.isServing ?? false })
    }

    /// Something always waits then; that alone must not make a host say that it does not serve.
    @Test func steadyLoadIsNotStuck() {
        let venue = Venue("ab")
        venue.open()
        venue.stock(1...2, at: "a")
        venue.transcript.isMuted = true
        for number in 0..<3000 as Range<UInt64> {
            venue.redeem(1, as: 100 + number, at: "a")
            venue.run(milliseconds: 1)
        }
        #expect(venue["a"].node?.isServing == true)
    }

    @Test func anOperatorTakesTheReignFromALivingHost() {
        let venue = Venue("abc")
        venue.open()
        venue.input(.takeOver, at: "b")
        #expect(venue.run { $0["b"].node?.isServing ?? false })
        #expect(venue["a"].node?.term == nil)
    }
}
