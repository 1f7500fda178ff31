import MeshModel

/// Tickets as bytes, one row each, so that a million of them fit into a small kiosk.
///
/// Rows lie one after the other in large chunks. A ticket that changes is written anew; what it
/// leaves behind is dropped once it is more than half.
struct TicketRows: Sendable {
    /// Number of a row.
    typealias Row = UInt32

    /// Bytes of a chunk: large beside a row, small beside a kiosk's memory.
    private static let chunkBytes = 1 << 18
    /// Left-over bytes that are not worth a clean-up.
    private static let toleratedGarbage = 1 << 20

    private var chunks: [[UInt8]] = []
    /// For each row its chunk (upper half) and place in it; `gone` for a row that is free.
    private var places: [UInt64] = []
    private var free: [Row] = []
    /// Names of events, products and segments, each once.
    private var names: [String] = []
    private var numbers: [String: UInt64] = [:]
    private var usedBytes = 0
    private var garbageBytes = 0

    private static let gone = UInt64.max

    mutating func add(_ ticket: Ticket) -> Row {
        let place = write(ticket)
        if let row = free.popLast() {
            places[Int(row)] = place
            return row
        }
        places.append(place)
        return Row(places.count - 1)
    }

    mutating func replace(_ row: Row, by ticket: Ticket) {
        leave(row)
        places[Int(row)] = write(ticket)
        tidy()
    }

    mutating func remove(_ row: Row) {
        leave(row)
        places[Int(row)] = Self.gone
        free.append(row)
        tidy()
    }

    subscript(row: Row) -> Ticket {
        var reader = reader(row)
        return reader.ticket(names)
    }

    /// The id alone.
    func id(_ row: Row) -> TicketID {
        var reader = reader(row)
        return reader.key()
    }

    /// The segment alone.
    func segment(_ row: Row) -> String {
        var reader = reader(row)
        _ = reader.key()
        return names[Int(reader.number())]
    }

    /// The ids of the tickets of one event of a segment, in the order of their rows.
    func ids(segment: String, event: String) -> [TicketID] {
        guard let segment = numbers[segment], let event = numbers[event] else { return [] }
        var ids: [TicketID] = []
        for row in places.indices where places[row] != Self.gone {
            var reader = reader(Row(row))
            let id = reader.key()
            if reader.number() == segment, reader.number() == event { ids.append(id) }
        }
        return ids
    }

    /// All rows that hold a ticket, in their order.
    var rows: [Row] {
        places.indices.filter { places[$0] != Self.gone }.map { Row($0) }
    }

    /// Bytes in memory, those left over included.
    var heldBytes: Int { usedBytes }

    // MARK: bytes

    private func reader(_ row: Row) -> RowReader {
        let place = places[Int(row)]
        return RowReader(bytes: chunks[Int(place >> 32)], position: Int(place & 0xffff_ffff))
    }

    private mutating func number(of name: String) -> UInt64 {
        if let number = numbers[name] { return number }
        let number = UInt64(names.count)
        names.append(name)
        numbers[name] = number
        return number
    }

    private mutating func write(_ ticket: Ticket) -> UInt64 {
        var writer = RowWriter()
        writer.key(ticket.id)
        for name in [ticket.segment, ticket.event, ticket.product] {
            writer.number(number(of: name))
        }
        writer.rest(of: ticket)
        return append(writer.bytes[...])
    }

    private mutating func append(_ row: ArraySlice<UInt8>) -> UInt64 {
        if chunks.last.map({ $0.count + row.count > Self.chunkBytes }) ?? true {
            var chunk: [UInt8] = []
            chunk.reserveCapacity(max(Self.chunkBytes, row.count))
            chunks.append(chunk)
        }
        let chunk = chunks.count - 1
        let place = UInt64(chunk) << 32 | UInt64(chunks[chunk].count)
        chunks[chunk].append(contentsOf: row)
        usedBytes += row.count
        return place
    }

    private mutating func leave(_ row: Row) {
        var reader = reader(row)
        let start = reader.position
        _ = reader.ticket(names)
        garbageBytes += reader.position - start
    }

    /// Writes all rows anew where most of the bytes are left over.
    private mutating func tidy() {
        guard garbageBytes > Self.toleratedGarbage, garbageBytes > usedBytes / 2 else { return }
        let old = self
        chunks = []
        usedBytes = 0
        garbageBytes = 0
        for row in old.places.indices where old.places[row] != Self.gone {
            var reader = old.reader(Row(row))
            let start = reader.position
            _ = reader.ticket(names)
            places[row] = append(reader.bytes[start..<reader.position])
        }
    }
}

/// Writes one row.
private struct RowWriter {
    /// What may be missing, a bit each.
    enum Has {
        static let from: UInt64 = 1
        static let until: UInt64 = 2
        static let variation: UInt64 = 4
        static let session: UInt64 = 8
    }

    /// In a credential's first byte: its hash is that of the one before.
    static let sameHash: UInt8 = 0x80

    private(set) var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(512) }

    mutating func key(_ key: Key16) {
        fixed(key.high)
        fixed(key.low)
    }

    mutating func fixed(_ value: UInt64) {
        for shift in stride(from: 56, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(shift)))
        }
    }

    /// LEB128.
    mutating func number(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func time(_ time: WallTime) {
        number(UInt64(bitPattern: time << 1 ^ time >> 63))
    }

    mutating func rest(of ticket: Ticket) {
        var has: UInt64 = 0
        if ticket.validFrom != nil { has |= Has.from }
        if ticket.validUntil != nil { has |= Has.until }
        if ticket.variation != nil { has |= Has.variation }
        if ticket.session != nil { has |= Has.session }
        bytes.append(UInt8(has))
        bytes.append(ticket.status.rawValue)
        if let time = ticket.validFrom { self.time(time) }
        if let time = ticket.validUntil { self.time(time) }
        if let variation = ticket.variation { number(variation) }
        if let session = ticket.session { number(session) }
        number(UInt64(ticket.entries))
        number(UInt64(ticket.marks.rawValue))
        number(ticket.productID)
        fixed(ticket.contentDigest)
        number(UInt64(ticket.credentials.count))
        var last: CredentialHash?
        for credential in ticket.credentials {
            let isSame = credential.hash == last
            bytes.append(credential.kind.rawValue | (isSame ? Self.sameHash : 0))
            if !isSame { key(credential.hash) }
            last = credential.hash
        }
        number(UInt64(ticket.seat.utf8.count))
        bytes.append(contentsOf: ticket.seat.utf8)
        number(UInt64(ticket.checkIns.count))
        for checkIn in ticket.checkIns {
            number(checkIn.list)
            bytes.append(checkIn.kind == .entry ? 0 : 1)
            time(checkIn.at)
        }
        number(UInt64(ticket.sealedDetails.count))
        bytes.append(contentsOf: ticket.sealedDetails)
    }
}

/// Reads one row that `RowWriter` wrote.
private struct RowReader {
    let bytes: [UInt8]
    var position: Int

    mutating func byte() -> UInt8 {
        defer { position += 1 }
        return bytes[position]
    }

    mutating func fixed() -> UInt64 {
        var value: UInt64 = 0
        for _ in 0..<8 { value = value << 8 | UInt64(byte()) }
        return value
    }

    mutating func key() -> Key16 { Key16(high: fixed(), low: fixed()) }

    mutating func number() -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = byte()
            value |= UInt64(next & 0x7f) << shift
            if next < 0x80 { return value }
            shift += 7
        }
    }

    mutating func time() -> WallTime {
        let value = number()
        return WallTime(bitPattern: value >> 1) ^ -WallTime(bitPattern: value & 1)
    }

    mutating func slice() -> ArraySlice<UInt8> {
        let count = Int(number())
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func ticket(_ names: [String]) -> Ticket {
        let id = key()
        var ticket = Ticket(id: id, credentials: [], contentDigest: 0)
        ticket.segment = names[Int(number())]
        ticket.event = names[Int(number())]
        ticket.product = names[Int(number())]
        let has = UInt64(byte())
        ticket.status = TicketStatus(rawValue: byte()) ?? .canceled
        if has & RowWriter.Has.from != 0 { ticket.validFrom = time() }
        if has & RowWriter.Has.until != 0 { ticket.validUntil = time() }
        if has & RowWriter.Has.variation != 0 { ticket.variation = number() }
        if has & RowWriter.Has.session != 0 { ticket.session = number() }
        ticket.entries = UInt32(truncatingIfNeeded: number())
        ticket.marks = TicketMarks(rawValue: UInt32(truncatingIfNeeded: number()))
        ticket.productID = number()
        ticket.contentDigest = fixed()
        ticket.credentials = credentials()
        ticket.seat = String(decoding: slice(), as: UTF8.self)
        ticket.checkIns = checkIns()
        ticket.sealedDetails = Array(slice())
        return ticket
    }

    private mutating func credentials() -> [Credential] {
        let count = Int(number())
        var credentials: [Credential] = []
        credentials.reserveCapacity(count)
        var last = CredentialHash(high: 0, low: 0)
        for _ in 0..<count {
            let head = byte()
            if head & RowWriter.sameHash == 0 { last = key() }
            if let kind = CredentialKind(rawValue: head & ~RowWriter.sameHash) {
                credentials.append(Credential(kind: kind, hash: last))
            }
        }
        return credentials
    }

    private mutating func checkIns() -> [CheckIn] {
        let count = Int(number())
        var checkIns: [CheckIn] = []
        checkIns.reserveCapacity(count)
        for _ in 0..<count {
            let list = number()
            let kind: ScanKind = byte() == 0 ? .entry : .exit
            checkIns.append(CheckIn(list: list, kind: kind, at: time()))
        }
        return checkIns
    }
}
