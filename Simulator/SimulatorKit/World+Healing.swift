import MeshConsensus
import MeshModel
import MeshNode

// The liveness phase: all faults end, but in a part of the runs some kiosks stay dark for good.
extension World {
    /// Ends all faults: what follows must come to rest.
    func healAll() {
        isHealing = true
        healOffice()
        partitionCount += 1
        let core = plan.healsCoreSetOnly ? pickCoreSet() : kiosks.map { _ in true }
        for kiosk in kiosks where !core[kiosk.index] && kiosk.isUp { stop(kiosk.index) }
        isLeftDark = core.map { !$0 }
        let dark = isLeftDark.map { $0 ? "1" : "0" }.joined()
        log(nil, "all faults end\(core.contains(false) ? ", without power stay \(dark)" : "")")
        for kiosk in kiosks {
            kiosk.pausedUntil = min(kiosk.pausedUntil, time)
            kiosk.slowUntil = 0
            for other in kiosks.indices {
                // What a dark kiosk had sent may have been on its way: it does not arrive.
                blocked[kiosk.index][other] = isLeftDark[kiosk.index] || isLeftDark[other]
            }
        }
        for kiosk in kiosks where !kiosk.isUp && core[kiosk.index] { start(kiosk.index) }
        for kiosk in kiosks where kiosk.isUp {
            for other in kiosks
            where other.isUp && other.index != kiosk.index && !links[kiosk.index][other.index] {
                queue.push(
                    .link(up: true, from: kiosk.index, to: other.index),
                    at: time + random.below(Self.second))
            }
        }
    }

    /// All but one or two kiosks without which the mesh can go on; all where there are none such.
    private func pickCoreSet() -> [Bool] {
        var core = kiosks.map { _ in true }
        var left = 1 + Int(random.below(2))
        for index in kiosks.indices.shuffled(using: &random) where left > 0 {
            core[index] = false
            if canGoOn(core) { left -= 1 } else { core[index] = true }
        }
        return core
    }

    /// Whether these kiosks have, of every register that may be adopted, a majority of the voters
    /// and a member in sync.
    ///
    /// That is the last one recorded, and any newer one that a single disk holds: a change that
    /// was sent is never abandoned. A host that has not noticed yet who is dark may make one of
    /// those a voter, which counts against it.
    private func canGoOn(_ core: [Bool]) -> Bool {
        let accepted = kiosks.compactMap { $0.disk.vote.accepted }
        let newest = kiosks.compactMap { $0.process?.node.term?.keeper.newest }
        let possible = (accepted + newest).filter { !(lastRecorded?.isNewer(than: $0) ?? false) }
        return possible.allSatisfy { register in
            let voters = register.voters.count { voter in
                kiosks.contains { core[$0.index] && $0.id == voter.kiosk }
            }
            let hasMember = kiosks.contains {
                core[$0.index]
                    && register.includes(
                        Member(kiosk: $0.id, incarnation: $0.disk.vote.logIncarnation))
            }
            let mayGainDarkOne = kiosks.contains { kiosk in
                !core[kiosk.index] && !register.voters.contains { $0.kiosk == kiosk.id }
            }
            return voters * 2 > register.voters.count + (mayGainDarkOne ? 1 : 0) && hasMember
        }
    }
}
