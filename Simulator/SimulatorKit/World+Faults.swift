import MeshConsensus
import MeshLedger
import MeshModel
import MeshNode

extension World {
    func scheduleFaults() {
        for kind in FaultKind.allCases {
            if let mean = mean(of: kind) { schedule(kind, mean: mean) }
        }
    }

    private func mean(of kind: FaultKind) -> UInt64? {
        switch kind {
        case .crash: plan.crash
        case .partition, .oneWay: plan.partition.map { $0 * 3 / 2 }
        case .pause: plan.pause
        case .powerCut: plan.powerCut
        case .transfer: plan.transfer
        case .clockStep: plan.clockStep
        case .wipe: plan.wipesLog ? 60 * Self.second : nil
        case .forgery, .loss, .duplicate, .reorder: nil
        }
    }

    private func schedule(_ kind: FaultKind, mean: UInt64) {
        queue.push(.fault(kind), at: time + mean / 4 + random.below(mean * 3 / 2))
    }

    func cause(_ kind: FaultKind) {
        guard !isHealing else { return }
        if let mean = mean(of: kind) { schedule(kind, mean: mean) }
        trace(6, Int(kind.rawValue.utf8.count))
        switch kind {
        case .crash: crash(pickKiosk())
        case .partition: partition(isOneWay: false)
        case .oneWay: partition(isOneWay: true)
        case .pause: pause(pickKiosk())
        case .powerCut:
            log?("the venue loses power")
            for index in kiosks.indices where kiosks[index].isUp { crash(index) }
        case .transfer: transfer()
        case .clockStep:
            let kiosk = kiosks[Int(random.below(UInt64(kiosks.count)))]
            kiosk.skew = Int64(random.below(240_000)) - 120_000
        case .wipe: wipe()
        case .forgery, .loss, .duplicate, .reorder: return
        }
        count(kind)
    }

    /// The host in half of the cases: most is decided there.
    private func pickKiosk() -> Int {
        if random.below(2) == 0, let host = kiosks.first(where: { $0.node?.term != nil }) {
            return host.index
        }
        return Int(random.below(UInt64(kiosks.count)))
    }

    private func crash(_ index: Int) {
        guard kiosks[index].isUp else { return }
        stop(index)
        let down = random.below(3) == 0 ? random.below(20) * Self.second : random.below(Self.second)
        queue.push(.restart(index), at: time + 100_000_000 + down)
    }

    private func pause(_ index: Int) {
        let kiosk = kiosks[index]
        guard kiosk.isUp, kiosk.pausedUntil <= time else { return }
        kiosk.pausedUntil = time + 200_000_000 + random.below(5 * Self.second)
        log?("n\(index) stands still")
        queue.push(.resume(index, boot: kiosk.boot), at: kiosk.pausedUntil)
    }

    private func partition(isOneWay: Bool) {
        partitionCount += 1
        var sides = kiosks.map { _ in random.below(2) == 0 }
        // Often exactly the host is cut off.
        if random.below(2) == 0, let host = kiosks.first(where: { $0.node?.term != nil }) {
            sides = kiosks.map { $0.index == host.index }
        }
        log?("network splits \(sides.map { $0 ? "1" : "0" }.joined())\(isOneWay ? ", one way" : "")")
        for a in kiosks.indices {
            for b in kiosks.indices where sides[a] && !sides[b] {
                blocked[a][b] = true
                if !isOneWay { blocked[b][a] = true }
                if random.below(4) == 0 {
                    queue.push(.link(up: false, from: a, to: b), at: time + random.below(Self.second))
                    queue.push(.link(up: false, from: b, to: a), at: time + random.below(Self.second))
                }
            }
        }
        queue.push(.heal(partitionCount), at: time + Self.second + random.below(15 * Self.second))
    }

    /// The network is whole again; a later split heals on its own.
    func heal(_ number: Int) {
        guard number == partitionCount else { return }
        log?("network is whole")
        for a in kiosks.indices {
            for b in kiosks.indices { blocked[a][b] = false }
        }
        for a in kiosks.indices where kiosks[a].isUp {
            for b in kiosks.indices where b != a && kiosks[b].isUp && !links[a][b] {
                queue.push(.link(up: true, from: a, to: b), at: time + random.below(Self.second))
            }
        }
    }

    private func transfer() {
        guard let host = kiosks.first(where: { $0.node?.term != nil }) else { return }
        let target = kiosks[Int(random.below(UInt64(kiosks.count)))]
        input(.transfer(to: target.id), at: host.index)
    }

    /// One log a run is lost, of a kiosk without which everything acknowledged is still on the
    /// disk of another member of the recorded set.
    private func wipe() {
        guard wipes == 0, let host = kiosks.first(where: { $0.node?.isServing == true }),
            let term = host.node?.term, term.keeper.inFlight.isEmpty,
            term.replication.committed == term.written, term.keeper.recorded.inSync.count >= 2
        else { return }
        let members = term.keeper.recorded.inSync.map(\.kiosk)
        let isHost = random.below(3) == 0
        guard let victim = kiosks.first(where: {
            members.contains($0.id) && ($0.index == host.index) == isHost && $0.isUp
        }) else { return }
        wipes += 1
        observe(.logWiped(victim.index))
        log?("n\(victim.index) loses its log")
        stop(victim.index)
        if options.dropped.contains(.incarnations) {
            victim.disk.loseLogUnnoticed()
        } else {
            victim.disk.wipeLog(newIncarnation: random.next())
        }
        queue.push(.restart(victim.index), at: time + 200_000_000 + random.below(Self.second))
    }

    /// Ends all faults: what follows must come to rest.
    func healEverything() {
        isHealing = true
        partitionCount += 1
        for kiosk in kiosks {
            kiosk.pausedUntil = min(kiosk.pausedUntil, time)
            for other in kiosks.indices { blocked[kiosk.index][other] = false }
        }
        for kiosk in kiosks where !kiosk.isUp { start(kiosk.index) }
        for kiosk in kiosks {
            for other in kiosks where other.index != kiosk.index && !links[kiosk.index][other.index] {
                queue.push(
                    .link(up: true, from: kiosk.index, to: other.index),
                    at: time + random.below(Self.second))
            }
        }
    }
}
