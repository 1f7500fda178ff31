package import MeshModel

/// The tickets of the mesh, found by keyed credential hash.
package struct Catalogue: Sendable, Equatable {
    /// A ticket with what happened to it.
    package struct Entry: Hashable, Sendable {
        package internal(set) var ticket: Ticket
        package internal(set) var redeemed: UInt32 = 0
        package internal(set) var first: FirstUse?
    }

    private var entries: [TicketID: Entry] = [:]
    private var byCredential: [CredentialHash: [TicketID]] = [:]

    package var count: Int { entries.count }

    package subscript(id: TicketID) -> Entry? { entries[id] }

    /// The tickets that a credential finds, sorted by id.
    package func find(_ hash: CredentialHash, kind: CredentialKind?) -> [TicketID] {
        let found = byCredential[hash] ?? []
        guard let kind else { return found }
        return found.filter { id in
            entries[id]?.ticket.credentials.contains(Credential(kind: kind, hash: hash)) ?? false
        }
    }

    mutating func set(_ ticket: Ticket) {
        if let old = entries[ticket.id] {
            if old.ticket.credentials != ticket.credentials { unlink(old.ticket) }
            entries[ticket.id]?.ticket = ticket
        } else {
            entries[ticket.id] = Entry(ticket: ticket)
        }
        for credential in ticket.credentials {
            var ids = byCredential[credential.hash] ?? []
            guard !ids.contains(ticket.id) else { continue }
            ids.append(ticket.id)
            ids.sort()
            byCredential[credential.hash] = ids
        }
    }

    mutating func redeem(_ decision: Decision) {
        guard var entry = entries[decision.ticket] else { return }
        entry.redeemed += 1
        if entry.first == nil {
            entry.first = FirstUse(at: decision.at, kiosk: decision.kiosk)
        }
        entries[decision.ticket] = entry
    }

    private mutating func unlink(_ ticket: Ticket) {
        for credential in ticket.credentials {
            byCredential[credential.hash]?.removeAll { $0 == ticket.id }
        }
    }
}
