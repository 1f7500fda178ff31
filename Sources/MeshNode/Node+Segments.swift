import MeshLedger
import MeshModel

extension Node {
    /// Takes a redemption back, or notes that its ticket was printed once more.
    func decideAmendment(
        of redemption: RequestID, _ reason: String, _ request: Request, isAnnulment: Bool
    ) -> Administration {
        guard case .decision(let settled) = ledger.state.requests[redemption],
            settled.decision.verdict == .redeemed
        else { return .answer(.denied(.unknownRedemption)) }
        guard settled.stands else { return .answer(.denied(.alreadyAnnulled)) }
        let amendment = Amendment(
            request: request.id, redemption: redemption, reason: reason, kiosk: request.kiosk,
            at: now.wall)
        return .record(isAnnulment ? .annulment(amendment) : .reprint(amendment))
    }

    /// Installs, changes or withdraws a grant. One event belongs to one name for good:
    /// a ticket under two of them could be redeemed twice.
    func decideGrant(_ grant: SignedGrant, _ id: RequestID) -> Administration {
        let segments = ledger.state.segments
        let new = grant.grant
        if let known = segments[new.name]?.grant {
            if known == grant { return .answer(.done) }
            guard new.version > known.grant.version else { return .answer(.denied(.olderGrant)) }
        } else if segments.all.count >= configuration.limits.grants {
            return .answer(.denied(.tooManyGrants))
        }
        if !new.isWithdrawn, let other = overlapping(new) {
            return .answer(.denied(.eventCovered(by: other)))
        }
        return .record(.grant(request: id, grant))
    }

    /// Another grant for the same server that has one of the events, or had it before it was
    /// withdrawn: what was redeemed under it is not known under another name.
    private func overlapping(_ new: Grant) -> String? {
        for segment in ledger.state.segments.all {
            let other = segment.grant.grant
            guard other.name != new.name, other.server.maySell(what: new.server) else { continue }
            if segment.parts.contains(where: { new.scope.covers(event: $0.progress.event) }) {
                return other.name
            }
            guard !other.isWithdrawn else { continue }
            guard let mine = new.scope.events, let theirs = other.scope.events else {
                return other.name
            }
            if mine.contains(where: { theirs.contains($0) }) { return other.name }
        }
        return nil
    }

    /// Records a page of the segment, with those tickets that say something new.
    func decidePage(_ page: SegmentPage, _ id: RequestID) -> Administration {
        let progress = page.progress
        guard let segment = ledger.state.segments[progress.segment],
            segment.grant.grant.version == progress.grant
        else { return .answer(.denied(.grantChanged)) }
        let isWhole = progress.event.isEmpty
        let part = segment.part(progress.event)
        guard isWhole || part != nil || segment.parts.count < configuration.limits.events,
            page.tickets.count <= configuration.limits.importTickets
        else { return .answer(.denied(.tooManyTickets)) }
        var changed = page
        changed.tickets = compare(page.tickets).changed
        if changed.definition == part?.definition { changed.definition = nil }
        if changed.tickets.isEmpty, changed.definition == nil,
            page.sealedToken.isEmpty || page.sealedToken == segment.sealedToken,
            let known = isWhole ? segment.progress : part?.progress,
            known.step == progress.step, known.cursor == progress.cursor,
            known.grant == progress.grant
        {
            return .answer(.done)
        }
        return .record(.page(request: id, changed))
    }
}
