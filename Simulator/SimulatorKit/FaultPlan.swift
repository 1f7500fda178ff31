package import MeshModel

/// A class of faults, as `--without` and the counts name it.
package enum FaultKind: String, CaseIterable, Sendable {
    case crash, partition
    case oneWay = "one-way"
    case pause
    case powerCut = "power-cut"
    case wipe, transfer
    case clockStep = "clock-step"
    case slowDisk = "slow-disk"
    /// A fault aimed at an election or a change of the set.
    case ambush
    case forgery, loss, duplicate, reorder
    /// The ticket server fails, hangs, or its answer is lost; and it cannot be reached for a while.
    case server, uplink
}

/// How bad the world of one run is: every figure is drawn from the seed.
package struct FaultPlan: Sendable, Equatable {
    /// Chances in 10,000 for each message.
    package var loss: UInt64
    package var duplication: UInt64
    /// Chance in 10,000 that a message is held back long enough to be overtaken.
    package var reordering: UInt64
    /// Nanoseconds.
    package var delay: UInt64
    package var longDelay: UInt64
    package var fsync: UInt64
    /// Mean nanoseconds between faults of a kind; nil where the run has none of it.
    var crash: UInt64?
    var partition: UInt64?
    var pause: UInt64?
    var powerCut: UInt64?
    var transfer: UInt64?
    var clockStep: UInt64?
    var slowDisk: UInt64?
    /// The one log that may be lost in a run.
    var wipesLog: Bool
    /// Chances in 100 that something happens to somebody at each step of an election and at each
    /// change of the in-sync set.
    var ambush: UInt64
    /// Chances in 10,000 for each message that a forger sends something of its own after it.
    var forgery: UInt64
    /// Mean nanoseconds between scans in the whole venue.
    package var scan: UInt64
    /// Whether in the end some kiosks stay without power.
    var healsCoreSetOnly: Bool

    static let millisecond: UInt64 = 1_000_000
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
        slowDisk = often(&random, 60)
        wipesLog = random.below(3) == 0
        ambush = [0, 0, 8, 20, 35][Int(random.below(5))]
        forgery = [0, 20, 100][Int(random.below(3))]
        scan = [400, 1000, 2500][Int(random.below(3))] * Self.millisecond
        healsCoreSetOnly = random.below(3) == 0
    }

    /// No fault of its own: for scenarios that name theirs.
    mutating func calm() {
        for kind in FaultKind.allCases { remove(kind) }
        healsCoreSetOnly = false
        delay = Self.millisecond
        fsync = 2 * Self.millisecond
    }

    mutating func remove(_ kind: FaultKind) {
        switch kind {
        case .crash: crash = nil
        // Both are splits of the network: `allows` tells them apart.
        case .partition, .oneWay: break
        // Of the ticket server, which looks itself.
        case .server, .uplink: break
        case .pause: pause = nil
        case .powerCut: powerCut = nil
        case .wipe: wipesLog = false
        case .transfer: transfer = nil
        case .clockStep: clockStep = nil
        case .slowDisk: slowDisk = nil
        case .ambush: ambush = 0
        case .forgery: forgery = 0
        case .loss: loss = 0
        case .duplicate: duplication = 0
        case .reorder: reordering = 0
        }
    }
}

/// One run, wholly determined by these values.
package struct RunOptions: Sendable {
    package var seed: UInt64
    package var kiosks: Int
    /// Simulated time of the safety phase, in seconds.
    package var seconds: UInt64
    package var dropped: DroppedRules = []
    /// Classes of faults that this run does without.
    package var without: [FaultKind] = []
    package var scenario: Scenario?
    /// Whether the tickets come from a ticket server; nil leaves it to the seed.
    package var hasOffice: Bool?
    /// Watches only what a visitor could notice: for measuring how well those checkers do alone.
    package var watchesAnswersOnly = false

    package init(seed: UInt64, kiosks: Int = 5, seconds: UInt64 = 600, dropped: DroppedRules = []) {
        self.seed = seed
        self.kiosks = kiosks
        self.seconds = seconds
        self.dropped = dropped
    }
}
