import MeshLedger
import MeshModel
import MeshNode

/// Guarantee 2, other half: whoever serves has every decision that a visitor was ever told.
struct NewHostHoldsAll: Checker {
    let name = "lost-acknowledgement"
    let interests: [Observation.Kind] = [.answered, .event]
    private var told: [(request: RequestID, decision: Decision, epoch: Epoch)] = []
    private var known: Set<RequestID> = []

    mutating func observe(_ observation: Observation, in world: World) -> String? {
        switch observation {
        case .answered(let answer, _, _):
            if case .decided(let decided) = answer.outcome,
                known.insert(answer.request).inserted
            {
                told.append((answer.request, decided.decision, decided.record.chain.epoch))
            }
        case .event(.serving(let epoch), let kiosk):
            guard let state = world.kiosks[kiosk].process?.node.ledger.state else { return nil }
            // A deposed host that was asleep may find only now that its epoch start was on all
            // disks: it cannot know of later epochs, and can acknowledge nothing more.
            for (request, decision, written) in told where written < epoch {
                guard case .decision(let known) = state.requests[request],
                    known.decision == decision
                else {
                    return
                        "n\(kiosk) serves epoch \(epoch) without acknowledged request "
                        + "\(request.hex.prefix(8))"
                }
            }
        default: break
        }
        return nil
    }

    /// And in the end everybody with storage does.
    mutating func finish(_ world: World) -> String? {
        for kiosk in world.kiosks {
            guard let node = kiosk.process?.node, node.configuration.hasStorage else { continue }
            for (request, decision, _) in told {
                guard case .decision(let known) = node.ledger.state.requests[request],
                    known.decision == decision
                else {
                    return
                        "n\(kiosk.index) lacks acknowledged request "
                        + "\(request.hex.prefix(8)) in the end"
                }
            }
        }
        return nil
    }
}
