import MeshConsensus
import MeshModel
import MeshNode

/// What may happen to a kiosk at the worst moment.
enum Strike: UInt64, CaseIterable {
    case crash, crashMember, crashBoth
    case isolate, deafen, mute, halve, again
    case pause, slowMember
}

// Faults aimed at elections and at changes of the set: at random times they would almost always
// meet a mesh at rest, and most of the rules are about the moments when it is not.
extension World {
    func considerAmbush(_ event: Event, at index: Int) {
        guard plan.ambush > 0, !isHealing else { return }
        switch event {
        case .campaigning, .elected, .serving, .registerRecorded, .memberLeft, .memberJoined: break
        default: return
        }
        guard random.below(100) < plan.ambush else { return }
        let strike = Strike(rawValue: random.below(UInt64(Strike.allCases.count))) ?? .crash
        // Within one round trip, within one fsync, or while the next thing is under way.
        let span = [
            FaultPlan.millisecond, 2 * plan.delay + plan.fsync, 400 * FaultPlan.millisecond,
        ]
        let wait = random.below(span[Int(random.below(3))])
        queue.push(.strike(strike, at: index, boot: kiosks[index].boot), at: time + wait)
    }

    func strike(_ strike: Strike, at index: Int, boot: Int) {
        guard !isHealing, kiosks[index].boot == boot, kiosks[index].isUp else { return }
        trace(8, index, Int(strike.rawValue))
        count(.ambush)
        let only = kiosks.map { $0.index == index }
        switch strike {
        case .crash: crash(index)
        case .crashMember: if let member = anotherMember(than: index) { crash(member) }
        case .crashBoth:
            if let member = anotherMember(than: index) { crash(member) }
            crash(index)
        case .isolate: split(only, isOneWay: false)
        case .mute: split(only, isOneWay: true)
        case .deafen: split(only.map { !$0 }, isOneWay: true)
        case .halve: split(kiosks.map { _ in random.below(2) == 0 }, isOneWay: false)
        case .again: if !lastSides.isEmpty { split(lastSides, isOneWay: false) }
        case .pause: pause(index)
        case .slowMember:
            if let member = anotherMember(than: index) { slowDown(member) }
        }
    }

    /// Some other kiosk that the newest register known to `index` names as in sync.
    private func anotherMember(than index: Int) -> Int? {
        let named = kiosks[index].process?.node.known?.inSync.map(\.kiosk) ?? []
        let others = kiosks.filter { $0.index != index && $0.isUp && named.contains($0.id) }
        return others.isEmpty ? nil : others[Int(random.below(UInt64(others.count)))].index
    }
}
