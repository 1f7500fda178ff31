import MeshModel

/// Totals over the runs of one seed after another.
package struct Totals: Sendable, Equatable {
    package private(set) var runs = 0
    package private(set) var failures = 0
    package private(set) var vacuous = 0
    /// All runs' hashes, mixed in order.
    package private(set) var traceHash: UInt64 = 0
    package private(set) var redemptions = 0
    package private(set) var acknowledged = 0
    package private(set) var elections = 0
    package private(set) var uploads = 0
    package private(set) var faults: [FaultKind: Int] = [:]
    package private(set) var simulatedSeconds = 0.0

    package init() {}

    package mutating func add(_ result: RunResult) {
        runs += 1
        if result.violation != nil { failures += 1 }
        if result.isVacuous { vacuous += 1 }
        traceHash = mix64(traceHash &+ result.traceHash)
        redemptions += result.redemptions
        acknowledged += result.acknowledged
        elections += result.elections
        uploads += result.uploads
        for (kind, count) in result.faults { faults[kind, default: 0] += count }
        simulatedSeconds += result.simulatedSeconds
    }

    package var faultCount: Int { faults.values.reduce(0, +) }
}
