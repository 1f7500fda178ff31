import MeshConsensus
import MeshLedger
import MeshModel

extension Node {
    /// Decides one administrative request on the acknowledged state; the next waits until its
    /// record is acknowledged.
    mutating func decideAdministration(into records: inout [Record]) {
        while term?.deciding == nil, let request = term?.administration.popFirst() {
            switch decideAdministration(request) {
            case .record(let record):
                records.append(record)
                term?.deciding = request.id
                if case .grant = record { term?.decidingGrant = request.id }
                waitForAdministration(request)
            case .answer(let outcome):
                answer(request.id, outcome, to: request.kiosk)
            }
        }
    }

    private mutating func waitForAdministration(_ request: Request) {
        guard let written = term?.written else { return }
        term?.waiting.append(
            Term.Waiting(
                length: written + 1, request: request.id, kiosk: request.kiosk, redeems: nil))
        term?.waitingIDs.insert(request.id)
    }

    enum Administration {
        case record(Record)
        case answer(Outcome)
    }

    private func decideAdministration(_ request: Request) -> Administration {
        switch request.body {
        case .redeem: .answer(.unavailable(.busy))
        case .annul(let redemption, let reason):
            decideAmendment(of: redemption, reason, request, isAnnulment: true)
        case .reprint(let redemption, let reason):
            decideAmendment(of: redemption, reason, request, isAnnulment: false)
        case .grant(let grant): decideGrant(grant, request.id)
        case .segmentPage(let page): decidePage(page, request.id)
        case .receipts(let receipts):
            receipts.count <= configuration.limits.receipts
                ? .record(.receipts(request: request.id, receipts))
                : .answer(.denied(.tooManyTickets))
        case .importTickets(let tickets): decideImport(tickets, request.id)
        case .createToken(let token):
            ledger.state.tokens.count < configuration.limits.tokens
                ? .record(.tokenCreated(request: request.id, token: token))
                : .answer(.denied(.tooManyTokens))
        case .revokeToken(let token):
            ledger.state.tokens[token] == nil
                ? .answer(.denied(.unknownToken))
                : .record(.tokenRevoked(request: request.id, token: token))
        case .revoke(let other): decideRevocation(of: other, request.id)
        case .admit(let application): decideAdmission(application, request.id)
        }
    }

    private func decideImport(_ tickets: [Ticket], _ id: RequestID) -> Administration {
        guard tickets.count <= configuration.limits.importTickets else {
            return .answer(.denied(.tooManyTickets))
        }
        let (counts, changed) = compare(tickets)
        guard !changed.isEmpty else { return .answer(.imported(counts)) }
        return .record(.tickets(TicketBatch(request: id, counts: counts, tickets: changed)))
    }

    /// What of these tickets is new or differs from the catalogue.
    func compare(_ tickets: [Ticket]) -> (counts: ImportCounts, changed: [Ticket]) {
        var counts = ImportCounts()
        var changed: [Ticket] = []
        for ticket in tickets {
            let known = ledger.state.catalogue[ticket.id]
            if known?.ticket.contentDigest == ticket.contentDigest {
                counts.unchanged += 1
                continue
            }
            if known == nil { counts.added += 1 } else { counts.updated += 1 }
            changed.append(ticket)
        }
        return (counts, changed)
    }

    private func decideRevocation(of other: KioskID, _ id: RequestID) -> Administration {
        guard roster[other] != nil else { return .answer(.denied(.unknownKiosk)) }
        guard other != kiosk else { return .answer(.denied(.kioskIsHost)) }
        guard roster.admits(other) else { return .answer(.done) }
        if let voters = term?.keeper.newest.voters, voters.count == 1, voters[0].kiosk == other {
            return .answer(.denied(.onlyVoter))
        }
        return .record(.revocation(request: id, kiosk: other))
    }

    private func decideAdmission(_ application: JoinApplication, _ id: RequestID) -> Administration
    {
        let entry = application.entry
        guard let use = ledger.state.tokens[application.token], !use.isRevoked else {
            return .answer(.denied(.unknownToken))
        }
        guard author.proves(application, request: id, token: use.token) else {
            return .answer(.denied(.badProof))
        }
        let roster = ledger.state.roster
        if let known = roster[entry.kiosk] {
            // The answer to its first application was lost: the same keys are welcome again.
            if known.isRevoked { return .answer(.denied(.kioskRevoked)) }
            guard known.tlsKey == entry.tlsKey else { return .answer(.denied(.otherKey)) }
            return .answer(.admitted(known))
        }
        guard now.wall <= use.token.expires else { return .answer(.denied(.tokenExpired)) }
        guard use.used < use.token.uses else { return .answer(.denied(.tokenUsedUp)) }
        guard roster.entries.count < configuration.limits.kiosks else {
            return .answer(.denied(.rosterFull))
        }
        if roster[name: entry.name] != nil {
            let free = freeName(like: entry.name, roster)
            return .answer(.denied(.nameTaken(suggestion: free)))
        }
        return .record(
            .admission(Admission(request: id, entry: entry, token: application.token)))
    }

    private func freeName(like name: String, _ roster: Roster) -> String {
        var number = 2
        while roster[name: "\(name)-\(number)"] != nil { number += 1 }
        return "\(name)-\(number)"
    }
}
