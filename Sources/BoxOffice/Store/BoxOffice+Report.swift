import GRDB

extension BoxOffice {
    /// Counts everything anew, in one view of the database. A million tickets take a second or so.
    package func report() throws(BoxOfficeError) -> OfficeReport {
        do {
            return try pool.read { database in
                var report = OfficeReport()
                let events = try Row.fetchAll(
                    database, sql: "SELECT id, slug, name, tickets FROM events ORDER BY slug")
                for row in events {
                    report.events.append(
                        try Self.event(
                            row[0], .init(event: row[1], name: row[2]), ticketCount: row[3],
                            database))
                }
                return report
            }
        } catch {
            throw .database(error, "make the report")
        }
    }

    private static func event(
        _ id: Int64, _ blank: OfficeReport.Event, ticketCount: Int, _ database: Database
    ) throws -> OfficeReport.Event {
        var event = blank
        let entered = try countTickets(id, &event, database)
        let annulledEntries = try countFacts(id, &event, database)
        event.rejections = try counts(
            "SELECT reason, count(*) FROM facts WHERE event = ? AND ticket IS NOT NULL "
                + "AND kind = 'rejected' GROUP BY reason", id, database)
        event.guarantees = try counts(
            "SELECT guarantee, count(*) FROM facts WHERE event = ? AND ticket IS NOT NULL "
                + "AND kind = 'redeemed' GROUP BY guarantee", id, database)
        event.doubleTickets = try doubles(id, database)
        event.balance(
            ticketCount: ticketCount, entered: entered, annulledEntries: annulledEntries)
        return event
    }

    /// Returns the entries that the tickets keep count of.
    private static func countTickets(
        _ id: Int64, _ event: inout OfficeReport.Event, _ database: Database
    ) throws -> Int {
        let sql = """
            SELECT count(*), total(status = 'paid'), total(status = 'unpaid'),
                total(status = 'canceled'), total(status = 'blocked'), total(entered > 0),
                total(entered = 0), total(entered), total(entered > entries),
                total(max(entered - entries, 0)), total(entered > 0 AND status <> 'paid')
            FROM tickets WHERE event = ?
            """
        guard let row = try Row.fetchOne(database, sql: sql, arguments: [id]) else { return 0 }
        event.tickets = .init(
            total: row[0], paid: row[1], unpaid: row[2], canceled: row[3], blocked: row[4],
            redeemed: row[5], open: row[6])
        event.doubles = row[8]
        event.doubleEntries = row[9]
        event.redeemedUnpaid = row[10]
        return row[7]
    }

    /// Returns how many redemptions on the way in were annulled.
    private static func countFacts(
        _ id: Int64, _ event: inout OfficeReport.Event, _ database: Database
    ) throws -> Int {
        let sql = """
            SELECT count(*), total(ticket IS NULL),
                total(ticket IS NOT NULL AND kind = 'redeemed' AND NOT is_exit),
                total(ticket IS NOT NULL AND kind = 'redeemed' AND is_exit),
                total(ticket IS NOT NULL AND kind = 'rejected'),
                total(ticket IS NOT NULL AND kind = 'annulled'),
                total(ticket IS NOT NULL AND kind = 'redeemed' AND NOT is_exit
                    AND NOT is_annulled)
            FROM facts WHERE event = ?
            """
        guard let row = try Row.fetchOne(database, sql: sql, arguments: [id]) else { return 0 }
        event.facts = .init(
            total: row[0], redeemed: row[2], exits: row[3], rejected: row[4], annulled: row[5],
            unknown: row[1])
        event.standing = row[6]
        let exits = try Int.fetchOne(
            database,
            sql: "SELECT count(*) FROM facts AS fact JOIN facts AS redemption "
                + "ON redemption.request = fact.request AND redemption.kind = 'redeemed' "
                + "WHERE fact.event = ? AND fact.ticket IS NOT NULL AND fact.kind = 'annulled' "
                + "AND redemption.is_exit",
            arguments: [id])
        return event.facts.annulled - (exits ?? 0)
    }

    private static func counts(
        _ sql: String, _ id: Int64, _ database: Database
    ) throws -> [String: Int] {
        let rows = try Row.fetchAll(database, sql: sql, arguments: [id])
        return Dictionary(rows.map { ($0[0], $0[1]) }, uniquingKeysWith: +)
    }

    private static func doubles(
        _ id: Int64, _ database: Database
    ) throws -> [OfficeReport.Double] {
        let rows = try Row.fetchAll(
            database,
            sql: "SELECT id, key, serial, entries, entered FROM tickets "
                + "WHERE event = ? AND entered > entries ORDER BY id LIMIT ?",
            arguments: [id, BoxOfficeLimits.toldDoubles])
        return try rows.map { row in
            let kiosks = try String.fetchAll(
                database,
                sql: "SELECT kiosk FROM facts WHERE ticket = ? AND kind = 'redeemed' "
                    + "AND NOT is_exit AND NOT is_annulled ORDER BY at, id LIMIT ?",
                arguments: [row[0] as Int64, BoxOfficeLimits.checkInsOfTicket])
            return .init(
                key: row[1], serial: row[2], entries: row[3], redeemed: row[4], kiosks: kiosks)
        }
    }
}
