import MeshLedger
import MeshModel
import MeshNode

/// Guarantee 7: state is a pure function of the records, whatever the order of their arrival.
struct StateIsPure: Checker {
    let name = "state-not-pure"
    let interests: [Observation.Kind] = []

    mutating func observe(_ observation: Observation, in world: World) -> String? { nil }

    mutating func finish(_ world: World) -> String? {
        for kiosk in world.kiosks {
            guard let node = kiosk.process?.node, let applied = node.ledger.applied else {
                continue
            }
            var random = SplitMix64(seed: world.options.seed &+ UInt64(kiosk.index))
            var pool = kiosk.disk.log + kiosk.disk.log.prefix(50)
            pool.shuffle(using: &random)
            var ledger = Ledger(charter: node.ledger.charter, state: world.foundingState)
            insert(pool, into: &ledger)
            ledger.commit(applied)
            if ledger.digest != node.ledger.digest { return "n\(kiosk.index): digests differ" }
            if ledger.state != node.ledger.state {
                return "n\(kiosk.index): the same records give another state"
            }
        }
        return nil
    }

    /// Every block once all it waits for is there: a block that comes too early is offered again
    /// when the first thing it lacked has come.
    private func insert(_ blocks: [Block], into ledger: inout Ledger) {
        var waiting: [Position: [Block]] = [:]
        for block in blocks {
            var ready = [block]
            while let next = ready.popLast() {
                switch ledger.insert(next) {
                case .added: ready += waiting.removeValue(forKey: next.position) ?? []
                case .missing(let lacking):
                    guard let first = lacking.first else { continue }
                    let position = Position(chain: first.chain, length: first.length)
                    waiting[position, default: []].append(next)
                case .known, .conflicting: break
                }
            }
        }
    }
}
