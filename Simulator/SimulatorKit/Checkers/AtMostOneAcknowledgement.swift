import MeshModel

/// Guarantee 1: no more acknowledgements for a ticket than it has entries.
struct AtMostOneAcknowledgement: Checker {
    let name = "double-redemption"
    let interests: [Observation.Kind] = [.answered]
    private var acknowledged: [TicketID: [RequestID]] = [:]

    mutating func observe(_ observation: Observation, in world: World) -> String? {
        guard case .answered(let answer, let kiosk, _) = observation,
            case .decided(let decided) = answer.outcome, decided.decision.verdict == .redeemed
        else { return nil }
        let ticket = decided.decision.ticket
        guard acknowledged[ticket]?.contains(answer.request) != true else { return nil }
        acknowledged[ticket, default: []].append(answer.request)
        let count = acknowledged[ticket]?.count ?? 0
        let entries = world.entries(of: ticket)
        return count > entries
            ? "ticket \(ticket.hex.prefix(8)) acknowledged \(count) times of \(entries), "
                + "last at n\(kiosk)"
            : nil
    }
}
