import MeshConsensus
import MeshLedger
package import MeshModel

extension Node {
    /// Takes a request as host. Elsewhere, and before the reign serves, it is dropped: its kiosk
    /// sends it again to whoever serves.
    mutating func submit(_ request: Request, from: KioskID) {
        // No copy of the term is held here: it would be copied whole with the next change.
        guard term?.phase == .serving, request.kiosk == from else { return }
        if !dropped.contains(.rememberRequests) {
            if let settled = ledger.state.requests[request.id] {
                let outcome =
                    isRepeat(request, of: settled)
                    ? settledOutcome(settled) : .denied(.otherRequest)
                return answer(request.id, outcome, to: from)
            }
            if term?.waitingIDs.contains(request.id) == true {
                if dropped.contains(.repeatAfterAcknowledgement) { answerTooEarly(request) }
                return
            }
        }
        guard term?.isQueued(request.id) == false else { return }
        guard let held = term?.heldCount, held < configuration.limits.queued else {
            return answer(request.id, .unavailable(.busy), to: from)
        }
        if request.body.isRedemption {
            term?.redemptions.append(request)
        } else {
            term?.administration.append(request)
        }
    }

    /// Whether a request asks again for what its id was used for: the same ticket.
    private func isRepeat(_ request: Request, of settled: MeshState.Settled) -> Bool {
        guard case .redeem(let scan) = request.body else { return true }
        guard case .decision(let settled) = settled else { return false }
        guard let entry = ledger.state.catalogue[settled.decision.ticket] else { return true }
        if entry.ticket.credentials.contains(where: { $0.hash == scan.hash }) { return true }
        // A code that carries its ticket, whose own word the server has replaced since.
        guard !scan.sealedCode.isEmpty, case .ticket(let found, _) = match(scan) else {
            return false
        }
        return found.ticket.id == entry.ticket.id
    }

    /// Simulator only: the bug of a host that repeats what is not acknowledged yet.
    private mutating func answerTooEarly(_ request: Request) {
        guard let tip = ledger.tip, let path = ledger.unappliedPath(to: tip) else { return }
        for block in path {
            for (index, record) in block.body.records.enumerated() {
                guard case .decision(let decision) = record, decision.request == request.id else {
                    continue
                }
                let id = RecordID(
                    chain: block.body.chain, sequence: block.body.sequence, index: index)
                let settled = SettledDecision(decision, record: id, copies: block.body.copies)
                answer(request.id, settledOutcome(.decision(settled)), to: request.kiosk)
            }
        }
    }

    /// Forms blocks while the own disk is free: what arrives during a commit shares the next one.
    mutating func decideRequests() {
        guard mayWrite else { return }
        var records: [Record] = []
        takeUnknownCodes(into: &records)
        decideAdministration(into: &records)
        // What is decided behind a grant is decided under it.
        if term?.deciding == nil || term?.deciding != term?.decidingGrant {
            decideRedemptions(into: &records)
        }
        if !records.isEmpty { write(records) }
    }

    /// The own disk is free, and few enough blocks wait to be acknowledged.
    private var mayWrite: Bool {
        guard let term, term.transfer == nil else { return false }
        let isDiskBusy = disk.durable[term.chain] < term.written
        let inFlight = term.written - term.replication.committed
        return !isDiskBusy && inFlight < UInt64(configuration.limits.window)
    }

    private mutating func decideRedemptions(into records: inout [Record]) {
        while records.count < configuration.limits.blockRecords,
            let request = term?.redemptions.popFirst()
        {
            guard case .redeem(let scan) = request.body else { continue }
            switch match(scan) {
            case .unknown:
                countUnknownCode(at: request.kiosk)
                answer(request.id, .refused(.invalid, candidates: []), to: request.kiosk)
            case .ambiguous(let candidates):
                answer(request.id, .refused(.ambiguous, candidates: candidates), to: request.kiosk)
            case .notReady:
                answer(request.id, .unavailable(.staleData), to: request.kiosk)
            case .ticket(let entry, let door):
                if entry.ticket.marks.contains(.fromCode),
                    ledger.state.catalogue[entry.ticket.id] == nil
                {
                    records.append(.ticketFromCode(entry.ticket))
                    term?.ticketsFromCodes[scan.hash] = entry.ticket.id
                }
                let decision = decide(request, scan, entry, at: door)
                records.append(.decision(decision))
                wait(for: request, decision)
            }
        }
    }

    private func decide(
        _ request: Request, _ scan: Scan, _ entry: Catalogue.Entry, at door: Door
    ) -> Decision {
        let list = door.list?.id ?? scan.list ?? 0
        let history = history(of: entry, on: list)
        var (verdict, note) = verdict(scan, entry.ticket, door, history)
        if note.isEmpty && entry.ticket.marks.contains(.fromCode) { note = "from-code" }
        return Decision(
            request: request.id, kiosk: request.kiosk, ticket: entry.ticket.id, list: list,
            direction: scan.direction, verdict: verdict, note: note, at: now.wall)
    }

    private mutating func wait(for request: Request, _ decision: Decision) {
        guard let written = term?.written else { return }
        let uses = decision.verdict == .redeemed
        term?.waiting.append(
            Term.Waiting(
                length: written + 1, request: request.id, kiosk: request.kiosk,
                redeems: uses ? decision.ticket : nil))
        term?.waitingIDs.insert(request.id)
        guard uses else { return }
        let checkIn = CheckIn(list: decision.list, kind: decision.direction, at: decision.at)
        term?.pendingUses[decision.ticket, default: []].append(
            Term.PendingUse(request: request.id, checkIn: checkIn))
    }

    private mutating func countUnknownCode(at other: KioskID) {
        let minute = now.wall / 60_000
        let index = term?.unknownCodes.firstIndex { $0.kiosk == other && $0.minute == minute }
        if let index {
            term?.unknownCodes[index].count += 1
        } else {
            term?.unknownCodes.append(
                Term.UnknownCodes(kiosk: other, minute: minute, count: 1))
        }
    }

    /// Records the counts of minutes that are over.
    private mutating func takeUnknownCodes(into records: inout [Record]) {
        guard let codes = term?.unknownCodes, !codes.isEmpty else { return }
        let minute = now.wall / 60_000
        for past in codes where past.minute < minute {
            records.append(
                .unknownCodes(kiosk: past.kiosk, minute: past.minute, count: past.count))
        }
        term?.unknownCodes.removeAll { $0.minute < minute }
    }

    // MARK: answers

    /// Answers everything in blocks up to `length`: they are acknowledged.
    mutating func answerCommitted(_ length: UInt64) {
        guard let term else { return }
        let done = term.waiting.prefix { $0.length <= length }
        guard !done.isEmpty else { return }
        for item in done {
            if let ticket = item.redeems {
                self.term?.pendingUses[ticket]?.removeAll { $0.request == item.request }
                if self.term?.pendingUses[ticket]?.isEmpty == true {
                    self.term?.pendingUses[ticket] = nil
                }
            }
            self.term?.waitingIDs.remove(item.request)
            if term.deciding == item.request { self.term?.deciding = nil }
            if let settled = ledger.state.requests[item.request] {
                answer(item.request, settledOutcome(settled), to: item.kiosk)
            }
        }
        self.term?.waiting.removeFirst(done.count)
    }

    mutating func answer(_ id: RequestID, _ outcome: Outcome, to asker: KioskID) {
        let answer = Answer(request: id, outcome: outcome)
        if asker == kiosk {
            receive(answer)
        } else if let at = answers.firstIndex(where: { $0.kiosk == asker }) {
            answers[at].answers.append(answer)
        } else {
            answers.append((asker, [answer]))
        }
    }

    mutating func flushAnswers() {
        for (asker, batch) in answers {
            var rest = batch[...]
            while !rest.isEmpty {
                send(.answers(Array(rest.prefix(MeshMessage.maximumBatch))), to: asker)
                rest = rest.dropFirst(MeshMessage.maximumBatch)
            }
        }
        answers.removeAll(keepingCapacity: true)
    }

    private func settledOutcome(_ settled: MeshState.Settled) -> Outcome {
        switch settled {
        case .imported(let counts): return .imported(counts)
        case .admitted(let entry): return .admitted(entry)
        case .done, .annulled, .reprinted: return .done
        case .decision(let settled):
            let decision = settled.decision
            let entry = ledger.state.catalogue[decision.ticket]
            let isRepeat = decision.verdict == .rejected(.alreadyRedeemed)
            return .decided(
                DecidedAnswer(
                    decision: decision, record: settled.record, guarantee: guarantee,
                    product: entry?.ticket.product ?? "", seat: entry?.ticket.seat ?? "",
                    first: isRepeat ? entry?.first(on: decision.list) : nil))
        }
    }

    /// What an acknowledgement of this moment is worth.
    package var guarantee: Guarantee {
        guard configuration.hasStorage else { return .volatile }
        let copies = term?.keeper.required(dropping: dropped).count ?? 1
        return copies > 1 ? .replicated(copies: copies) : .singleCopy
    }
}
