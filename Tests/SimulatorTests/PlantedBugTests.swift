import SimulatorKit
import Testing

/// Each rule of the core is needed: without it some checker finds the harm.
@Suite struct PlantedBugTests {
    struct Find: Sendable {
        let bug: String
        /// Where it was found; the next ones are tried too, since any change to the core moves it.
        let seed: UInt64
        let seconds: UInt64
        /// Whether the tickets come from a ticket server.
        var hasOffice = false

        func options(_ seed: UInt64) -> RunOptions {
            var options = RunOptions(seed: seed, kiosks: 5, seconds: seconds)
            options.hasOffice = hasOffice
            return options
        }
    }

    static let seedsTried: UInt64 = 40

    static let finds: [Find] = [
        Find(bug: "waitForTheWholeSet", seed: 30, seconds: 10),
        Find(bug: "notMerelyAMajority", seed: 5, seconds: 10),
        Find(bug: "candidateInSync", seed: 10, seconds: 20),
        Find(bug: "adoptNewest", seed: 26, seconds: 40),
        Find(bug: "oldSetWhileChanging", seed: 23, seconds: 20),
        Find(bug: "newSetWhileChanging", seed: 23, seconds: 35),
        Find(bug: "recordAnew", seed: 22, seconds: 5),
        Find(bug: "refuseBelowFence", seed: 25, seconds: 10),
        Find(bug: "fsyncPromise", seed: 6, seconds: 10),
        Find(bug: "fsyncAtHost", seed: 1, seconds: 10),
        Find(bug: "learnerCaughtUp", seed: 23, seconds: 15),
        Find(bug: "cutVoidsTheRest", seed: 13, seconds: 15),
        Find(bug: "serveAfterEpochStart", seed: 86, seconds: 60),
        Find(bug: "repeatAfterAcknowledgement", seed: 18, seconds: 10),
        Find(bug: "rememberRequests", seed: 30, seconds: 10),
        Find(bug: "newEpochAfterRestart", seed: 22, seconds: 5),
        Find(bug: "incarnations", seed: 3, seconds: 25),
        Find(bug: "countBeforeOpening", seed: 18, seconds: 30, hasOffice: true),
        Find(bug: "markWhatWasRead", seed: 96, seconds: 30, hasOffice: true),
        Find(bug: "markFromTheBeginning", seed: 54, seconds: 30, hasOffice: true),
        Find(bug: "recordTheEndOfARound", seed: 3, seconds: 30, hasOffice: true),
    ]

    @Test func everyPlantedBugIsInTheTable() {
        #expect(Self.finds.map(\.bug) == PlantedBug.all.map(\.name))
    }

    @Test(arguments: finds) func isFound(_ find: Find) throws {
        let bug = try #require(PlantedBug.named(find.bug))
        let seeds = find.seed..<(find.seed + Self.seedsTried)
        let seed = try #require(
            seeds.first { seed in
                var options = find.options(seed)
                options.dropped = bug.rule
                let violation = Simulation.run(options).violation
                // That the mesh does not come to rest shows no harm to a visitor.
                return violation != nil && violation?.checker != "liveness"
            })
        let honest = Simulation.run(find.options(seed))
        #expect(honest.violation == nil)
    }

    @Test func aFoundBugShrinks() throws {
        var options = RunOptions(seed: 30, kiosks: 5, seconds: 20)
        options.dropped = try #require(PlantedBug.named("rememberRequests")).rule
        let violation = try #require(Simulation.run(options).violation)
        var shrinking = Shrinking(options, violation)
        shrinking.shrink()
        #expect(shrinking.options.seconds < 20)
        #expect(shrinking.options.without.count > 5)
        #expect(shrinking.runs <= Shrinking.maximumRuns)
        let again = Simulation.run(shrinking.options).violation
        #expect(again == shrinking.violation)
        #expect(again?.checker == violation.checker)
    }
}
