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

    private typealias Row = TicketRows.Row

    private var rows = TicketRows()
    private var byID: [TicketID: Row] = [:]
    private var byCredential = CredentialIndex()
    /// What happened to tickets, of those to which something did.
    private var usesOf: [Row: [Use]] = [:]
    private var formerIDsOf: [Row: [TicketID]] = [:]
    /// Tickets once known from their code alone, to what they are in the catalogue.
    private var successors: [TicketID: TicketID] = [:]

    package var count: Int { byID.count }

    package subscript(id: TicketID) -> Entry? {
        guard let row = row(id) else { return nil }
        return entry(row)
    }

    /// The segment of a ticket; nil where there is no such ticket, empty where it has none.
    package func segment(of id: TicketID) -> String? { row(id).map { rows.segment($0) } }

    private func row(_ id: TicketID) -> Row? { byID[successors[id] ?? id] }

    private func entry(_ row: Row) -> Entry {
        var entry = Entry(rows[row])
        if let uses = usesOf[row] { entry.uses = uses }
        if let formerIDs = formerIDsOf[row] { entry.formerIDs = formerIDs }
        return entry
    }

    /// The tickets that a credential finds, sorted by id. Add-ons by the code of their ticket only
    /// where that kind is asked for.
    package func find(_ hash: CredentialHash, kind: CredentialKind?) -> [TicketID] {
        byCredential[hash].map { rows[$0] }.filter { ticket in
            ticket.credentials.contains { credential in
                credential.hash == hash
                    && (kind.map { $0 == credential.kind } ?? (credential.kind != .addOn))
            }
        }.map(\.id).sorted()
    }

    /// The ids of the tickets of one event of a segment, sorted: one pass over the catalogue.
    package func ids(segment: String, event: String) -> [TicketID] {
        rows.ids(segment: segment, event: event).sorted()
    }

    mutating func set(_ ticket: Ticket) {
        if successors[ticket.id] != nil || isKnownToServer(ticket) { return }
        let row: Row
        if let known = byID[ticket.id] {
            let old = rows[known].credentials
            rows.replace(known, by: ticket)
            if old == ticket.credentials { return }
            for credential in old { byCredential.remove(known, from: credential.hash) }
            row = known
        } else {
            row = rows.add(ticket)
            byID[ticket.id] = row
            takeOver(by: ticket, in: row)
        }
        for credential in ticket.credentials { byCredential.add(row, to: credential.hash) }
    }

    /// A ticket that was redeemed from its code before the catalogue held it goes over into the one
    /// that the server sent, with all that happened to it.
    private mutating func takeOver(by ticket: Ticket, in row: Row) {
        guard !ticket.marks.contains(.fromCode) else { return }
        for credential in ticket.credentials where credential.kind == .qr {
            for known in byCredential[credential.hash] {
                let old = rows[known]
                guard old.marks.contains(.fromCode) else { continue }
                for credential in old.credentials {
                    byCredential.remove(known, from: credential.hash)
                }
                byID[old.id] = nil
                successors[old.id] = ticket.id
                if let moved = usesOf.removeValue(forKey: known) {
                    usesOf[row, default: []] += moved
                }
                formerIDsOf[known] = nil
                formerIDsOf[row, default: []].append(old.id)
                rows.remove(known)
            }
        }
    }

    /// True for a ticket from a code that was decided while the server's own word was on its way.
    private mutating func isKnownToServer(_ ticket: Ticket) -> Bool {
        guard ticket.marks.contains(.fromCode), byID[ticket.id] == nil else { return false }
        for credential in ticket.credentials where credential.kind == .qr {
            let owners = byCredential[credential.hash]
            guard let owner = owners.min(by: { rows.id($0) < rows.id($1) }) else { continue }
            successors[ticket.id] = rows.id(owner)
            formerIDsOf[owner, default: []].append(ticket.id)
            return true
        }
        return false
    }

    mutating func redeem(_ decision: Decision) {
        if let row = row(decision.ticket) { usesOf[row, default: []].append(Use(decision)) }
    }

    /// Takes the use back that `redemption` made.
    mutating func annul(_ redemption: RequestID, of ticket: TicketID) {
        guard let row = row(ticket) else { return }
        usesOf[row]?.removeAll { $0.request == redemption }
        if usesOf[row]?.isEmpty == true { usesOf[row] = nil }
    }

    /// Equal tickets to which the same happened, however they lie in memory.
    package static func == (a: Catalogue, b: Catalogue) -> Bool {
        a.count == b.count && a.successors == b.successors
            && a.rows.rows.allSatisfy { row in
                let entry = a.entry(row)
                return b[entry.ticket.id] == entry
            }
    }
}

/// Which rows each credential finds: nearly always a single one, which needs no array.
private struct CredentialIndex: Sendable {
    private typealias Row = TicketRows.Row

    /// A row, or from here on the place of several in `groups`.
    private static let firstGroup: UInt32 = 1 << 31

    private var places: [CredentialHash: UInt32] = [:]
    private var groups: [[TicketRows.Row]] = []
    private var free: [UInt32] = []

    subscript(hash: CredentialHash) -> [TicketRows.Row] {
        guard let place = places[hash] else { return [] }
        return place < Self.firstGroup ? [place] : groups[Int(place - Self.firstGroup)]
    }

    mutating func add(_ row: TicketRows.Row, to hash: CredentialHash) {
        let known = self[hash]
        if !known.contains(row) { set(known + [row], for: hash) }
    }

    mutating func remove(_ row: TicketRows.Row, from hash: CredentialHash) {
        let known = self[hash]
        if known.contains(row) { set(known.filter { $0 != row }, for: hash) }
    }

    private mutating func set(_ rows: [TicketRows.Row], for hash: CredentialHash) {
        let place = places[hash]
        if let place, place >= Self.firstGroup, rows.count < 2 {
            groups[Int(place - Self.firstGroup)] = []
            free.append(place)
        }
        if rows.count < 2 {
            places[hash] = rows.first
        } else if let place, place >= Self.firstGroup {
            groups[Int(place - Self.firstGroup)] = rows
        } else if let place = free.popLast() {
            groups[Int(place - Self.firstGroup)] = rows
            places[hash] = place
        } else {
            groups.append(rows)
            places[hash] = Self.firstGroup + UInt32(groups.count - 1)
        }
    }
}
