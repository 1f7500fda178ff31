import MeshModel
import MeshNode

/// Guarantee 2, half: when a host answers, the record is on as many disks as it says.
struct AcknowledgedIsDurable: Checker {
    let name = "acknowledged-not-durable"
    let interests: [Observation.Kind] = [.decides, .logWiped]

    /// A log that is lost after its acknowledgement is no fault of the host's.
    private var wiped = 0

    mutating func observe(_ observation: Observation, in world: World) -> String? {
        if case .logWiped = observation { wiped += 1 }
        guard case .decides(let decided, let host) = observation else { return nil }
        let promised: Int
        switch decided.guarantee {
        case .replicated(let copies): promised = copies
        case .singleCopy: promised = 1
        case .provisional, .volatile: return nil
        }
        let copies = world.kiosks.count { $0.disk.holds(decided.record) }
        return copies + wiped < promised
            ? "n\(host) says \(promised) copies of \(decided.record.chain)/"
                + "\(decided.record.sequence), \(copies) disks have it"
            : nil
    }
}
