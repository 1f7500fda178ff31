import MeshLedger
import MeshModel
import MeshNode

/// Numbers of a chain follow one another on every disk, and no number is ever used twice.
struct ChainsAreContiguous: Checker {
    let name = "chain-fork"
    let interests: [Observation.Kind] = [.persisting, .durable]
    private var hashes: [Position: Key32] = [:]

    mutating func observe(_ observation: Observation, in world: World) -> String? {
        switch observation {
        case .persisting(let write, let kiosk):
            for block in write.blocks {
                if let known = hashes[block.position], known != block.hash {
                    return "two different blocks \(block.position), one at n\(kiosk)"
                }
                hashes[block.position] = block.hash
            }
        case .durable(let write, let kiosk):
            for block in write.blocks
            where world.kiosks[kiosk].disk.length(of: block.body.chain) <= block.body.sequence {
                return "n\(kiosk) stored \(block.position) over a gap"
            }
        default: break
        }
        return nil
    }
}
