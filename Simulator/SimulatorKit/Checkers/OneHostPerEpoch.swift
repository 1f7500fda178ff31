import MeshModel
import MeshNode

/// One host in an epoch; a voter promises an epoch to one candidate only, and never a lower one,
/// restarts included.
struct OneHostPerEpoch: Checker {
    let name = "two-hosts"
    let interests: [Observation.Kind] = [.event, .sends]
    private var hosts: [Epoch: Int] = [:]
    private var promises: [Int: [Epoch: Int]] = [:]
    private var highest: [Int: Epoch] = [:]

    mutating func observe(_ observation: Observation, in world: World) -> String? {
        switch observation {
        case .event(.elected(let epoch), let kiosk):
            if let other = hosts[epoch] {
                return "n\(other) and n\(kiosk) are both elected in epoch \(epoch)"
            }
            hosts[epoch] = kiosk
        case .sends(.promise(let epoch, _, _), let voter, let candidate):
            if let other = promises[voter]?[epoch], other != candidate {
                return "n\(voter) promised epoch \(epoch) to n\(other) and n\(candidate)"
            }
            if let high = highest[voter], epoch < high {
                return "n\(voter) promised epoch \(epoch) after \(high)"
            }
            promises[voter, default: [:]][epoch] = candidate
            highest[voter] = max(highest[voter] ?? 0, epoch)
        default: break
        }
        return nil
    }
}
