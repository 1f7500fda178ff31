import MeshLedger
import MeshModel
import MeshRules

/// The door that a scan is decided at.
struct Door: Sendable {
    /// Nil where the event's server has no list that fits, or the wrong one was asked for.
    var list: CheckInList?
    var event: EventDefinition?
    /// Why nothing passes here at all, with a note; nil where the rules decide.
    var refusal: (reason: Reason, note: String)?
}

extension Node {
    /// What a scan finds.
    enum Match: Sendable {
        case ticket(Catalogue.Entry, Door)
        case unknown
        case ambiguous([Candidate])
        /// The data that would tell is not complete yet.
        case notReady
    }

    func match(_ scan: Scan) -> Match {
        let catalogue = ledger.state.catalogue
        var ids = catalogue.find(scan.hash, kind: scan.kind)
        if let choice = scan.ticket { ids = ids.filter { $0 == choice } }
        guard !ids.isEmpty else { return matchUnknown(scan) }
        var entries = ids.compactMap { catalogue[$0] }
        // The server withdrew this very code: whatever else still has it is out of date.
        if let revoked = entries.first(where: { $0.ticket.status == .revoked }) {
            entries = [revoked]
        }
        if entries.count > 1 {
            let open = entries.filter { refusal(of: $0.ticket) == nil }
            if !open.isEmpty { entries = open }
        }
        guard entries.count == 1 else { return .ambiguous(entries.map { candidate($0) }) }
        return match(entries[0], scan)
    }

    private func match(_ entry: Catalogue.Entry, _ scan: Scan) -> Match {
        let segment = ledger.state.segments[entry.ticket.segment]
        let part = segment?.part(entry.ticket.event)
        let refusal = refusal(of: entry.ticket)
        if refusal == nil, let segment, part.map({ !segment.isReady($0) }) ?? true {
            return .notReady
        }
        var door = door(for: entry.ticket, scan)
        if let refusal { door.refusal = (.notAuthorized, refusal) }
        guard let list = door.list, list.options.contains(.addOns) else {
            return .ticket(entry, door)
        }
        // The ticket's add-ons count too; whoever may pass this list is meant.
        let addOns = ledger.state.catalogue.find(scan.hash, kind: .addOn)
            .compactMap { ledger.state.catalogue[$0] }
        let passing = ([entry] + addOns).filter { list.admits(product: $0.ticket.productID) }
        if passing.count > 1 { return .ambiguous(passing.map { candidate($0) }) }
        return .ticket(passing.first ?? entry, door)
    }

    /// A code that the catalogue does not hold may carry its ticket; and while some of the data is
    /// missing, nobody can say that there is no such ticket.
    private func matchUnknown(_ scan: Scan) -> Match {
        var isComplete = true
        for segment in ledger.state.segments.all where segment.isActive(at: now.wall) {
            if !segment.isReady { isComplete = false }
            guard !scan.sealedCode.isEmpty else { continue }
            for part in segment.parts where segment.isReady(part) {
                guard let definition = part.definition, !definition.issuers.isEmpty else {
                    continue
                }
                let source = CodeSource(
                    segment: segment.grant.grant.name, event: definition)
                if let ticket = author.ticket(
                    inSealedCode: scan.sealedCode, source: source, at: now.wall)
                {
                    let entry = ledger.state.catalogue[ticket.id] ?? Catalogue.Entry(ticket)
                    return match(entry, scan)
                }
            }
        }
        return isComplete ? .unknown : .notReady
    }

    private func candidate(_ entry: Catalogue.Entry) -> Candidate {
        Candidate(
            ticket: entry.ticket.id, product: entry.ticket.product, seat: entry.ticket.seat,
            isRedeemed: !entry.uses.isEmpty)
    }

    /// Why the mesh is not authorised to redeem this ticket; nil where it is.
    private func refusal(of ticket: Ticket) -> String? {
        guard !ticket.segment.isEmpty else { return nil }
        guard let segment = ledger.state.segments[ticket.segment] else {
            return "no grant covers it"
        }
        let grant = segment.grant.grant
        switch grant.standing(at: now.wall) {
        case .withdrawn: return "grant \(grant.name) was withdrawn"
        case .notYet: return "grant \(grant.name) begins later"
        case .over: return "grant \(grant.name) is over"
        case .inForce: break
        }
        guard grant.scope.covers(event: ticket.event) else {
            return "grant \(grant.name) does not cover event \(ticket.event)"
        }
        // A mark says what the grant covers under which the event is ready, and no other.
        guard ticket.marks.contains(.outside), let part = segment.part(ticket.event),
            segment.isReady(part)
        else { return nil }
        return "grant \(grant.name) does not cover it"
    }

    /// The list that a scan of `ticket` is decided on.
    private func door(for ticket: Ticket, _ scan: Scan) -> Door {
        guard let segment = ledger.state.segments[ticket.segment],
            let definition = segment.part(ticket.event)?.definition
        else { return Door(list: .imported) }
        var door = Door(event: definition)
        let scope = segment.grant.grant.scope
        if let wanted = scan.list {
            door.list = definition.list(wanted)
            if door.list == nil {
                door.refusal = (.invalid, "event \(ticket.event) has no list \(wanted)")
            } else if !scope.covers(list: wanted) {
                door.refusal = (.notAuthorized, "the grant does not cover list \(wanted)")
            }
            return door
        }
        let fitting = definition.lists.filter {
            scope.covers(list: $0.id) && ($0.session == nil || $0.session == ticket.session)
        }
        door.list =
            scope.lists?.lazy.compactMap { id in fitting.first { $0.id == id } }.first
            ?? fitting.first
        if door.list == nil {
            if definition.lists.isEmpty {
                door.list = .imported
            } else {
                door.refusal = (.invalid, "no list of the grant is for this session")
            }
        }
        return door
    }

    /// Scans of a ticket on one list that counted, and those still being stored.
    func history(of entry: Catalogue.Entry, on list: ListID) -> [CheckIn] {
        var history = entry.history(on: list)
        guard let term else { return history }
        let codes = entry.ticket.credentials.compactMap { term.ticketsFromCodes[$0.hash] }
        var ids = [entry.ticket.id]
        for id in entry.formerIDs + codes where !ids.contains(id) { ids.append(id) }
        for id in ids {
            for use in term.pendingUses[id] ?? [] where use.checkIn.list == list {
                history.append(use.checkIn)
            }
        }
        return history
    }
}

extension CheckInList {
    /// For tickets that came without a list: an exchange happens once for each entry.
    static let imported = CheckInList(id: 0, name: "", options: [])

    func admits(product: UInt64) -> Bool { products?.contains(product) ?? true }
}
