import MeshControl
import MeshLedger
import MeshModel
import MeshNode
import MeshWire
import TicketServers

/// What the engine sees of the mesh at one moment.
struct SyncView: Sendable {
    /// Whether this kiosk is the host of a strict epoch and decides requests now.
    let isHost: Bool
    let segments: [Segments.Segment]
}

/// The engine's way to the node: it reads the acknowledged state, and asks the host like everybody.
struct SyncPort: Sendable {
    /// A page waits for the disks of the in-sync set, and for an election at worst.
    static let patience = Span64.seconds(20)

    let mailbox: Mailbox

    func view() async -> SyncView {
        await onLoop { loop in
            SyncView(
                isHost: loop.node.term != nil && loop.node.servingHost != nil,
                segments: loop.node.ledger.state.segments.all)
        }
    }

    /// Has a fact recorded. Throws where it was not: there is another host, or the grant changed.
    func record(_ body: RequestBody) async throws(SyncStop) {
        let outcome: Outcome = await withCheckedContinuation { continuation in
            mailbox.post(
                .call { loop in
                    loop.ask(RequestID.random(), body, patience: Self.patience) { outcome, _ in
                        continuation.resume(returning: outcome)
                    }
                })
        }
        switch outcome {
        case .done: return
        case .denied(.grantChanged): throw .changed
        case .denied(let denial):
            throw .failed(
                ServerError(.unsupported, denial.explanation.message, hint: denial.explanation.hint)
            )
        default: throw .notHost
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

    func tickets(_ ids: [TicketID]) async -> [Ticket] {
        await onLoop { loop in
            let catalogue = loop.node.ledger.state.catalogue
            return ids.compactMap { catalogue[$0]?.ticket }
        }
    }
}

/// Why the engine stops what it was doing with a segment.
enum SyncStop: Error, Sendable {
    /// Another kiosk is host, or none.
    case notHost
    /// The grant is another one now.
    case changed
    case failed(ServerError)
}
