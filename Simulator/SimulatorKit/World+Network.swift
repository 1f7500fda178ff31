import MeshConsensus
import MeshLedger
import MeshModel
import MeshNode
import MeshWire

extension World {
    func send(_ message: MeshMessage, from index: Int, to peer: KioskID) {
        guard let to = self.index(of: peer) else { return }
        observe(.sends(message, from: index, to: to))
        if case .answers(let answers) = message {
            for answer in answers {
                if case .decided(let decided) = answer.outcome {
                    observe(.decides(decided, host: index))
                }
            }
        }
        let bytes = kiosks[index].codec.encode(.node(message), to: peer)
        transmit(bytes, from: index, to: to)
        if plan.forgery > 0 && !isHealing { maybeForge(bytes, message, from: index, to: to) }
    }

    private func transmit(_ bytes: [UInt8], from index: Int, to: Int) {
        guard !blocked[index][to] else { return }
        if !isHealing && chance(plan.loss) { return count(.loss) }
        schedule(bytes, from: index, to: to)
        if !isHealing && chance(plan.duplication) {
            count(.duplicate)
            schedule(bytes, from: index, to: to)
        }
    }

    private func schedule(_ bytes: [UInt8], from index: Int, to: Int) {
        var delay = plan.delay / 2 + random.below(plan.delay)
        if !isHealing && chance(plan.reordering) {
            count(.reorder)
            delay += random.below(plan.longDelay)
        }
        queue.push(.deliver(bytes, from: index, to: to), at: time + delay)
    }

    func chance(_ inTenThousand: UInt64) -> Bool {
        inTenThousand > 0 && random.below(10_000) < inTenThousand
    }

    func count(_ fault: FaultKind) { faults[fault, default: 0] += 1 }

    /// An attacker on the same network has what passes by: it alters it, sends it to others than
    /// it was meant for, or sends it over a link of its own.
    private func maybeForge(_ bytes: [UInt8], _ message: MeshMessage, from index: Int, to: Int) {
        guard chance(plan.forgery) else { return }
        count(.forgery)
        let target = kiosks[Int(random.below(UInt64(kiosks.count)))]
        switch random.below(3) {
        case 0:
            // Over its own link, which belongs to no kiosk on the roster.
            if case .node? = try? target.codec.decode(bytes, from: nil, knows: { _ in true }),
                Frame.node(message).isSigned
            {
                observe(.forgeryTaken("a signed message from a stranger", at: target.index))
            }
        case 1:
            // A member passes on to a third what was signed for another.
            guard Frame.node(message).isSigned, target.index != to, target.index != index else {
                return
            }
            if (try? target.codec.decode(bytes, from: kiosks[index].id, knows: { _ in true }))
                != nil
            {
                observe(.forgeryTaken("a message signed for n\(to)", at: target.index))
            }
        default:
            guard Frame.node(message).isSigned else { return }
            var altered = bytes
            let at = Int(random.below(UInt64(altered.count)))
            altered[at] ^= UInt8(1 << random.below(8))
            let taken = try? target.codec.decode(altered, from: kiosks[index].id) {
                self.index(of: $0) != nil
            }
            if target.index == to, case .node(let forged)? = taken, forged != message,
                // A kind that needs no signature proves nothing: only the link vouches for it.
                Frame.node(forged).isSigned
            {
                observe(.forgeryTaken("an altered message of n\(index)", at: target.index))
            }
        }
    }
}
