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
    }

    let tickets: [Ticket]
    var visits: [Visit] = []
    var byRequest: [RequestID: Int] = [:]
    var importRequest: RequestID
    var isImported = false
    var acknowledged = 0
    var redeemed = 0
    private let entriesByID: [TicketID: Int]

    init(_ random: inout SplitMix64) {
        var tickets: [Ticket] = []
        for index in 0..<120 {
            let id = Key16(high: random.next(), low: random.next())
            let entries = index % 17 == 0 ? UInt32(3) : 1
            tickets.append(
                Ticket(
                    id: id, credentials: [Credential(kind: .serial, hash: id)], event: "e",
                    product: "p", entries: entries,
                    status: index % 23 == 5 ? .canceled : .paid, contentDigest: UInt64(index)))
        }
        self.tickets = tickets
        importRequest = Key16(high: random.next(), low: random.next())
        entriesByID = Dictionary(
            uniqueKeysWithValues: tickets.map { ($0.id, Int($0.entries)) })
    }

    func entries(of ticket: TicketID) -> Int { entriesByID[ticket] ?? 0 }
    var openCount: Int { visits.count { !$0.isAnswered } }
}

extension World {
    static let patience = Span64.milliseconds(1500)

    /// A visitor comes, or the ticket list is imported first.
    func scan() {
        guard !isHealing else { return }
        queue.push(.scan, at: time + plan.scan / 4 + random.below(plan.scan * 3 / 2))
        let at = Int(random.below(UInt64(kiosks.count)))
        guard visitors.isImported else {
            input(
                .request(
                    visitors.importRequest, .importTickets(visitors.tickets),
                    patience: Self.patience), at: at)
            return
        }
        let bound = UInt64(visitors.tickets.count)
        let visit = Visitors.Visit(
            request: Key16(high: random.next(), low: random.next()),
            ticket: Int(random.below(bound)))
        visitors.visits.append(visit)
        visitors.byRequest[visit.request] = visitors.visits.count - 1
        ask(visitors.visits.count - 1, visit.request, at: at)
        // Somebody tries the same ticket elsewhere at the same time.
        if random.below(3) == 0 {
            let other = Int(random.below(UInt64(kiosks.count)))
            let twin = Visitors.Visit(
                request: Key16(high: random.next(), low: random.next()), ticket: visit.ticket)
            visitors.visits.append(twin)
            visitors.byRequest[twin.request] = visitors.visits.count - 1
            ask(visitors.visits.count - 1, twin.request, at: other)
        }
    }

    /// Asks at a kiosk; where no answer comes, the visitor goes to another with the same request
    /// id.
    func ask(_ visit: Int, _ id: RequestID, at index: Int) {
        if kiosks[index].isUp {
            let ticket = visitors.tickets[visitors.visits[visit].ticket]
            input(
                .request(id, .redeem(ticket.credentials[0].hash, kind: nil), patience: Self.patience),
                at: index)
        }
        if !visitors.visits[visit].isAnswered { tryAgainLater(visit, id, after: 3 * Self.second) }
    }

    /// A visit comes up again: not answered yet, or somebody asks once more what the answer was.
    func askAgain(_ visit: Int, _ id: RequestID, at index: Int) {
        if !visitors.visits[visit].isAnswered { return ask(visit, id, at: index) }
        guard kiosks[index].isUp else { return }
        let hash = visitors.tickets[visitors.visits[visit].ticket].credentials[0].hash
        input(.request(id, .redeem(hash, kind: nil), patience: Self.patience), at: index)
    }

    private func tryAgainLater(_ visit: Int, _ id: RequestID, after wait: UInt64) {
        let other = Int(random.below(UInt64(kiosks.count)))
        queue.push(.ask(visit, id, at: other), at: time + wait / 2 + random.below(wait))
    }

    func answered(_ answer: Answer, at index: Int) {
        trace(7, index, 0, answer.request.bytes.reduce(0) { $0 &* 31 &+ UInt64($1) })
        if answer.request == visitors.importRequest {
            if case .imported = answer.outcome { visitors.isImported = true }
            return
        }
        guard let visit = visitors.byRequest[answer.request] else { return }
        observe(.answered(answer, at: index, shown: visit))
        guard case .decided(let decided) = answer.outcome else { return }
        guard !visitors.visits[visit].isAnswered else { return }
        visitors.visits[visit].isAnswered = true
        visitors.acknowledged += 1
        if decided.decision.verdict == .redeemed { visitors.redeemed += 1 }
        // The answer may not have been seen: the same attempt is asked about again, elsewhere.
        if random.below(4) == 0 { tryAgainLater(visit, answer.request, after: Self.second) }
    }
}
