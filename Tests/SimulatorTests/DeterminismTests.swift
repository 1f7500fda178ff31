import SimulatorKit
import Testing

@Suite struct DeterminismTests {
    @Test(arguments: [true, false]) func theSameSeedGivesTheSameTrace(hasOffice: Bool) {
        var options = RunOptions(seed: 7, kiosks: 5, seconds: 20)
        options.hasOffice = hasOffice
        let first = Simulation.run(options)
        #expect(Simulation.run(options) == first)
        #expect(first.traceHash != 0)
    }

    @Test func watchingARunDoesNotChangeIt() {
        let options = RunOptions(seed: 8, kiosks: 4, seconds: 20)
        var lines = 0
        let watched = Simulation.run(options, listener: { _ in lines += 1 })
        #expect(watched == Simulation.run(options))
        #expect(lines > 0)
    }

    @Test func anotherSeedGivesAnotherTrace() {
        let hashes = (1...4).map { seed in
            Simulation.run(RunOptions(seed: UInt64(seed), kiosks: 3, seconds: 10)).traceHash
        }
        #expect(Set(hashes).count == hashes.count)
    }

    @Test(arguments: [true, false]) func whatIsLeftOutDoesNotHappen(hasOffice: Bool) {
        var options = RunOptions(seed: 3, kiosks: 5, seconds: 20)
        options.hasOffice = hasOffice
        options.without = FaultKind.allCases
        let result = Simulation.run(options)
        #expect(result.faults.isEmpty)
        #expect(result.violation == nil)
        #expect(result.redemptions > 0)
    }

    /// One with a seed divisible by fifty: there libsodium signs.
    @Test(arguments: [UInt64(1), 2, 11, 50])
    func aRunOfTheRealRulesHolds(seed: UInt64) {
        let result = Simulation.run(RunOptions(seed: seed, kiosks: 5, seconds: 30))
        #expect(result.violation == nil)
        #expect(!result.isVacuous)
    }

    @Test(arguments: [UInt64(3), 15, 18, 150])
    func everyFactReachesTheServer(seed: UInt64) {
        let result = Simulation.run(RunOptions(seed: seed, kiosks: 5, seconds: 40))
        #expect(result.violation == nil)
        #expect(result.uploads >= result.acknowledged && result.redemptions > 0)
        #expect((result.faults[.server] ?? 0) + (result.faults[.uplink] ?? 0) > 0)
    }

    @Test func totalsDependOnTheOrderOfRuns() {
        let results = [UInt64(1), 2].map {
            Simulation.run(RunOptions(seed: $0, kiosks: 3, seconds: 5))
        }
        var forwards = Totals()
        var backwards = Totals()
        for result in results { forwards.add(result) }
        for result in results.reversed() { backwards.add(result) }
        #expect(forwards.runs == 2)
        #expect(forwards.traceHash != backwards.traceHash)
    }
}
