import MeshLedger
import MeshModel
import MeshRules

extension Node {
    /// Decides one scan of a known ticket: the grant first, then the rules of the door.
    func verdict(
        _ scan: Scan, _ ticket: Ticket, _ door: Door, _ history: [CheckIn]
    ) -> (Verdict, note: String) {
        if let refusal = door.refusal { return (.rejected(refusal.reason), refusal.note) }
        guard let list = door.list else { return (.rejected(.invalid), "no list fits") }
        let rules: JSONValue
        let event: DoorEvent
        do {
            rules = list.rules.isEmpty ? .object([]) : try JSONValue.parse(list.rules)
            event = try DoorEvent(door.event, session: ticket.session)
        } catch {
            // A rule that cannot be evaluated refuses, and says so.
            return (.rejected(.rules), "The rules of list \(list.id) cannot be read: \(error)")
        }
        let asked = DoorScan(
            isExit: scan.direction == .exit, ignoresUnpaid: scan.ignoresUnpaid, at: now.wall)
        let past = history.map { PastScan(isExit: $0.kind == .exit, at: $0.at) }
        switch MeshRules.decide(
            DoorTicket(ticket), on: DoorList(list, rules: rules), at: event, scan: asked,
            history: past)
        {
        case .pass: return (.redeemed, "")
        case .refuse(let reason, let explanation):
            let known = Reason(reason)
            // The word says it all, and nine of ten refusals are of these.
            let isPlain = known == .alreadyRedeemed || known == .canceled || known == .unpaid
            return (.rejected(known), isPlain ? "" : String(explanation.prefix(120)))
        }
    }
}

extension DoorTicket {
    init(_ ticket: Ticket) {
        let status: Status =
            switch ticket.status {
            case .paid, .blocked: .paid
            case .unpaid: .unpaid
            case .canceled: .canceled
            case .revoked: .revoked
            }
        self.init(
            status: status,
            isBlocked: ticket.status == .blocked || ticket.marks.contains(.blocked),
            requiresApproval: ticket.marks.contains(.unapproved),
            isValidIfPending: ticket.marks.contains(.validIfPending),
            isIncomplete: ticket.marks.contains(.incomplete), product: ticket.productID,
            variation: ticket.variation, session: ticket.session, validFrom: ticket.validFrom,
            validUntil: ticket.validUntil, entries: Int(ticket.entries),
            isFromCode: ticket.marks.contains(.signatureOnly))
    }
}

extension DoorList {
    init(_ list: CheckInList, rules: JSONValue) {
        self.init(
            id: list.id, name: list.name, products: list.products, session: list.session,
            includesPending: list.options.contains(.includesPending),
            allowsMultipleEntries: list.options.contains(.multipleEntries),
            allowsEntryAfterExit: list.options.contains(.reentry), rules: rules)
    }
}

extension DoorEvent {
    /// Without an event there is neither a zone nor a time.
    init(_ event: EventDefinition?, session: UInt64?) throws(ZoneTable.Fault) {
        guard let event else {
            self.init(zone: .utc)
            return
        }
        let span = event.span(of: session)
        let zone = try ZoneTable(
            initialOffsetSeconds: event.zone.first,
            transitions: event.zone.changes.map {
                ZoneTable.Transition(at: $0.at, offsetSeconds: $0.seconds)
            })
        self.init(
            zone: zone, from: span.from, until: span.until, admission: span.admission,
            gate: event.gate)
    }
}

extension Reason {
    init(_ reason: DoorReason) {
        self =
            switch reason {
            case .invalid: .invalid
            case .unpaid: .unpaid
            case .blocked: .blocked
            case .invalidTime: .invalidTime
            case .canceled: .canceled
            case .alreadyRedeemed: .alreadyRedeemed
            case .product: .product
            case .rules: .rules
            case .revoked: .revoked
            case .unapproved: .unapproved
            case .incomplete: .incomplete
            }
    }
}
