/// Makes a failing run smaller while it fails in the same way: shorter, with fewer kiosks, and
/// without whole classes of faults.
package struct Shrinking {
    /// Runs tried at most: each costs about a second.
    package static let maximumRuns = 60

    package private(set) var options: RunOptions
    package private(set) var violation: Violation
    package private(set) var runs = 0

    package init(_ options: RunOptions, _ violation: Violation) {
        self.options = options
        self.violation = violation
    }

    package mutating func shrink() {
        cutTime()
        // A scenario names its kiosks by number.
        for count in [3, 4] where count < options.kiosks && options.scenario == nil {
            if attempt({ $0.kiosks = count }) { break }
        }
        for kind in FaultKind.allCases where !options.without.contains(kind) {
            _ = attempt { $0.without.append(kind) }
        }
        cutTime()
    }

    /// Nothing after the violation matters, except where rest was what did not come.
    private mutating func cutTime() {
        if violation.checker != "liveness" {
            let seconds = violation.nanoseconds / World.second + 1
            if seconds < options.seconds { _ = attempt { $0.seconds = seconds } }
        }
        while options.seconds > 10, attempt({ $0.seconds = $0.seconds * 2 / 3 }) {}
    }

    private mutating func attempt(_ change: (inout RunOptions) -> Void) -> Bool {
        guard runs < Self.maximumRuns else { return false }
        runs += 1
        var smaller = options
        change(&smaller)
        guard let found = Simulation.run(smaller).violation, found.checker == violation.checker
        else { return false }
        options = smaller
        violation = found
        return true
    }
}
