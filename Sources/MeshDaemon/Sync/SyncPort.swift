import MeshControl
import MeshLedger
import MeshModel
import MeshNode
import MeshSync
import MeshWire

/// The engine's way to the node: it reads the acknowledged state, and asks the host like everybody.
struct SyncPort: Sendable {
    /// A page waits for the disks of the in-sync set, and for an election at worst.
    static let patience = Span64.seconds(20)

    let mailbox: Mailbox

    /// The segments as they stand; nil where this kiosk does not decide requests as host.
    func segments() async -> [Segments.Segment]? {
        await onLoop { loop in
            guard loop.node.term != nil, loop.node.servingHost != nil else { return nil }
            return loop.node.ledger.state.segments.all
        }
    }

    /// One of them.
    func segment(_ name: String) async -> Segments.Segment? {
        await onLoop { loop in
            guard loop.node.term != nil, loop.node.servingHost != nil else { return nil }
            return loop.node.ledger.state.segments[name]
        }
    }

    /// Has a fact recorded.
    func record(_ body: RequestBody) async -> SyncResult {
        let outcome: Outcome = await withCheckedContinuation { continuation in
            mailbox.post(
                .call { loop in
                    loop.ask(RequestID.random(), body, patience: Self.patience) { outcome, _ in
                        continuation.resume(returning: outcome)
                    }
                })
        }
        switch outcome {
        case .done: return .recorded
        case .denied(.grantChanged): return .notRecorded
        case .denied(let denial):
            return .failed(
                SyncProblem(
                    denial.explanation.message, hint: denial.explanation.hint, isTransient: false))
        default: return .notRecorded
        }
    }

    func onLoop<Value: Sendable>(
        _ body: @escaping @Sendable (inout NodeLoop) -> Value
    ) async -> Value {
        await withCheckedContinuation { continuation in
            mailbox.post(.call { loop in continuation.resume(returning: body(&loop)) })
        }
    }

    /// The ids of all tickets of one event of a segment: one pass over the catalogue.
    func ticketIDs(of segment: String, event: String) async -> [TicketID] {
        await onLoop { loop in
            let catalogue = loop.node.ledger.state.catalogue
            return catalogue.ids(segment: segment, event: event)
        }
    }

    /// What a server is told of these facts.
    func facts(
        _ ids: [RequestID], of segment: String, sealing: TicketSealing
    ) async -> [WaitingFact] {
        await onLoop { loop in
            guard let uploads = loop.node.ledger.state.segments[segment]?.uploads else { return [] }
            return ids.map { loop.waitingFact($0, of: uploads, sealing: sealing) }
        }
    }

    func tickets(_ ids: [TicketID]) async -> [Ticket] {
        await onLoop { loop in
            let catalogue = loop.node.ledger.state.catalogue
            return ids.compactMap { catalogue[$0]?.ticket }
        }
    }
}
