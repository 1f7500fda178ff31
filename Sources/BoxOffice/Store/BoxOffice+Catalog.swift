import GRDB
import NIOCore

/// A part of a page as JSON: tickets with commas between them.
struct CatalogChunk: Sendable {
    var json: ByteBuffer
    var count: Int
    /// The last change that the chunk holds.
    var change: Int64
    /// The last change of the event.
    let last: Int64
    /// Nothing came behind it when it was read.
    var isLast: Bool
    /// Tickets of the event.
    var total: Int
}

extension BoxOffice {
    /// Up to `limit` tickets of the event `slug` behind `change`, oldest change first. A ticket
    /// that is altered moves to the end, so that reading on never misses one.
    /// Throws `unknown_event`, or what the disk says.
    func chunk(
        of slug: String, behind change: Int64, limit: Int
    ) async throws(BoxOfficeError) -> CatalogChunk {
        do {
            return try await pool.read { database in
                let event = try Row.fetchOne(
                    database.cachedStatement(
                        sql: "SELECT id, change, tickets FROM events WHERE slug = ?"),
                    arguments: [slug])
                guard let event else { throw BoxOfficeError.unknownEvent(slug) }
                return try Self.chunk(event, behind: change, limit: limit, database)
            }
        } catch {
            throw .database(error, "read the tickets")
        }
    }

    /// SQLite writes the JSON: its C code is several times quicker than fetching the columns one by
    /// one. Members at their usual value are left out: most tickets have some three of them. The
    /// closing brace is missing, as check-ins may follow.
    private static let select = """
        SELECT id, change, scanned,
            '{"key":' || json_quote(key) || ',"secret":' || json_quote(serial)
            || \(text("qr", "qr")) || \(text("idNumber", "id_number"))
            || \(text("account", "account")) || \(text("seat", "seat"))
            || \(text("holder", "holder")) || \(number("product", "product"))
            || \(number("validFrom", "valid_from")) || \(number("validUntil", "valid_until"))
            || CASE entries WHEN 1 THEN '' ELSE ',"entries":' || entries END
            || CASE status WHEN 'paid' THEN '' WHEN 'blocked' THEN ',"blocked":true'
                ELSE ',"status":' || json_quote(status) END
        FROM tickets WHERE event = ? AND change > ? ORDER BY change LIMIT ?
        """

    private static func text(_ name: String, _ column: String) -> String {
        "CASE \(column) WHEN '' THEN '' ELSE ',\"\(name)\":' || json_quote(\(column)) END"
    }

    private static func number(_ name: String, _ column: String) -> String {
        "coalesce(',\"\(name)\":' || \(column), '')"
    }

    private static func chunk(
        _ event: Row, behind change: Int64, limit: Int, _ database: Database
    ) throws -> CatalogChunk {
        let last: Int64 = event[1]
        var chunk = CatalogChunk(
            json: ByteBuffer(), count: 0, change: change, last: last,
            isLast: change >= last, total: event[2])
        let rows = try Row.fetchCursor(
            database.cachedStatement(sql: select),
            arguments: [event[0] as Int64, change, limit])
        while let row = try rows.next() {
            if chunk.count > 0 { chunk.json.writeString(",") }
            chunk.count += 1
            chunk.change = row[1]
            chunk.json.writeString(row[3] as String)
            if (row[2] as Int) > 0 { try writeCheckIns(of: row[0], to: &chunk.json, database) }
            chunk.json.writeString("}")
        }
        chunk.isLast = chunk.change >= last || chunk.count < limit
        return chunk
    }

    private static func writeCheckIns(
        of ticket: Int64, to json: inout ByteBuffer, _ database: Database
    ) throws {
        let rows = try Row.fetchAll(
            database.cachedStatement(
                sql: "SELECT list, is_exit, at FROM facts WHERE ticket = ? "
                    + "AND kind = 'redeemed' AND NOT is_annulled ORDER BY at DESC, id DESC LIMIT ?"
            ), arguments: [ticket, BoxOfficeLimits.checkInsOfTicket])
        json.writeString(",\"checkIns\":[")
        for (index, row) in rows.reversed().enumerated() {
            if index > 0 { json.writeString(",") }
            // A fact may come without a list; the event's only one is meant.
            json.writeString("{\"list\":\(max(1, row[0] as Int64)),\"at\":\(row[2] as Int64)")
            if row[1] as Bool { json.writeString(",\"exit\":true") }
            json.writeString("}")
        }
        json.writeString("]")
    }
}
