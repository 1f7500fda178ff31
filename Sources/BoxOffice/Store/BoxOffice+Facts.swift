import GRDB

extension BoxOffice {
    /// Stores `facts` of the event `slug` in their order, in one commit, and tells of each what
    /// became of it. The same facts again change nothing: they are known by request id and kind.
    ///
    /// Throws `unknown_event`, `too_large` (more than `BoxOfficeLimits.facts`), or what the disk
    /// says; then none is stored.
    package func store(
        _ facts: [OfficeFact], event slug: String, mesh: String = ""
    ) throws(BoxOfficeError) -> [FactOutcome] {
        guard facts.count <= BoxOfficeLimits.facts else {
            throw BoxOfficeError(
                .tooLarge, "\(facts.count) facts at once are too many.",
                hint: "Send at most \(BoxOfficeLimits.facts) in a request.")
        }
        do {
            return try pool.write { database in
                var table = EventTable()
                guard let event = try table.existing(named: slug, in: database) else {
                    throw BoxOfficeError.unknownEvent(slug)
                }
                let outcomes = try facts.map { fact -> FactOutcome in
                    if let problem = fact.problem { return .refused(problem) }
                    var entry = FactEntry(fact: fact, event: event.id, mesh: mesh)
                    return try entry.store(&table, in: database)
                }
                try table.save(in: database)
                return outcomes
            }
        } catch {
            throw .database(error, "store \(facts.count) facts")
        }
    }
}

extension BoxOfficeError {
    static func unknownEvent(_ slug: String) -> BoxOfficeError {
        BoxOfficeError(
            .unknownEvent, "There is no event \(slug.prefix(80)).",
            hint: "GET /v1/events lists what there is.")
    }
}

/// One fact on its way into the database.
private struct FactEntry {
    let fact: OfficeFact
    let event: Int64
    let mesh: String
    var ticket: Int64?

    init(fact: OfficeFact, event: Int64, mesh: String) {
        self.fact = fact
        self.event = event
        self.mesh = mesh
    }

    /// A fact about a ticket that is not known is kept all the same, for the report, and refused;
    /// sent again after the ticket came, it finds it.
    mutating func store(
        _ table: inout EventTable, in database: Database
    ) throws -> FactOutcome {
        ticket = try findTicket(in: database)
        if let known = try findFact(fact.kind == .annulled, in: database) {
            return try repeated(known, &table, in: database)
        }
        if fact.kind == .annulled {
            return try annul(&table, in: database)
        }
        try insert(in: database)
        guard ticket != nil else { return unknownTicket }
        if fact.kind == .redeemed { try count(1, &table, in: database) }
        return .stored
    }

    private func annul(
        _ table: inout EventTable, in database: Database
    ) throws -> FactOutcome {
        guard let redemption = try findFact(false, in: database),
            redemption.kind == OfficeFact.Kind.redeemed.rawValue
        else { return .refused("No redemption with this request id is known here.") }
        guard redemption.event == event, redemption.key == fact.key else {
            return .refused("The redemption with this request id is one of another ticket.")
        }
        try insert(in: database)
        try database.cachedStatement(sql: "UPDATE facts SET is_annulled = 1 WHERE id = ?")
            .execute(arguments: [redemption.id])
        guard redemption.ticket != nil else { return unknownTicket }
        try count(-1, isExit: redemption.isExit, &table, in: database)
        return .stored
    }

    private func repeated(
        _ known: KnownFact, _ table: inout EventTable, in database: Database
    ) throws -> FactOutcome {
        guard known.isSame(as: fact, event: event) else {
            return .refused("This request id belongs to another fact, stored before.")
        }
        if known.ticket != nil { return .alreadyKnown }
        guard let ticket else { return unknownTicket }
        // A redemption and its annulment find their ticket together, or the sums would differ.
        try database.cachedStatement(
            sql: "UPDATE facts SET ticket = ? WHERE request = ? AND ticket IS NULL"
        ).execute(arguments: [ticket, fact.request])
        if fact.kind == .redeemed, !known.isAnnulled { try count(1, &table, in: database) }
        return .stored
    }

    /// Moves the ticket's counts, and the ticket to the end of the changes: other meshes learn it.
    private func count(
        _ step: Int, isExit: Bool? = nil, _ table: inout EventTable, in database: Database
    ) throws {
        try database.cachedStatement(
            sql: "UPDATE tickets SET change = ?, scanned = scanned + ?, entered = entered + ? "
                + "WHERE id = ?"
        ).execute(arguments: [
            table.nextChange(of: event), step, isExit ?? fact.isExit ? 0 : step, ticket,
        ])
    }

    private var unknownTicket: FactOutcome {
        .refused(
            "No ticket of this event has the key \(fact.key.prefix(80)); the fact is kept and "
                + "counted as unknown.")
    }

    private func findTicket(in database: Database) throws -> Int64? {
        try Int64.fetchOne(
            database.cachedStatement(sql: "SELECT id FROM tickets WHERE key = ? AND event = ?"),
            arguments: [fact.key, event])
    }

    private func findFact(_ isAnnulment: Bool, in database: Database) throws -> KnownFact? {
        let row = try Row.fetchOne(
            database.cachedStatement(
                sql: "SELECT id, kind, event, key, list, is_exit, at, ticket, is_annulled "
                    + "FROM facts WHERE request = ? AND (kind = 'annulled') = ?"),
            arguments: [fact.request, isAnnulment])
        return row.map(KnownFact.init)
    }

    private func insert(in database: Database) throws {
        try database.cachedStatement(
            sql: "INSERT INTO facts (request, kind, event, ticket, list, key, code, reason, "
                + "is_exit, at, kiosk, guarantee, note, mesh) "
                + "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        ).execute(arguments: [
            fact.request, fact.kind.rawValue, event, ticket, Int64(clamping: fact.list), fact.key,
            fact.code, fact.reason, fact.isExit, fact.at, fact.kiosk, fact.guarantee, fact.note,
            mesh,
        ])
    }
}

/// A stored fact, as far as it matters for what comes later.
private struct KnownFact {
    let id: Int64
    let kind: String
    let event: Int64
    let key: String
    let list: Int64
    let isExit: Bool
    let at: Int64
    let ticket: Int64?
    let isAnnulled: Bool

    init(_ row: Row) {
        id = row[0]
        kind = row[1]
        event = row[2]
        key = row[3]
        list = row[4]
        isExit = row[5]
        at = row[6]
        ticket = row[7]
        isAnnulled = row[8]
    }

    func isSame(as fact: OfficeFact, event: Int64) -> Bool {
        kind == fact.kind.rawValue && self.event == event && key == fact.key
            && list == Int64(clamping: fact.list) && isExit == fact.isExit && at == fact.at
    }
}
