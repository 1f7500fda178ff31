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

    static let finds: [Find] = []

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
