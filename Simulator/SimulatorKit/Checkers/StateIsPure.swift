import MeshLedger
import MeshModel
import MeshNode

/// Guarantee 7: state is a pure function of the records, whatever the order of their arrival.
struct StateIsPure: Checker {
    let name = "state-not-pure"

    mutating func observe(_ observation: Observation, in world: World) -> String? { nil }

    mutating func finish(_ world: World) -> String? {
        for kiosk in world.kiosks {
            guard let node = kiosk.node, let applied = node.ledger.applied else { continue }
            var random = SplitMix64(seed: world.options.seed &+ UInt64(kiosk.index))
            var pool = kiosk.disk.log + kiosk.disk.log.prefix(50)
            pool.shuffle(using: &random)
            var ledger = Ledger(charter: node.ledger.charter, state: world.foundingState)
            var progress = true
            while progress {
                progress = false
                for block in pool {
                    if case .added = ledger.insert(block) { progress = true }
                }
            }
            ledger.commit(applied)
            if ledger.digest != node.ledger.digest { return "n\(kiosk.index): digests differ" }
            if ledger.state != node.ledger.state {
                return "n\(kiosk.index): the same records give another state"
            }
        }
        return nil
    }
}
