import MeshConsensus
import MeshLedger
import MeshModel
import MeshNode

/// Nothing in the core grows without bound.
struct QueuesAreBounded: Checker {
    let name = "queue-over-bound"
    let interests: [Observation.Kind] = [.stepped]
    private var count = 0

    mutating func observe(_ observation: Observation, in world: World) -> String? {
        guard case .stepped(let kiosk) = observation else { return nil }
        count += 1
        guard count % 64 == 0, let node = world.kiosks[kiosk].process?.node else { return nil }
        let limits = node.configuration.limits
        if node.waitingCount > limits.outstanding + limits.queued {
            return "n\(kiosk) holds \(node.waitingCount) requests"
        }
        if let term = node.term, term.written - term.replication.committed > limits.window + 1 {
            return "n\(kiosk) has \(term.written - term.replication.committed) blocks in flight"
        }
        return nil
    }
}
