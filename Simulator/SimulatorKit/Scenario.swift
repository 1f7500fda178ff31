/// A run with faults at set times; what it leaves open is drawn from the seed.
package struct Scenario: Sendable, Equatable {
    package enum Action: Sendable, Equatable {
        /// Nothing passes between those inside and those outside; one way: nothing gets out.
        case partition(inside: [Int], isOneWay: Bool)
        case crash([Int])
        case pause([Int])
        case slowDisk([Int])
        case powerCut
        /// Every kiosk that hosts at that moment.
        case crashHost
    }

    package struct Fault: Sendable, Equatable {
        /// Nanoseconds from the start, and how long.
        package var at: UInt64
        package var duration: UInt64
        package var action: Action

        package init(at: UInt64, duration: UInt64, action: Action) {
            self.at = at
            self.duration = duration
            self.action = action
        }
    }

    package struct Network: Sendable, Equatable {
        /// Chances in 10,000 a message.
        package var loss: UInt64?
        package var duplication: UInt64?
        package var reordering: UInt64?
        /// Nanoseconds.
        package var delay: UInt64?

        package init() {}
    }

    package struct Expectation: Sendable, Equatable {
        package var elections: UInt64?
        package var redemptions: UInt64?

        package init() {}
    }

    package var name = ""
    package var about = ""
    package var kiosks: Int?
    package var hasWitness: Bool?
    package var seconds: UInt64?
    package var network = Network()
    /// Nanoseconds between scans.
    package var scan: UInt64?
    /// Whether the seed's own faults happen too.
    package var hasRandomFaults = false
    package var faults: [Fault] = []
    /// At least this many.
    package var expect = Expectation()

    package init() {}

    func adjust(_ plan: inout FaultPlan) {
        if !hasRandomFaults { plan.calm() }
        if let loss = network.loss { plan.loss = loss }
        if let duplication = network.duplication { plan.duplication = duplication }
        if let reordering = network.reordering { plan.reordering = reordering }
        if let delay = network.delay { plan.delay = delay }
        if let scan { plan.scan = scan }
    }

    /// What was expected and did not happen; nil where all did.
    func disappointment(elections: Int, redemptions: Int) -> String? {
        if let least = expect.elections, elections < least {
            return "\(elections) elections, at least \(least) expected"
        }
        if let least = expect.redemptions, redemptions < least {
            return "\(redemptions) redemptions, at least \(least) expected"
        }
        return nil
    }
}
