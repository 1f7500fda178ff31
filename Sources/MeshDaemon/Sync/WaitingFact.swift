import MeshLedger
import MeshModel
import MeshNode
import MeshWire
import TicketServers

/// A fact with what its server is told.
struct WaitingFact: Sendable {
    let id: RequestID
    let ticket: TicketID
    /// Nil where the ticket's details cannot be opened.
    let upload: UploadFact?
    /// How often an operator ordered it anew.
    var attempt: UInt32 = 0

    /// What became of it.
    func receipt(_ result: Receipt.Result) -> Receipt {
        Receipt(fact: id, result: result, attempt: attempt)
    }
}

extension NodeLoop {
    func waitingFact(
        _ id: RequestID, of uploads: Uploads, sealing: TicketSealing
    ) -> WaitingFact {
        var fact = waitingFact(id, sealing: sealing)
        fact.attempt = uploads.attempt(of: id)
        return fact
    }

    private func waitingFact(_ id: RequestID, sealing: TicketSealing) -> WaitingFact {
        let state = node.ledger.state
        switch state.requests[id] {
        case .decision(let settled):
            return waitingFact(id, settled, kind: kind(of: settled), sealing: sealing)
        case .annulled(let annulment):
            guard case .decision(let settled) = state.requests[annulment.redemption] else { break }
            return waitingFact(
                id, settled, kind: .annulled, note: annulment.reason, sealing: sealing)
        default: break
        }
        return WaitingFact(id: id, ticket: id, upload: nil)
    }

    private func kind(of settled: SettledDecision) -> UploadFact.Kind {
        switch settled.decision.verdict {
        case .redeemed: .redeemed
        case .rejected(let reason): .rejected(reason: reason.word)
        }
    }

    private func waitingFact(
        _ id: RequestID, _ settled: SettledDecision, kind: UploadFact.Kind, note: String = "",
        sealing: TicketSealing
    ) -> WaitingFact {
        let decision = settled.decision
        guard let ticket = node.ledger.state.catalogue[decision.ticket]?.ticket,
            let details = sealing.open(ticket.sealedDetails)
        else { return WaitingFact(id: id, ticket: decision.ticket, upload: nil) }
        let notes = [note, decision.note].filter { !$0.isEmpty }
        let upload = UploadFact(
            kind: kind, requestID: decision.request.hex, event: ticket.event,
            list: serverList(decision.list, ticket),
            key: details.key, secret: details.secret, isExit: decision.direction == .exit,
            at: decision.at, kiosk: name(of: decision.kiosk),
            guarantee: settled.copies > 1 ? "replicated" : "single-copy",
            note: notes.joined(separator: "; "))
        return WaitingFact(id: id, ticket: decision.ticket, upload: upload)
    }
}

extension NodeLoop {
    /// The list that the server files a fact under: a scan may have named one that it lacks.
    private func serverList(_ list: ListID, _ ticket: Ticket) -> ListID {
        guard let segment = node.ledger.state.segments[ticket.segment],
            let lists = segment.part(ticket.event)?.definition?.lists, !lists.isEmpty,
            !lists.contains(where: { $0.id == list })
        else { return list }
        let scope = segment.grant.grant.scope
        return (lists.first { scope.covers(list: $0.id) } ?? lists[0]).id
    }
}

extension Receipt.Result {
    init(_ outcome: UploadOutcome) {
        switch outcome {
        case .stored: self = .sent
        case .alreadyKnown: self = .alreadyKnown
        case .refused(let words):
            var text = words
            while text.utf8.count > TextLimits.words { text.removeLast() }
            self = .quarantined(text)
        }
    }
}
