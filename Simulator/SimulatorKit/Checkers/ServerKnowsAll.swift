import MeshLedger
import MeshModel
import MeshNode

/// The server has every redemption and rejection that counts, and nothing that does not.
struct ServerKnowsAll: Checker {
    let name = "server-differs"
    let interests: [Observation.Kind] = []

    mutating func observe(_ observation: Observation, in world: World) -> String? { nil }

    mutating func finish(_ world: World) -> String? {
        guard let office = world.office?.office,
            let node = world.kiosks.first(where: { $0.process?.node.isServing == true })?
                .process?.node
        else { return nil }
        let requests = node.ledger.state.requests
        for (fact, isRedeemed) in office.facts {
            guard case .decision(let settled)? = requests[fact],
                (settled.decision.verdict == .redeemed) == isRedeemed
            else { return "the server was told of \(fact.hex.prefix(8)), which does not count" }
        }
        for visit in world.visitors.visits {
            guard case .decision? = requests[visit.request] else { continue }
            if !office.knows(visit.request) {
                return "the server was not told of \(visit.request.hex.prefix(8))"
            }
        }
        return nil
    }
}
