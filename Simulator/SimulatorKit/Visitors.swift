import MeshConsensus
import MeshLedger
import MeshModel
import MeshNode

/// Who comes to the kiosks, what they show, and what they were told.
struct Visitors {
    struct Visit {
        let request: RequestID
        let ticket: Int
        var isAnswered = false
        /// How often it was asked.
        var asked = 0
    }

    /// A part of the ticket list, imported under one request id.
    struct Delivery {
        let request: RequestID
        let tickets: Range<Int>
        var isImported = false
    }

    /// Tickets of one delivery: a run imports while it redeems.
    static let deliverySize = 120

    private(set) var tickets: [Ticket] = []
    private(set) var deliveries: [Delivery] = []
    private(set) var visits: [Visit] = []
    private(set) var acknowledged = 0
    private(set) var redeemed = 0
    private(set) var openCount = 0
    /// Tickets before this one were shown by somebody.
    private var nextFresh = 0
    /// Whether a ticket server sells the tickets, and nothing is imported.
    private let isSoldOutside: Bool
    private var importedCount = 0
    private var visitOf: [RequestID: Int] = [:]
    private var entriesByID: [TicketID: Int] = [:]

    init(_ random: inout SplitMix64, isSoldOutside: Bool) {
        self.isSoldOutside = isSoldOutside
        deliver(&random)
        if isSoldOutside { importedCount = tickets.count }
    }

    /// Tickets that were there before the first of them was redeemed.
    var firstSale: Int { Self.deliverySize }

    /// Tickets to be sold now; nil while there are enough.
    mutating func sell(_ random: inout SplitMix64) -> Range<Int>? {
        guard importedCount - nextFresh < 30 else { return nil }
        deliver(&random)
        defer { importedCount = tickets.count }
        return importedCount..<tickets.count
    }

    func entries(of ticket: TicketID) -> Int { entriesByID[ticket] ?? 0 }
    func visit(of request: RequestID) -> Int? { visitOf[request] }

    private mutating func deliver(_ random: inout SplitMix64) {
        let first = tickets.count
        for index in first..<(first + Self.deliverySize) {
            let id = Key16(high: random.next(), low: random.next())
            let entries = index % 17 == 0 && !isSoldOutside ? UInt32(3) : 1
            entriesByID[id] = Int(entries)
            tickets.append(
                Ticket(
                    id: id, credentials: [Credential(kind: .serial, hash: id)], event: "e",
                    product: "p", entries: entries,
                    status: index % 23 == 5 ? .canceled : .paid, contentDigest: UInt64(index)))
        }
        deliveries.append(
            Delivery(
                request: Key16(high: random.next(), low: random.next()),
                tickets: first..<tickets.count))
    }

    /// What is to be imported now; nil while there are tickets enough.
    mutating func pendingDelivery(_ random: inout SplitMix64) -> Delivery? {
        if let last = deliveries.last, last.isImported, importedCount - nextFresh < 30 {
            deliver(&random)
        }
        return deliveries.last.flatMap { $0.isImported ? nil : $0 }
    }

    /// True where that was the answer to an import.
    mutating func isImportAnswer(_ answer: Answer) -> Bool {
        guard let at = deliveries.lastIndex(where: { $0.request == answer.request }) else {
            return false
        }
        if case .imported = answer.outcome, !deliveries[at].isImported {
            deliveries[at].isImported = true
            importedCount = deliveries[at].tickets.upperBound
        }
        return true
    }

    /// Somebody with a ticket; nil before the first delivery is there. Two of three are new.
    mutating func arrive(_ random: inout SplitMix64) -> Int? {
        guard importedCount > 0 else { return nil }
        if random.below(3) > 0 && nextFresh < importedCount {
            nextFresh += 1
            return add(ticket: nextFresh - 1, &random)
        }
        // Mostly tickets of the last minutes: what was decided around a fault is tried again.
        let span = random.below(2) == 0 ? min(nextFresh + 1, 10) : nextFresh + 1
        let ticket = min(nextFresh, importedCount - 1) - Int(random.below(UInt64(span)))
        return add(ticket: max(0, ticket), &random)
    }

    /// Somebody else with the same ticket.
    mutating func twin(of visit: Int, _ random: inout SplitMix64) -> Int {
        add(ticket: visits[visit].ticket, &random)
    }

    private mutating func add(ticket: Int, _ random: inout SplitMix64) -> Int {
        let request = Key16(high: random.next(), low: random.next())
        visits.append(Visit(request: request, ticket: ticket))
        visitOf[request] = visits.count - 1
        openCount += 1
        return visits.count - 1
    }

    mutating func noteAsked(_ visit: Int) -> Visit {
        visits[visit].asked += 1
        return visits[visit]
    }

    /// True where this is the first answer that this visitor got.
    mutating func note(_ decided: DecidedAnswer, for visit: Int) -> Bool {
        guard !visits[visit].isAnswered else { return false }
        visits[visit].isAnswered = true
        openCount -= 1
        acknowledged += 1
        if decided.decision.verdict == .redeemed { redeemed += 1 }
        return true
    }
}
