import MeshLedger
import MeshModel

/// The hash that a mesh's first block carries in these tests.
let charter = Key32([UInt8](repeating: 0xC0, count: 32)) ?? .zero

func kiosk(_ number: UInt8) -> KioskID {
    KioskID(Key32([UInt8](repeating: number, count: 32)) ?? .zero)
}

func chain(_ epoch: Epoch, by origin: UInt8) -> ChainID {
    ChainID(origin: kiosk(origin), incarnation: 1, epoch: epoch)
}

func id(_ number: UInt64) -> Key16 { Key16(high: 0, low: number) }

func ticket(_ number: UInt64, entries: UInt32 = 1) -> Ticket {
    Ticket(
        id: id(number), credentials: [Credential(kind: .serial, hash: id(1000 + number))],
        entries: entries, contentDigest: number)
}

func redeemed(_ number: UInt64, request: UInt64, at kioskNumber: UInt8 = 1) -> Record {
    .decision(
        Decision(
            request: id(request), kiosk: kiosk(kioskNumber), ticket: id(number),
            verdict: .redeemed, at: WallTime(request)))
}

func imported(_ tickets: [Ticket], request: UInt64) -> Record {
    let counts = ImportCounts(added: UInt32(tickets.count))
    return .tickets(TicketBatch(request: id(request), counts: counts, tickets: tickets))
}

/// A block as its author would have sealed it; the hash follows from everything in the body that
/// these tests vary.
func seal(_ body: BlockBody, salt: UInt64 = 0) -> Block {
    var mixed = mix64(body.sequence ^ mix64(body.chain.epoch ^ body.chain.origin.key.prefix))
    for byte in body.parentHash.bytes { mixed = mix64(mixed ^ UInt64(byte)) }
    for record in body.records {
        mixed = mix64(mixed ^ (record.request?.bytes.last.map(UInt64.init) ?? 0))
    }
    mixed = mix64(mixed ^ salt)
    var bytes: [UInt8] = []
    for word in 0..<4 as Range<UInt64> { appendBigEndian(mix64(mixed &+ word), to: &bytes) }
    return Block(verified: body, hash: Key32(bytes) ?? .zero, bytes: bytes)
}

extension Block {
    /// The next block of the same chain.
    func next(_ records: [Record] = [], committed: Position? = nil, salt: UInt64 = 0) -> Block {
        seal(
            BlockBody(
                chain: body.chain, sequence: body.sequence + 1, parent: position,
                parentHash: hash, committed: committed, records: records),
            salt: salt)
    }

    /// The epoch start of a later host that inherits the log up to this block.
    func inherited(
        _ epoch: Epoch, by origin: UInt8, seen: [VersionVector.Entry] = []
    ) -> Block {
        seal(
            BlockBody(
                chain: chain(epoch, by: origin), sequence: 0, parent: position, parentHash: hash,
                seen: seen + [VersionVector.Entry(chain: body.chain, length: body.sequence + 1)]))
    }
}

/// The very first epoch start.
func founding(_ origin: UInt8 = 1, charter hash: Key32 = charter) -> Block {
    seal(BlockBody(chain: chain(1, by: origin), sequence: 0, parent: nil, parentHash: hash))
}

extension Ledger {
    /// Offers blocks again and again until nothing more is taken, as pulls in disorder do.
    mutating func insertAll(_ blocks: [Block]) {
        var isMoving = true
        while isMoving {
            isMoving = false
            for block in blocks where insert(block) == .added { isMoving = true }
        }
    }
}

func permutations<Element>(of elements: [Element]) -> [[Element]] {
    guard elements.count > 1 else { return [elements] }
    return elements.indices.flatMap { index in
        var rest = elements
        let first = rest.remove(at: index)
        return permutations(of: rest).map { [first] + $0 }
    }
}
