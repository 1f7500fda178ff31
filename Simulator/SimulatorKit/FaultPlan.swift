package import MeshConsensus
import MeshModel

/// How bad the world of one run is: every figure is drawn from the seed.
package struct FaultPlan: Sendable {
    /// Chances in 10,000 for each message.
    var loss: UInt64
    var duplication: UInt64
    /// Chance in 10,000 that a message is held back long enough to be overtaken.
    var reordering: UInt64
    /// Nanoseconds.
    var delay: UInt64
    var longDelay: UInt64
    var fsync: UInt64
    /// Mean nanoseconds between faults of a kind; nil where the run has none of it.
    var crash: UInt64?
    var partition: UInt64?
    var pause: UInt64?
    var powerCut: UInt64?
    var transfer: UInt64?
    var clockStep: UInt64?
    /// The one log that may be lost in a run.
    var wipesLog: Bool
    /// Chances in 10,000 for each message that a forger sends something of its own after it.
    var forgery: UInt64
    /// Mean nanoseconds between scans in the whole venue.
    var scan: UInt64

    private static let millisecond: UInt64 = 1_000_000
    private static let second: UInt64 = 1_000_000_000

    init(_ random: inout SplitMix64) {
        let calm = random.below(10) == 0
        loss = calm ? 0 : [0, 50, 200, 500][Int(random.below(4))]
        duplication = calm ? 0 : [0, 50, 300][Int(random.below(3))]
        reordering = calm ? 0 : [0, 100, 500][Int(random.below(3))]
        delay = Self.millisecond / 5 + random.below(2 * Self.millisecond)
        longDelay = [5, 50, 300][Int(random.below(3))] * Self.millisecond
        fsync = [1, 1, 4, 20][Int(random.below(4))] * Self.millisecond / 2
        func often(_ random: inout SplitMix64, _ seconds: UInt64) -> UInt64? {
            random.below(3) == 0 ? nil : (seconds / 2 + random.below(seconds)) * Self.second
        }
        crash = often(&random, 40)
        partition = often(&random, 50)
        pause = often(&random, 60)
        powerCut = random.below(4) == 0 ? often(&random, 200) : nil
        transfer = often(&random, 120)
        clockStep = often(&random, 100)
        wipesLog = random.below(3) == 0
        forgery = [0, 20, 100][Int(random.below(3))]
        scan = [200, 500, 1500][Int(random.below(3))] * Self.millisecond
    }
}

/// One run, wholly determined by these values.
package struct RunOptions: Sendable {
    package var seed: UInt64
    package var kiosks: Int
    /// Simulated time of the safety phase, in seconds.
    package var seconds: UInt64
    package var dropped: DroppedRules = []

    package init(seed: UInt64, kiosks: Int = 5, seconds: UInt64 = 600, dropped: DroppedRules = []) {
        self.seed = seed
        self.kiosks = kiosks
        self.seconds = seconds
        self.dropped = dropped
    }
}
