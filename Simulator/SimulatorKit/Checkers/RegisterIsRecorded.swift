import MeshConsensus
import MeshModel
import MeshNode

/// A host serves only on a register that a majority of its voters has on disk; and every disk that
/// such a register names has everything that was ever acknowledged.
struct RegisterIsRecorded: Checker {
    let name = "register-not-recorded"
    let interests: [Observation.Kind] = [.event, .answered]

    /// For each chain the newest record that a visitor was told of: a disk that holds it holds all
    /// before it.
    private var newest: [ChainID: UInt64] = [:]

    mutating func observe(_ observation: Observation, in world: World) -> String? {
        switch observation {
        case .answered(let answer, _, _):
            guard case .decided(let decided) = answer.outcome else { return nil }
            let chain = decided.record.chain
            newest[chain] = max(newest[chain] ?? 0, decided.record.sequence)
            return nil
        case .event(.serving(let epoch), let kiosk):
            guard let register = world.kiosks[kiosk].process?.node.term?.keeper.recorded else {
                return nil
            }
            return majority(register, world, "n\(kiosk) serves epoch \(epoch)")
        case .event(.registerRecorded(let register), let kiosk):
            let who = "n\(kiosk) counts version \(register.version) of epoch \(register.epoch)"
            // Heard of late, when a newer one counts already, it names disks that may be behind.
            let isNewest = world.lastRecorded == register
            return majority(register, world, who) ?? (isNewest ? members(register, world) : nil)
        default: return nil
        }
    }

    private func majority(_ register: Register, _ world: World, _ who: String) -> String? {
        let having = world.kiosks.filter { kiosk in
            guard register.isVoter(kiosk.id), let held = kiosk.disk.vote.accepted else {
                return false
            }
            return !register.isNewer(than: held)
        }
        return having.count * 2 > register.voters.count
            ? nil : "\(who), which \(having.count) of \(register.voters.count) voters have on disk"
    }

    private func members(_ register: Register, _ world: World) -> String? {
        for kiosk in world.kiosks {
            let member = Member(kiosk: kiosk.id, incarnation: kiosk.disk.vote.logIncarnation)
            guard register.includes(member) else { continue }
            let lacking = newest.filter { kiosk.disk.length(of: $0.key) <= $0.value }
            if let chain = lacking.keys.min() {
                return "n\(kiosk.index) is in sync by version \(register.version) of epoch "
                    + "\(register.epoch) and lacks acknowledged records of epoch \(chain.epoch)"
            }
        }
        return nil
    }
}
