import MeshConsensus
import MeshModel
import MeshNode

/// A kiosk acknowledges nothing of an epoch below what it promised, restarts included.
struct NothingBelowPromise: Checker {
    let name = "append-below-promise"
    let interests: [Observation.Kind] = [.durable, .sends]
    private var fences: [Int: Epoch] = [:]

    mutating func observe(_ observation: Observation, in world: World) -> String? {
        switch observation {
        case .durable(let write, let kiosk):
            guard let fence = write.vote?.fence else { return nil }
            if let high = fences[kiosk], fence < high {
                return "n\(kiosk) forgot that it had promised epoch \(high)"
            }
            fences[kiosk] = fence
        case .sends(.appended(let epoch, _, _), let kiosk, _):
            if let fence = fences[kiosk], epoch < fence {
                return "n\(kiosk) acknowledged epoch \(epoch) below its fence \(fence)"
            }
        case .sends(.promise(let epoch, _, _), let kiosk, _):
            if (fences[kiosk] ?? 0) < epoch {
                return "n\(kiosk) promised epoch \(epoch) before that was fsynced"
            }
        default: break
        }
        return nil
    }
}
