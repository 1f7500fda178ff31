import SimulatorKit
import Testing

@Suite struct PlantedBugTests {
    @Test func everyPlantedBugIsInTheTable() {
        #expect(Set(Self.finds.map(\.bug)) == Set(PlantedBug.all.map(\.name)))
    }

    struct Find: Sendable {
        let bug: String
        let seed: UInt64
        let seconds: UInt64
    }

    static let finds: [Find] = [
        Find(bug: "waitForTheWholeSet", seed: 30, seconds: 120),
        Find(bug: "notMerelyAMajority", seed: 5, seconds: 120),
        Find(bug: "candidateInSync", seed: 10, seconds: 120),
        Find(bug: "adoptNewest", seed: 26, seconds: 120),
        Find(bug: "oldSetWhileChanging", seed: 23, seconds: 120),
        Find(bug: "newSetWhileChanging", seed: 23, seconds: 120),
        Find(bug: "recordAnew", seed: 22, seconds: 120),
        Find(bug: "refuseBelowFence", seed: 25, seconds: 120),
        Find(bug: "fsyncPromise", seed: 6, seconds: 120),
        Find(bug: "fsyncAtHost", seed: 1, seconds: 120),
        Find(bug: "learnerCaughtUp", seed: 23, seconds: 120),
        Find(bug: "cutVoidsTheRest", seed: 13, seconds: 120),
        Find(bug: "serveAfterEpochStart", seed: 8, seconds: 120),
        Find(bug: "repeatAfterAcknowledgement", seed: 18, seconds: 120),
        Find(bug: "rememberRequests", seed: 30, seconds: 120),
        Find(bug: "newEpochAfterRestart", seed: 22, seconds: 120),
        Find(bug: "incarnations", seed: 3, seconds: 120),
    ]

    @Test(arguments: finds) func isFound(_ find: Find) throws {
        let bug = try #require(PlantedBug.named(find.bug))
        var options = RunOptions(seed: find.seed, kiosks: 5, seconds: find.seconds)
        #expect(Simulation.run(options).violation == nil, "the real rules hold there")
        options.dropped = bug.rule
        let violation = Simulation.run(options).violation
        #expect(violation != nil)
        #expect(violation?.checker != "liveness")
    }
}
