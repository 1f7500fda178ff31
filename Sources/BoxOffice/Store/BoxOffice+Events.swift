import GRDB

extension BoxOffice {
    /// Every event with its products.
    func eventList() async throws(BoxOfficeError) -> Bodies.Events {
        do {
            return try await pool.read { database in
                let rows = try Row.fetchAll(
                    database, sql: "SELECT id, slug, name, tickets FROM events ORDER BY slug")
                return Bodies.Events(
                    events: try rows.map { row in
                        Bodies.Events.Event(
                            slug: row[1], name: row[2], timeZone: "UTC", tickets: row[3],
                            products: try Self.products(of: row[0], database),
                            lists: [.init(id: Self.listID, name: Self.listName)])
                    })
            }
        } catch {
            throw .database(error, "read the events")
        }
    }

    private static func products(
        of event: Int64, _ database: Database
    ) throws -> [Bodies.Events.Product] {
        try Row.fetchAll(
            database, sql: "SELECT id, name FROM products WHERE event = ? ORDER BY id",
            arguments: [event]
        ).map { .init(id: $0[0], name: $0[1]) }
    }
}
