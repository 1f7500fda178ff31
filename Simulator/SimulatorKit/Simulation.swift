import MeshConsensus
import MeshLedger
import MeshModel
import MeshNode

/// What one run showed.
package struct RunResult: Sendable, Equatable {
    package let seed: UInt64
    package let violation: Violation?
    package let traceHash: UInt64
    package let redemptions: Int
    package let acknowledged: Int
    package let elections: Int
    /// Facts that the ticket server has, in a run that has one.
    package let uploads: Int
    /// How many faults of each kind happened.
    package let faults: [FaultKind: Int]
    package let simulatedSeconds: Double
    /// What a scenario expected and did not see; nil where all came.
    package let disappointment: String?

    /// Nothing of interest happened: the run proves nothing.
    package var isVacuous: Bool {
        violation == nil && (acknowledged == 0 || elections == 0 || disappointment != nil)
    }
}

/// Runs the simulated venue.
package enum Simulation {
    /// How long the liveness phase may take, in simulated seconds.
    package static let settlingSeconds: UInt64 = 60

    /// One run: faults, then none, and then everything must come to rest.
    ///
    /// - Parameter listener: takes every line of the history; without one none is made.
    package static func run(
        _ options: RunOptions, listener: ((HistoryLine) -> Void)? = nil
    ) -> RunResult {
        let world = World(options)
        world.listener = listener
        world.run(until: options.seconds * World.second)
        if world.violation == nil {
            settle(world)
            world.finishCheckers()
        }
        return RunResult(
            seed: options.seed, violation: world.violation, traceHash: world.traceHash,
            redemptions: world.visitors.redeemed, acknowledged: world.visitors.acknowledged,
            elections: world.elections, uploads: world.office?.office.facts.count ?? 0,
            faults: world.faults,
            simulatedSeconds: Double(world.time) / Double(World.second),
            disappointment: options.scenario?.disappointment(
                elections: world.elections, redemptions: world.visitors.redeemed))
    }

    private static func settle(_ world: World) {
        world.healAll()
        // What hung at the ticket server hangs for half a minute more.
        let limit = world.office == nil ? settlingSeconds : 2 * settlingSeconds
        let deadline = world.time + limit * World.second
        while world.violation == nil && world.time < deadline {
            world.run(until: world.time + World.second)
            if unsettled(world) == nil && world.dataDiffer == nil { return }
        }
        if let why = unsettled(world) {
            world.fail("liveness", why)
        } else if let why = world.dataDiffer {
            world.fail("data-differ", why)
        }
    }

    /// What keeps the venue from rest; nil where one host serves, every request is decided and
    /// every log is the same.
    private static func unsettled(_ world: World) -> String? {
        let hosts = world.kiosks.filter { $0.process?.node.isServing == true }
        guard hosts.count == 1, let host = hosts[0].process?.node else {
            return "\(hosts.count) hosts serve"
        }
        if world.visitors.openCount > 0 {
            return "\(world.visitors.openCount) requests are not decided"
        }
        for kiosk in world.kiosks where kiosk.hasStorage {
            guard let node = kiosk.process?.node else { continue }
            if !kiosk.disk.pending.isEmpty { return "n\(kiosk.index) is still writing" }
            if node.ledger.digest != host.ledger.digest {
                return "n\(kiosk.index) and n\(hosts[0].index) differ"
            }
            if host.term?.keeper.recorded.inSync.contains(where: { $0.kiosk == kiosk.id }) != true {
                return "n\(kiosk.index) is not in sync"
            }
            if node.ledger.applied != host.ledger.applied {
                return "n\(kiosk.index) does not know how far the log is acknowledged"
            }
        }
        return nil
    }
}
