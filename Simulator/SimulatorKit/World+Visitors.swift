import MeshConsensus
import MeshLedger
import MeshModel
import MeshNode

extension World {
    static let patience = Span64.milliseconds(1500)
    /// Who has asked so often in vain comes back less often, and to one kiosk at a time.
    private static let patientAfter = 6

    /// A visitor comes; now and then the next part of the ticket list is imported.
    func scan() {
        guard !isHealing else { return }
        queue.push(.scan, at: time + plan.scan / 4 + random.below(plan.scan * 3 / 2))
        if office != nil {
            for number in visitors.sell(&random) ?? 0..<0 {
                office?.office.sell(visitors.tickets[number])
            }
        } else if let delivery = visitors.pendingDelivery(&random) {
            let tickets = Array(visitors.tickets[delivery.tickets])
            input(
                .request(delivery.request, .importTickets(tickets), patience: Self.patience),
                at: anyKiosk())
        }
        guard let visit = visitors.arrive(&random) else { return }
        ask(visit, at: anyKiosk())
        // Somebody tries the same ticket elsewhere at the same time.
        if random.below(3) == 0 {
            let other = anyKiosk()
            ask(visitors.twin(of: visit, &random), at: other)
        }
    }

    private func anyKiosk() -> Int { Int(random.below(UInt64(kiosks.count))) }

    /// Asks at a kiosk; where no answer comes, the visitor goes to another with the same request
    /// id. One who was answered asks once more what the answer was.
    func ask(_ number: Int, at index: Int) {
        let visit = visitors.noteAsked(number)
        if kiosks[index].isUp {
            let hash = visitors.tickets[visit.ticket].credentials[0].hash
            input(
                .request(visit.request, .redeem(Scan(hash)), patience: Self.patience),
                at: index)
            // Impatience: the same attempt at a second kiosk before the first has answered.
            if !isHealing && random.below(12) == 0 && visit.asked < Self.patientAfter {
                queue.push(.ask(number, at: anyKiosk()), at: time + random.below(Self.second / 50))
            }
        }
        if !visitors.visits[number].isAnswered {
            let isPatient = !isHealing && visit.asked >= Self.patientAfter
            tryAgainLater(number, after: (isPatient ? 15 : 3) * Self.second)
        }
    }

    private func tryAgainLater(_ number: Int, after wait: UInt64) {
        let other = anyKiosk()
        queue.push(.ask(number, at: other), at: time + wait / 2 + random.below(wait))
    }

    func answered(_ answer: Answer, at index: Int) {
        trace(7, index, 0, answer.request.withBytes { $0.loadUnaligned(as: UInt64.self) })
        if visitors.isImportAnswer(answer) || isOfficeAnswer(answer) { return }
        guard let visit = visitors.visit(of: answer.request) else { return }
        observe(.answered(answer, at: index, shown: visit))
        guard case .decided(let decided) = answer.outcome, visitors.note(decided, for: visit)
        else { return }
        if wantsLog {
            let decision = decided.decision
            let record = decided.record
            log(
                index,
                "answers visit \(visit), ticket \(decision.ticket.hex.prefix(8)): "
                    + "\(decision.verdict) \(record.chain)/\(record.sequence)")
        }
        // The answer may not have been seen: the same attempt is asked about again, elsewhere.
        if random.below(4) == 0 { tryAgainLater(visit, after: Self.second) }
    }
}
