import MeshLedger
import MeshModel
import MeshSync

/// The ticket server of a simulated venue: it sells while the kiosks redeem, changes its mind,
/// fails, and stores what it is told without its answer arriving. It pages as pretix does: newest
/// first, so that pages move while something is sold.
struct TicketOffice {
    static let segment = "gala"
    static let events = ["hall", "yard"]
    static let pageSize = 10
    /// Changes that are told once more, since a round takes some time.
    private static let overlap: UInt64 = 3
    /// Every so many tickets one is for product 2, and one is refused by the server at first.
    private static let otherProduct = 4
    private static let refused = 29

    private struct Sale {
        let id: TicketID
        var isCanceled = false
        /// The number of the change that it had last.
        var changed: UInt64
    }

    private var sales: [Sale] = []
    private var changes: UInt64 = 0
    /// What the mesh reported, in the order of its arrival, and whether it was a redemption.
    private(set) var facts: [(request: RequestID, isRedeemed: Bool)] = []
    private var known: Set<RequestID> = []
    /// Whether it takes what it refused before.
    var isLenient = false

    // MARK: what it sells

    var count: Int { sales.count }

    mutating func sell(_ ticket: Ticket) {
        changes += 1
        sales.append(Sale(id: ticket.id, changed: changes))
    }

    mutating func cancel(_ number: Int) {
        changes += 1
        sales[number].isCanceled = true
        sales[number].changed = changes
    }

    static func event(of number: Int) -> String { events[number % events.count] }
    private static func product(of number: Int) -> UInt64 { number % otherProduct == 1 ? 2 : 1 }

    var definitions: [EventDefinition] {
        Self.events.map { slug in
            EventDefinition(
                slug: slug, name: slug,
                products: [Product(id: 1, name: "seat"), Product(id: 2, name: "box")],
                lists: [
                    CheckInList(
                        id: 1, name: "door", products: nil, session: nil, options: [], rules: "")
                ])
        }
    }

    /// The ticket as the mesh keeps it under a grant.
    func ticket(_ number: Int, under grant: Grant) -> Ticket {
        let sale = sales[number]
        let product = Self.product(of: number)
        let isCovered = grant.scope.products.map { $0.contains(String(product)) } ?? true
        let digest = UInt64(number) << 8 | (sale.isCanceled ? 2 : 0) | (isCovered ? 0 : 1)
        return Ticket(
            id: sale.id, credentials: [Credential(kind: .serial, hash: sale.id)],
            event: Self.event(of: number), product: "p",
            status: sale.isCanceled ? .canceled : .paid, contentDigest: digest,
            segment: Self.segment, marks: isCovered ? [] : .outside, productID: product)
    }

    func knows(_ request: RequestID) -> Bool { known.contains(request) }

    // MARK: what it answers

    /// A page from `cursor`: empty at the beginning, `since` for what changed, or
    /// `since/asOf/offset` within a round.
    func page(of event: String, from cursor: String, under grant: Grant) -> SyncPage {
        let parts = cursor.split(separator: "/").compactMap { UInt64($0) }
        let since = parts.first ?? 0
        let isWithin = parts.count == 3
        let asOf = isWithin ? parts[1] : changes
        let offset = isWithin ? Int(parts[2]) : 0
        let numbers = sales.indices.filter { Self.event(of: $0) == event }
        let changed = numbers.filter { sales[$0].changed > since }
            .sorted { sales[$0].changed > sales[$1].changed }
        let page = changed.dropFirst(offset).prefix(Self.pageSize)
        // Behind the orders, and a page of its own, come withdrawn codes: here there are none.
        let isComplete = offset >= changed.count
        return SyncPage(
            tickets: page.map { ticket($0, under: grant) },
            cursor: isComplete
                ? "\(asOf - min(asOf, Self.overlap))"
                : "\(since)/\(asOf)/\(offset + Self.pageSize)",
            isComplete: isComplete, expected: UInt64(numbers.count))
    }

    /// Takes facts, of which it may have some.
    mutating func take(_ ids: [RequestID], _ state: MeshState) -> [Receipt] {
        let attempts = state.segments[Self.segment]?.uploads
        return ids.map { id in
            let attempt = attempts?.attempt(of: id) ?? 0
            func receipt(_ result: Receipt.Result) -> Receipt {
                Receipt(fact: id, result: result, attempt: attempt)
            }
            guard !known.contains(id) else { return receipt(.alreadyKnown) }
            guard case .decision(let settled)? = state.requests[id] else {
                return receipt(.quarantined("unreadable"))
            }
            let number = sales.firstIndex { $0.id == settled.decision.ticket }
            if !isLenient, let number, number % Self.refused == 3 {
                return receipt(.quarantined("no"))
            }
            known.insert(id)
            facts.append((id, settled.decision.verdict == .redeemed))
            return receipt(.sent)
        }
    }
}
