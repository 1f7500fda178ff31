import GRDB

/// Events and products as they are looked up and made within one transaction.
struct EventTable {
    /// One event, with the counters as they will be when the transaction ends.
    struct Event {
        let id: Int64
        let slug: String
        var change: Int64
        var tickets: Int64
        var isAltered = false
    }

    /// Where tickets without an event belong.
    static let unnamed = "main"
    /// Longest slug: what a sealed code holds.
    private static let slugBytes = 64

    private var events: [Int64: Event] = [:]
    private var ids: [String: Int64] = [:]
    private var products: [Product: Int64] = [:]

    private struct Product: Hashable {
        let event: Int64
        let name: String
    }

    /// The event called `name`, made where it is missing. `name` may be its slug as well.
    mutating func event(named name: String, in database: Database) throws -> Event {
        if let known = try existing(named: name, in: database) { return known }
        let count = try Int.fetchOne(database, sql: "SELECT count(*) FROM events") ?? 0
        guard count < BoxOfficeLimits.events else {
            throw BoxOfficeError(
                .invalid, "There are \(count) events already, the most that a box office holds.",
                hint: "Check that the column event holds events and not something else.")
        }
        let slug = try freeSlug(for: name, in: database)
        try database.execute(
            sql: "INSERT INTO events (slug, name) VALUES (?, ?)", arguments: [slug, name])
        let event = Event(id: database.lastInsertedRowID, slug: slug, change: 0, tickets: 0)
        events[event.id] = event
        ids[name] = event.id
        return event
    }

    /// The event with that name or slug; nil where there is none.
    mutating func existing(named name: String, in database: Database) throws -> Event? {
        if let id = ids[name], let known = events[id] { return known }
        let row = try Row.fetchOne(
            database,
            sql: "SELECT id, slug, change, tickets FROM events WHERE name = ?1 "
                + "UNION ALL SELECT id, slug, change, tickets FROM events WHERE slug = ?1 LIMIT 1",
            arguments: [name])
        guard let row else { return nil }
        let event = Event(id: row[0], slug: row[1], change: row[2], tickets: row[3])
        ids[name] = event.id
        // It may be here already under its other name, with counters that have moved on.
        if let known = events[event.id] { return known }
        events[event.id] = event
        return event
    }

    /// The next place in the order of changes of `event`, and one ticket more where `isNew`.
    mutating func nextChange(of event: Int64, isNew: Bool = false) -> Int64 {
        events[event]?.change += 1
        events[event]?.tickets += isNew ? 1 : 0
        events[event]?.isAltered = true
        return events[event]?.change ?? 0
    }

    /// Writes the counters of what was altered.
    func save(in database: Database) throws {
        for event in events.values where event.isAltered {
            try database.execute(
                sql: "UPDATE events SET change = ?, tickets = ? WHERE id = ?",
                arguments: [event.change, event.tickets, event.id])
        }
    }

    /// The product's id, nil for an empty name; made where it is missing.
    mutating func product(
        named name: String, of event: Int64, in database: Database
    ) throws -> Int64? {
        if name.isEmpty { return nil }
        let key = Product(event: event, name: name)
        if let known = products[key] { return known }
        let id = try existingProduct(named: name, of: event, in: database)
        if let id {
            products[key] = id
            return id
        }
        try database.execute(
            sql: "INSERT INTO products (event, name) VALUES (?, ?)", arguments: [event, name])
        products[key] = database.lastInsertedRowID
        return database.lastInsertedRowID
    }

    /// The id of a product that is there; nil where there is none.
    func existingProduct(
        named name: String, of event: Int64, in database: Database
    ) throws -> Int64? {
        try Int64.fetchOne(
            database, sql: "SELECT id FROM products WHERE event = ? AND name = ?",
            arguments: [event, name])
    }

    /// `name` itself where it can stand in a path as it is, otherwise what is left of it.
    private func freeSlug(for name: String, in database: Database) throws -> String {
        let plain = Self.slug(name)
        for number in 1...BoxOfficeLimits.events + 1 {
            let slug = number == 1 ? plain : "\(plain)-\(number)"
            let isTaken = try Bool.fetchOne(
                database, sql: "SELECT EXISTS (SELECT 1 FROM events WHERE ?1 IN (slug, name))",
                arguments: [slug])
            if isTaken != true { return slug }
        }
        throw BoxOfficeError(
            .invalid, "No short name is left for the event \(name).",
            hint: "Give the event a name of letters and digits.")
    }

    /// Letters and digits of ASCII, `.`, `_` and `-`; anything else becomes a `-`, in lower case.
    static func slug(_ name: String) -> String {
        let isPlain = name.utf8.allSatisfy(isSlugByte) && name.utf8.count <= slugBytes
        if isPlain, !name.isEmpty, name != ".", name != ".." { return name }
        var slug: [UInt8] = []
        // Room for a number behind it.
        for byte in name.lowercased().utf8 where slug.count < slugBytes - 6 {
            if isSlugByte(byte), byte != UInt8(ascii: ".") {
                slug.append(byte)
            } else if slug.last != UInt8(ascii: "-"), !slug.isEmpty {
                slug.append(UInt8(ascii: "-"))
            }
        }
        while slug.last == UInt8(ascii: "-") { slug.removeLast() }
        return slug.isEmpty ? "event" : String(decoding: slug, as: UTF8.self)
    }

    private static func isSlugByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
