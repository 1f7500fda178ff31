import MeshConsensus
import MeshLedger
import MeshModel
import MeshNode

extension World {
    func scheduleFaults() {
        for kind in FaultKind.allCases {
            if let mean = mean(of: kind) { schedule(kind, mean: mean) }
        }
        for (number, fault) in (options.scenario?.faults ?? []).enumerated() {
            queue.push(.act(number), at: fault.at)
        }
    }

    private func mean(of kind: FaultKind) -> UInt64? {
        guard !options.without.contains(kind) else { return nil }
        switch kind {
        case .crash: return plan.crash
        case .partition, .oneWay:
            guard options.scenario?.hasRandomFaults ?? true else { return nil }
            return plan.partition.map { $0 * 3 / 2 }
        case .pause: return plan.pause
        case .powerCut: return plan.powerCut
        case .transfer: return plan.transfer
        case .clockStep: return plan.clockStep
        case .slowDisk: return plan.slowDisk
        case .wipe: return plan.wipesLog ? 60 * Self.second : nil
        case .ambush, .forgery, .loss, .duplicate, .reorder, .server, .uplink: return nil
        }
    }

    private func schedule(_ kind: FaultKind, mean: UInt64) {
        queue.push(.fault(kind), at: time + mean / 4 + random.below(mean * 3 / 2))
    }

    func cause(_ kind: FaultKind) {
        guard !isHealing else { return }
        if let mean = mean(of: kind) { schedule(kind, mean: mean) }
        trace(6, kind.rawValue.utf8.count)
        switch kind {
        case .crash: crash(pickKiosk())
        case .partition: split(pickSides(), isOneWay: false)
        case .oneWay: split(pickSides(), isOneWay: true)
        case .pause: pause(pickKiosk())
        case .powerCut: cutPower()
        case .transfer: transfer()
        case .clockStep:
            let kiosk = kiosks[Int(random.below(UInt64(kiosks.count)))]
            kiosk.skew = Int64(random.below(240_000)) - 120_000
        case .slowDisk: slowDown(pickKiosk())
        case .wipe: wipe()
        case .ambush, .forgery, .loss, .duplicate, .reorder, .server, .uplink: return
        }
        count(kind)
    }

    /// The host in half of the cases: most is decided there.
    private func pickKiosk() -> Int {
        if random.below(2) == 0, let host = kiosks.first(where: { $0.isHost }) {
            return host.index
        }
        return Int(random.below(UInt64(kiosks.count)))
    }

    func crash(_ index: Int, for duration: UInt64? = nil) {
        guard kiosks[index].isUp else { return }
        stop(index)
        let down = random.below(3) == 0 ? random.below(20) * Self.second : random.below(Self.second)
        queue.push(.restart(index), at: time + (duration ?? 100_000_000 + down))
    }

    func cutPower(for duration: UInt64? = nil) {
        log(nil, "the venue loses power", mark: .fault)
        for index in kiosks.indices where kiosks[index].isUp { crash(index, for: duration) }
    }

    func pause(_ index: Int, for duration: UInt64? = nil) {
        let kiosk = kiosks[index]
        guard kiosk.isUp, kiosk.pausedUntil <= time else { return }
        kiosk.pausedUntil = time + (duration ?? 200_000_000 + random.below(5 * Self.second))
        log(index, "stands still", mark: .fault)
        queue.push(.resume(index, boot: kiosk.boot), at: kiosk.pausedUntil)
    }

    func slowDown(_ index: Int, for duration: UInt64? = nil) {
        kiosks[index].slowUntil = time + (duration ?? random.below(8 * Self.second))
        log(index, "has a slow disk", mark: .fault)
    }

    /// Often exactly the host is cut off.
    private func pickSides() -> [Bool] {
        if random.below(2) == 0, let host = kiosks.first(where: { $0.isHost }) {
            return kiosks.map { $0.index == host.index }
        }
        return kiosks.map { _ in random.below(2) == 0 }
    }

    /// Nothing passes from the marked kiosks to the others, nor back unless one way.
    func split(_ sides: [Bool], isOneWay: Bool, for duration: UInt64? = nil) {
        partitionCount += 1
        lastSides = sides
        let picture = sides.map { $0 ? "1" : "0" }.joined()
        log(nil, "network splits \(picture)\(isOneWay ? ", one way" : "")", mark: .fault)
        for a in kiosks.indices {
            for b in kiosks.indices where sides[a] && !sides[b] {
                blocked[a][b] = true
                if !isOneWay { blocked[b][a] = true }
                if random.below(4) == 0 {
                    queue.push(
                        .link(up: false, from: a, to: b), at: time + random.below(Self.second))
                    queue.push(
                        .link(up: false, from: b, to: a), at: time + random.below(Self.second))
                }
            }
        }
        let lasts = duration ?? Self.second + random.below(15 * Self.second)
        queue.push(.heal(partitionCount), at: time + lasts)
    }

    /// The network is whole again; a later split heals on its own.
    func heal(_ number: Int) {
        guard number == partitionCount, !isHealing else { return }
        log(nil, "network is whole", mark: .fault)
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
        guard let host = kiosks.first(where: { $0.isHost }) else { return }
        let target = kiosks[Int(random.below(UInt64(kiosks.count)))]
        input(.transfer(to: target.id), at: host.index)
    }

    /// One log a run is lost, of a kiosk without which everything acknowledged is still on the
    /// disk of another member of the recorded set.
    private func wipe() {
        guard wipes == 0, let host = kiosks.first(where: { $0.process?.node.isServing == true }),
            let term = host.process?.node.term, term.keeper.inFlight.isEmpty,
            term.replication.committed == term.written, term.keeper.recorded.inSync.count >= 2
        else { return }
        let members = term.keeper.recorded.inSync.map(\.kiosk)
        let isHost = random.below(3) == 0
        guard
            let victim = kiosks.first(where: {
                members.contains($0.id) && ($0.index == host.index) == isHost && $0.isUp
            })
        else { return }
        wipes += 1
        observe(.logWiped(victim.index))
        log(victim.index, "loses its log", mark: .fault)
        stop(victim.index)
        if options.dropped.contains(.incarnations) {
            victim.disk.loseLogUnnoticed()
        } else {
            victim.disk.wipeLog(newIncarnation: random.next())
        }
        queue.push(.restart(victim.index), at: time + 200_000_000 + random.below(Self.second))
    }

    /// A fault that the scenario names.
    func act(_ number: Int) {
        guard !isHealing, let fault = options.scenario?.faults[number] else { return }
        let lasts = fault.duration
        trace(9, number)
        switch fault.action {
        case .partition(let inside, let isOneWay):
            count(isOneWay ? .oneWay : .partition)
            split(kiosks.map { inside.contains($0.index) }, isOneWay: isOneWay, for: lasts)
        case .crash(let indices):
            count(.crash)
            for index in indices { crash(index, for: lasts) }
        case .crashHost:
            count(.crash)
            for kiosk in kiosks where kiosk.isHost { crash(kiosk.index, for: lasts) }
        case .pause(let indices):
            count(.pause)
            for index in indices { pause(index, for: lasts) }
        case .slowDisk(let indices):
            count(.slowDisk)
            for index in indices { slowDown(index, for: lasts) }
        case .powerCut:
            count(.powerCut)
            cutPower(for: lasts)
        }
    }
}
