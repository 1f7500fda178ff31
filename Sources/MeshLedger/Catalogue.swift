package import MeshModel

/// The tickets of the mesh, found by keyed credential hash.
package struct Catalogue: Sendable, Equatable {
    /// A ticket with what happened to it.
    package struct Entry: Hashable, Sendable {
        package internal(set) var ticket: Ticket
        /// What the mesh redeemed and nobody annulled, in the order of the log.
        package internal(set) var uses: [Use] = []
        /// Names it had while it was known from its code alone.
        package internal(set) var formerIDs: [TicketID] = []

        package init(_ ticket: Ticket) { self.ticket = ticket }

        /// When and where it was first redeemed on a list, here or as the server knew it.
        package func first(on list: ListID) -> FirstUse? {
            let here = uses.first { $0.list == list && $0.direction == .entry }
            let there = ticket.checkIns.first { $0.list == list && $0.kind == .entry }
            if let there, here.map({ there.at < $0.at }) ?? true {
                return FirstUse(at: there.at, kiosk: nil)
            }
            return here.map { FirstUse(at: $0.at, kiosk: $0.kiosk) }
        }

        /// Every scan that counted on a list, the server's included, each once, in order of time.
        package func history(on list: ListID) -> [CheckIn] {
            let here = uses.filter { $0.list == list }
                .map { CheckIn(list: list, kind: $0.direction, at: $0.at) }
            // What was uploaded comes back with the next download.
            let there = ticket.checkIns.filter { $0.list == list && !here.contains($0) }
            return there.isEmpty ? here : (here + there).sorted { $0.at < $1.at }
        }
    }

    /// One redemption of a ticket.
    package struct Use: Hashable, Sendable {
        package let request: RequestID
        package let kiosk: KioskID
        package let list: ListID
        package let direction: ScanKind
        package let at: WallTime

        package init(_ decision: Decision) {
            request = decision.request
            kiosk = decision.kiosk
            list = decision.list
            direction = decision.direction
            at = decision.at
        }
    }

    private var entries: [TicketID: Entry] = [:]
    private var byCredential: [CredentialHash: CredentialOwners] = [:]
    /// Tickets once known from their code alone, to what they are in the catalogue.
    private var successors: [TicketID: TicketID] = [:]

    package var count: Int { entries.count }

    package subscript(id: TicketID) -> Entry? { entries[current(id)] }

    /// The tickets that a credential finds, sorted by id. Add-ons by the code of their ticket only
    /// where that kind is asked for.
    package func find(_ hash: CredentialHash, kind: CredentialKind?) -> [TicketID] {
        guard let owners = byCredential[hash] else { return [] }
        return owners.ids.filter { id in
            entries[id]?.ticket.credentials.contains { credential in
                credential.hash == hash
                    && (kind.map { $0 == credential.kind } ?? (credential.kind != .addOn))
            } ?? false
        }
    }

    /// The ids of the tickets that fit, sorted.
    package func ids(where fits: (Ticket) -> Bool) -> [TicketID] {
        var found: [TicketID] = []
        for (id, entry) in entries where fits(entry.ticket) { found.append(id) }
        return found.sorted()
    }

    mutating func set(_ ticket: Ticket) {
        if successors[ticket.id] != nil || isKnownToServer(ticket) { return }
        if let old = entries[ticket.id]?.ticket {
            entries[ticket.id]?.ticket = ticket
            if old.credentials == ticket.credentials { return }
            unlink(old)
        } else {
            entries[ticket.id] = Entry(ticket)
            takeOver(by: ticket)
        }
        for credential in ticket.credentials {
            if let owners = byCredential[credential.hash] {
                byCredential[credential.hash] = owners.adding(ticket.id)
            } else {
                byCredential[credential.hash] = .one(ticket.id)
            }
        }
    }

    /// A ticket that was redeemed from its code before the catalogue held it goes over into the one
    /// that the server sent, with all that happened to it.
    private mutating func takeOver(by ticket: Ticket) {
        guard !ticket.marks.contains(.fromCode) else { return }
        for credential in ticket.credentials where credential.kind == .qr {
            for id in byCredential[credential.hash]?.ids ?? [] {
                guard let known = entries[id], known.ticket.marks.contains(.fromCode) else {
                    continue
                }
                unlink(known.ticket)
                entries[id] = nil
                successors[id] = ticket.id
                entries[ticket.id]?.uses += known.uses
                entries[ticket.id]?.formerIDs.append(id)
            }
        }
    }

    /// True for a ticket from a code that was decided while the server's own word was on its way.
    private mutating func isKnownToServer(_ ticket: Ticket) -> Bool {
        guard ticket.marks.contains(.fromCode), entries[ticket.id] == nil else { return false }
        for credential in ticket.credentials where credential.kind == .qr {
            guard let owner = byCredential[credential.hash]?.ids.first else { continue }
            successors[ticket.id] = owner
            entries[owner]?.formerIDs.append(ticket.id)
            return true
        }
        return false
    }

    private func current(_ id: TicketID) -> TicketID { successors[id] ?? id }

    mutating func redeem(_ decision: Decision) {
        entries[current(decision.ticket)]?.uses.append(Use(decision))
    }

    /// Takes the use back that `redemption` made.
    mutating func annul(_ redemption: RequestID, of ticket: TicketID) {
        entries[current(ticket)]?.uses.removeAll { $0.request == redemption }
    }

    private mutating func unlink(_ ticket: Ticket) {
        for credential in ticket.credentials {
            byCredential[credential.hash] = byCredential[credential.hash]?.removing(ticket.id)
        }
    }
}

/// The tickets that one credential belongs to: nearly always a single one, which needs no array.
enum CredentialOwners: Hashable, Sendable {
    case one(TicketID)
    /// Sorted, at least two.
    case several([TicketID])

    var ids: [TicketID] {
        switch self {
        case .one(let id): [id]
        case .several(let ids): ids
        }
    }

    func adding(_ id: TicketID) -> CredentialOwners {
        let ids = self.ids
        return ids.contains(id) ? self : .several((ids + [id]).sorted())
    }

    /// Nil where nobody is left.
    func removing(_ id: TicketID) -> CredentialOwners? {
        let left = ids.filter { $0 != id }
        return left.count > 1 ? .several(left) : left.first.map { .one($0) }
    }
}
