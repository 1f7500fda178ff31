import MeshConsensus
import MeshModel
import Testing

@Suite struct RegisterKeeperTests {
    /// A keeper at epoch 5 whose first change is recorded.
    private func settled(inSync: [UInt8] = [1, 2], voters: [UInt8] = [1, 2, 3]) -> RegisterKeeper {
        var keeper = RegisterKeeper(
            adopting: register(4, 7, inSync: inSync, voters: voters), host: kiosk(1), epoch: 5)
        for number in voters { _ = keeper.accept(from: voter(number), epoch: 5, version: 8) }
        return keeper
    }

    @Test func recordsTheAdoptedRegisterAnewAtItsOwnEpoch() {
        var keeper = RegisterKeeper(
            adopting: register(4, 7, inSync: [2, 1], voters: [1, 2, 3]), host: kiosk(1), epoch: 5)
        #expect(keeper.newest.epoch == 5)
        #expect(keeper.newest.version == 8)
        #expect(keeper.newest.host == kiosk(1))
        #expect(!keeper.isRecorded(at: 5))
        #expect(keeper.accept(from: voter(1), epoch: 5, version: 8) == nil)
        #expect(keeper.accept(from: voter(1), epoch: 5, version: 8) == nil)
        #expect(keeper.accept(from: voter(3), epoch: 5, version: 8)?.version == 8)
        #expect(keeper.isRecorded(at: 5))
        #expect(keeper.inFlight.isEmpty)
    }

    @Test func whileChangingTheUnionIsRequired() {
        var keeper = settled()
        #expect(keeper.required(dropping: []) == [member(1), member(2)])
        #expect(keeper.propose(inSync: [member(1)])?.version == 9)
        #expect(keeper.propose(inSync: [member(1), member(3)])?.version == 10)
        #expect(keeper.required(dropping: []) == [member(1), member(2), member(3)])
        #expect(
            keeper.required(dropping: .oldSetWhileChanging) == [member(1), member(3)])
        #expect(
            keeper.required(dropping: .newSetWhileChanging) == [member(1), member(2)])
        _ = keeper.accept(from: voter(1), epoch: 5, version: 10)
        #expect(keeper.accept(from: voter(2), epoch: 5, version: 10)?.version == 10)
        #expect(keeper.required(dropping: []) == [member(1), member(3)])
    }

    @Test func onlyTheNewestChangeIsCounted() {
        var keeper = settled()
        _ = keeper.propose(inSync: [member(1)])
        _ = keeper.accept(from: voter(1), epoch: 5, version: 9)
        _ = keeper.propose(inSync: [member(1), member(3)])
        // An answer to the version before, another epoch or a version never sent counts nothing,
        // and acceptances of the version before are not carried over.
        #expect(keeper.accept(from: voter(2), epoch: 5, version: 9) == nil)
        #expect(keeper.accept(from: voter(2), epoch: 4, version: 10) == nil)
        #expect(keeper.accept(from: voter(2), epoch: 5, version: 11) == nil)
        #expect(keeper.accept(from: voter(2), epoch: 5, version: 10) == nil)
        #expect(keeper.accept(from: voter(3), epoch: 5, version: 10)?.version == 10)
    }

    @Test func strangersAndForgottenVotersDoNotCount() {
        var keeper = settled()
        _ = keeper.propose(inSync: [member(1)])
        #expect(keeper.accept(from: voter(1), epoch: 5, version: 9) == nil)
        #expect(keeper.accept(from: voter(4), epoch: 5, version: 9) == nil)
        #expect(keeper.accept(from: voter(2, 99), epoch: 5, version: 9) == nil)
        #expect(keeper.accept(from: voter(2), epoch: 5, version: 9) != nil)
    }

    @Test func noVoterChangeWhileAnythingIsInFlight() {
        var keeper = settled(voters: [1, 2, 3])
        #expect(keeper.propose(inSync: [member(1)]) != nil)
        #expect(keeper.propose(voters: [voter(1), voter(2)]) == nil)
        _ = keeper.accept(from: voter(1), epoch: 5, version: 9)
        _ = keeper.accept(from: voter(2), epoch: 5, version: 9)
        #expect(keeper.propose(voters: [voter(1), voter(2)]) != nil)
        #expect(keeper.propose(voters: [voter(1)]) == nil)
    }

    /// Voters proposed after 1, 2, 3, and whether that is one step.
    static let steps: [([Voter], Bool)] = [
        ([voter(1), voter(2), voter(3)], false),
        ([voter(1), voter(2)], true),
        ([voter(1), voter(2), voter(3), voter(4)], true),
        ([voter(1), voter(2), voter(4)], false),
        ([voter(1), voter(2), voter(3, 9)], false),
        ([voter(1)], false),
        ([voter(1), voter(2), voter(3), voter(4), voter(5)], false),
        ([], false),
    ]

    @Test(arguments: steps) func votersChangeByOne(_ step: ([Voter], Bool)) {
        var keeper = settled(voters: [1, 2, 3])
        #expect((keeper.propose(voters: step.0) != nil) == step.1)
    }

    @Test func anEmptySetIsNeverProposed() {
        var keeper = settled()
        #expect(keeper.propose(inSync: []) == nil)
    }

    @Test func aVoterChangeNeedsBothMajorities() {
        // 1, 2, 3 → 1, 2, 3, 4: three of the four, two of the three among them.
        var growing = settled(voters: [1, 2, 3])
        _ = growing.propose(voters: [1, 2, 3, 4].map { voter($0) })
        #expect(growing.accept(from: voter(4), epoch: 5, version: 9) == nil)
        #expect(growing.accept(from: voter(1), epoch: 5, version: 9) == nil)
        #expect(growing.accept(from: voter(2), epoch: 5, version: 9) != nil)
        // 1, 2 → 1: the one that stays is a majority of the new set, not of the old one.
        var shrinking = settled(voters: [1, 2])
        _ = shrinking.propose(voters: [voter(1)])
        #expect(shrinking.accept(from: voter(1), epoch: 5, version: 9) == nil)
        #expect(shrinking.accept(from: voter(2), epoch: 5, version: 9) != nil)
        // 1 → 1, 2: the old one alone is not enough.
        var second = settled(voters: [1])
        _ = second.propose(voters: [voter(1), voter(2)])
        #expect(second.accept(from: voter(1), epoch: 5, version: 9) == nil)
        #expect(second.accept(from: voter(2), epoch: 5, version: 9) != nil)
    }

    @Test func changesInFlightAreBounded() {
        var keeper = settled()
        for number in 0..<RegisterKeeper.maximumInFlight {
            let other = member(UInt8(number % 2 + 2))
            #expect(keeper.propose(inSync: [member(1), other]) != nil)
        }
        #expect(keeper.propose(inSync: [member(1)]) == nil)
        #expect(keeper.inFlight.count == RegisterKeeper.maximumInFlight)
    }
}
