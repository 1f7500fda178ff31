import MeshConsensus
import MeshModel
import Testing

/// Promises of voters with the register that each accepted, and what the candidate makes of them.
struct Election: Sendable, CustomTestStringConvertible {
    let name: String
    var known = register(3, 1, inSync: [1, 2], voters: [1, 2, 3])
    var candidate = member(1)
    let promises: [(voter: Voter, accepted: Register?)]
    let verdict: Candidacy.Verdict
    var testDescription: String { name }
}

@Suite struct CandidacyTests {
    static let old = register(3, 1, inSync: [1, 2], voters: [1, 2, 3])
    static let newer = register(3, 2, inSync: [1, 2], voters: [1, 2, 3])
    static let shrunk = register(3, 2, inSync: [2], voters: [1, 2, 3])
    static let moved = register(4, 1, inSync: [1, 2], voters: [3, 4, 5])

    static let table: [Election] = [
        Election(name: "no promise", promises: [], verdict: .waiting),
        Election(name: "its own alone", promises: [(voter(1), old)], verdict: .waiting),
        Election(
            name: "a majority", promises: [(voter(1), old), (voter(2), old)],
            verdict: .elected(adopting: old)),
        Election(
            name: "the newest register is adopted", promises: [(voter(1), old), (voter(3), newer)],
            verdict: .elected(adopting: newer)),
        Election(
            name: "whatever the order", promises: [(voter(3), newer), (voter(1), old)],
            verdict: .elected(adopting: newer)),
        Election(
            name: "a promise without register counts",
            promises: [(voter(1), old), (voter(3), nil)], verdict: .elected(adopting: old)),
        Election(
            name: "no register at all", promises: [(voter(1), nil), (voter(2), nil)],
            verdict: .waiting),
        Election(
            name: "the same voter twice", promises: [(voter(1), old), (voter(1), newer)],
            verdict: .waiting),
        Election(
            name: "who is not named does not count",
            promises: [(voter(1), old), (voter(4), old), (voter(5), old)], verdict: .waiting),
        Election(
            name: "a voter that lost its vote file does not count",
            promises: [(voter(1), old), (voter(2, 9), old)], verdict: .waiting),
        Election(
            name: "not in the newest set", promises: [(voter(1), old), (voter(2), shrunk)],
            verdict: .notInSync(shrunk)),
        Election(
            name: "a wiped log is not in the set", candidate: member(1, 9),
            promises: [(voter(1), old), (voter(2), old)], verdict: .notInSync(old)),
        Election(
            name: "the majority is of the adopted voters, not of those known before",
            promises: [(voter(1), old), (voter(2), old), (voter(3), moved)], verdict: .waiting),
        Election(
            name: "and of these it suffices",
            promises: [(voter(1), old), (voter(3), moved), (voter(4), nil)],
            verdict: .elected(adopting: moved)),
    ]

    @Test(arguments: table) func verdict(_ election: Election) {
        var candidacy = Candidacy(epoch: 9, known: election.known, isTransfer: true)
        candidacy.enter(.promising)
        for promise in election.promises {
            candidacy.promise(from: promise.voter, accepted: promise.accepted)
        }
        #expect(
            candidacy.verdict(for: election.candidate, dropping: []) == election.verdict)
    }

    @Test func promisesCountOnlyWhenItsOwnCampaignIsFenced() {
        var candidacy = Candidacy(epoch: 9, known: Self.old, isTransfer: false)
        candidacy.promise(from: voter(1), accepted: Self.old)
        candidacy.enter(.fencing)
        candidacy.promise(from: voter(2), accepted: Self.old)
        #expect(candidacy.promises.isEmpty)
    }

    @Test func preVoteNeedsAMajorityAndComesFirst() {
        var candidacy = Candidacy(epoch: 9, known: Self.old, isTransfer: false)
        #expect(candidacy.phase == .preVote)
        #expect(candidacy.grant(from: voter(1)) == false)
        #expect(candidacy.grant(from: voter(1)) == false)
        #expect(candidacy.grant(from: voter(7)) == false)
        #expect(candidacy.grant(from: voter(2)) == true)
        candidacy.enter(.fencing)
        #expect(candidacy.grant(from: voter(3)) == false)
        #expect(Candidacy(epoch: 9, known: Self.old, isTransfer: true).phase == .fencing)
    }

    @Test func aNewerRegisterTellsWhomElseToAsk() {
        var candidacy = Candidacy(epoch: 9, known: Self.old, isTransfer: true)
        candidacy.enter(.promising)
        candidacy.promise(from: voter(3), accepted: Self.moved)
        #expect(candidacy.known == Self.moved)
        candidacy.promise(from: voter(2), accepted: Self.old)
        #expect(candidacy.known == Self.moved)
    }

    @Test func theDroppedRulesDoWhatTheirNamesSay() {
        var candidacy = Candidacy(epoch: 9, known: Self.old, isTransfer: true)
        candidacy.enter(.promising)
        candidacy.promise(from: voter(1), accepted: Self.old)
        candidacy.promise(from: voter(2), accepted: Self.shrunk)
        #expect(
            candidacy.verdict(for: member(1), dropping: .candidateInSync)
                == .elected(adopting: Self.shrunk))
        #expect(
            candidacy.verdict(for: member(1), dropping: .adoptNewest)
                == .elected(adopting: Self.old))
    }
}
