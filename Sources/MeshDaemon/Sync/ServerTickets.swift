import MeshModel
import MeshWire
import TicketServers

/// Turns what a ticket server says into tickets of the mesh: marked as covered by the grant or not,
/// codes as keyed hashes, personal details sealed.
struct TicketMapping: Sendable {
    let sealing: TicketSealing
    let grant: Grant
    let secrets: GrantSecrets
    let definition: EventDefinition

    func tickets(_ page: CatalogPage) -> [Ticket] {
        var secretOf: [String: String] = [:]
        for ticket in page.tickets { secretOf[ticket.key] = ticket.secret }
        return page.tickets.map { ticket(from: $0, parent: $0.addOnTo.flatMap { secretOf[$0] }) }
            + page.revokedCodes.map { revoked($0) }
    }

    private func ticket(from server: ServerTicket, parent: String?) -> Ticket {
        let product = definition.products.first { $0.id == server.product }?.name ?? ""
        let details = TicketDetails(
            serial: server.secret ?? "", holder: server.holder, account: server.account,
            idNumber: server.idNumber, secret: server.secret ?? "", key: server.key)
        var ticket = Ticket(
            id: sealing.ticketID(segment: grant.name, key: server.key),
            credentials: credentials(of: server, parent: parent), event: definition.slug,
            product: product, seat: server.seat, validFrom: server.validFrom,
            validUntil: server.validUntil, entries: UInt32(clamping: max(1, server.entries)),
            status: TicketStatus(server.status), sealedDetails: sealing.seal(details),
            contentDigest: 0, segment: grant.name, marks: marks(of: server),
            productID: server.product, variation: server.variation, session: server.session,
            checkIns: server.checkIns.sorted { $0.at < $1.at }.prefix(WireLimits.checkIns)
                .map { CheckIn(list: $0.list, kind: $0.isExit ? .exit : .entry, at: $0.at) })
        mark(&ticket, details)
        return ticket
    }

    /// Sets or clears the mark of what the grant does not cover, and the digest over everything.
    func mark(_ ticket: inout Ticket, _ details: TicketDetails) {
        let isCovered =
            covers(product: ticket.productID, named: ticket.product)
            && secrets.covers(code: details.secret, account: details.account)
        if isCovered { ticket.marks.remove(.outside) } else { ticket.marks.insert(.outside) }
        ticket.contentDigest = sealing.contentDigest(DiskCoding.canonicalBytes(ticket))
    }

    private func covers(product: UInt64, named name: String) -> Bool {
        guard let products = grant.scope.products else { return true }
        return products.contains(name) || products.contains(String(product))
    }

    private func credentials(of server: ServerTicket, parent: String?) -> [Credential] {
        var found: [Credential] = []
        func add(_ kind: CredentialKind, _ code: String?) {
            guard let code, !code.isEmpty else { return }
            let credential = Credential(kind: kind, hash: sealing.credential(code))
            if !found.contains(credential) { found.append(credential) }
        }
        add(.serial, server.secret)
        add(.qr, server.secret)
        add(.qr, server.qr)
        add(.idNumber, server.idNumber)
        add(.account, server.account)
        add(.addOn, parent)
        return found
    }

    private func marks(of server: ServerTicket) -> TicketMarks {
        var marks: TicketMarks = []
        if server.isBlocked { marks.insert(.blocked) }
        if server.requiresApproval { marks.insert(.unapproved) }
        if server.isValidIfPending { marks.insert(.validIfPending) }
        if server.isIncomplete { marks.insert(.incomplete) }
        if server.isTest { marks.insert(.test) }
        return marks
    }

    /// A code that the server withdrew: shown at a door it is known, and refused.
    private func revoked(_ code: String) -> Ticket {
        let key = "revoked:\(definition.slug):\(code)"
        let details = TicketDetails(
            serial: code, holder: "", account: "", idNumber: "", secret: code, key: key)
        var ticket = Ticket(
            id: sealing.ticketID(segment: grant.name, key: key),
            credentials: [Credential(kind: .qr, hash: sealing.credential(code))],
            event: definition.slug, status: .revoked, sealedDetails: sealing.seal(details),
            contentDigest: 0, segment: grant.name)
        ticket.contentDigest = sealing.contentDigest(DiskCoding.canonicalBytes(ticket))
        return ticket
    }
}

extension TicketStatus {
    init(_ status: ServerTicket.Status) {
        self =
            switch status {
            case .paid: .paid
            case .unpaid: .unpaid
            case .canceled: .canceled
            }
    }
}
