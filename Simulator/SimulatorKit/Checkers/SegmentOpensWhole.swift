import MeshLedger
import MeshModel
import MeshNode

/// Redemption opens only once everything is here that the server had sold before.
struct SegmentOpensWhole: Checker {
    let name = "opened-early"
    let interests: [Observation.Kind] = [.recorded]

    mutating func observe(_ observation: Observation, in world: World) -> String? {
        guard case .recorded(let index) = observation, let office = world.office?.office,
            let state = world.kiosks[index].process?.node.ledger.state,
            let segment = state.segments[TicketOffice.segment], segment.isReady
        else { return nil }
        let grant = segment.grant.grant
        for number in 0..<world.visitors.firstSale
        where grant.scope.covers(event: TicketOffice.event(of: number)) {
            let sold = office.ticket(number, under: grant)
            guard let known = state.catalogue[sold.id]?.ticket else {
                return "n\(index): ticket \(number) is missing"
            }
            if known.marks != sold.marks {
                return "n\(index): ticket \(number) is marked as under another grant"
            }
        }
        return nil
    }
}
