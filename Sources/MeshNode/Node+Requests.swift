import MeshConsensus
import MeshLedger
package import MeshModel

/// The requests made at this kiosk that wait for an answer.
struct RequestTable: Sendable {
    struct Outstanding: Sendable {
        let request: Request
        let deadline: Tick
        /// When it was last sent to a host; nil while it was not.
        var sentAt: Tick?
    }

    private var byID: [RequestID: Outstanding] = [:]
    /// In order of arrival; may name requests that have ended.
    private var order: [RequestID] = []
    /// Not sent to the present host yet, in order of arrival; may name requests that have ended.
    private var unsent: [RequestID] = []
    // Lower bounds, so that most steps need not look through all requests.
    private var earliestDeadline = Tick.never
    private var earliestSent = Tick.never

    var count: Int { byID.count }
    var hasUnsent: Bool { !unsent.isEmpty }

    mutating func add(_ request: Request, deadline: Tick) {
        byID[request.id] = Outstanding(request: request, deadline: deadline)
        order.append(request.id)
        unsent.append(request.id)
        earliestDeadline = min(earliestDeadline, deadline)
    }

    func contains(_ id: RequestID) -> Bool { byID[id] != nil }

    @discardableResult
    mutating func remove(_ id: RequestID) -> Bool {
        guard byID.removeValue(forKey: id) != nil else { return false }
        if order.count > 64 && order.count > byID.count * 2 {
            order.removeAll { byID[$0] == nil }
        }
        return true
    }

    /// All are to be sent again: there is another host.
    mutating func markUnsent() { markUnsent(sentBefore: .never) }

    /// Marks those sent before `limit` for sending again.
    mutating func markUnsent(sentBefore limit: Tick) {
        guard earliestSent <= limit else { return }
        earliestSent = .never
        for id in order {
            guard let sentAt = byID[id]?.sentAt else { continue }
            if sentAt <= limit {
                byID[id]?.sentAt = nil
            } else {
                earliestSent = min(earliestSent, sentAt)
            }
        }
        unsent = order.filter { id in byID[id].map { $0.sentAt == nil } ?? false }
    }

    /// The requests not sent yet, oldest first; they count as sent now.
    mutating func takeUnsent(at now: Tick) -> [Request] {
        var taken: [Request] = []
        for id in unsent where byID[id] != nil && byID[id]?.sentAt == nil {
            byID[id]?.sentAt = now
            if let request = byID[id]?.request { taken.append(request) }
        }
        unsent = []
        if !taken.isEmpty { earliestSent = min(earliestSent, now) }
        return taken
    }

    mutating func takeExpired(at now: Tick) -> [RequestID] {
        guard earliestDeadline <= now else { return [] }
        let expired = order.filter { id in byID[id].map { $0.deadline <= now } ?? false }
        for id in expired { remove(id) }
        earliestDeadline = .never
        for id in order {
            if let deadline = byID[id]?.deadline {
                earliestDeadline = min(earliestDeadline, deadline)
            }
        }
        return expired
    }
}

extension Node {
    mutating func ask(_ id: RequestID, _ body: RequestBody, patience: Span64) {
        if isRevoked { return answer(id, .unavailable(.revokedKiosk)) }
        // Asked twice at once: one answer serves both.
        guard !requests.contains(id) else { return }
        guard requests.count < configuration.limits.outstanding else {
            return answer(id, .unavailable(.busy))
        }
        let request = Request(id: id, kiosk: kiosk, body: body)
        requests.add(request, deadline: now.tick + patience)
    }

    private mutating func answer(_ id: RequestID, _ outcome: Outcome) {
        effects.append(.answer(Answer(request: id, outcome: outcome)))
    }

    /// Sends what was asked here to the host, in as few messages as it takes.
    mutating func sendRequests() {
        guard requests.hasUnsent else { return }
        if term != nil {
            guard term?.phase == .serving else { return }
            for request in requests.takeUnsent(at: now.tick) { submit(request, from: kiosk) }
            driveTerm()
        } else if let host, host.isServing, isLinked(host.kiosk) {
            var unsent = requests.takeUnsent(at: now.tick)[...]
            while !unsent.isEmpty {
                send(.requests(Array(unsent.prefix(MeshMessage.maximumBatch))), to: host.kiosk)
                unsent = unsent.dropFirst(MeshMessage.maximumBatch)
            }
        }
    }

    mutating func receive(_ answer: Answer) {
        if requests.remove(answer.request) { effects.append(.answer(answer)) }
    }

    mutating func runTimers() {
        if electionDeadline <= now.tick { considerCandidacy() }
        if candidacy != nil && candidacyDeadline <= now.tick { abandonCandidacy() }
        if let host, term == nil, now.tick.since(host.lastHeard) > electionSilence() {
            self.host = nil
            report(.hostLost(host.kiosk))
        }
        guard requests.count > 0 else { return }
        for id in requests.takeExpired(at: now.tick) { answer(id, .unavailable(.noHost)) }
        if now.tick.nanoseconds > timing.resend.nanoseconds * 2 {
            let limit = Tick(
                nanoseconds: now.tick.nanoseconds - timing.resend.nanoseconds * 2)
            requests.markUnsent(sentBefore: limit)
        }
    }

    /// When the node must be stepped again though nothing happens.
    package var nextWake: Tick {
        var next = term == nil && candidacy == nil ? electionDeadline : Tick.never
        if candidacy != nil { next = min(next, candidacyDeadline) }
        if let term {
            next = min(next, term.nextHeartbeat)
            if !term.keeper.inFlight.isEmpty || term.phase == .collecting {
                next = min(next, term.nextResend)
            }
        }
        if requests.count > 0 { next = min(next, now.tick + timing.resend / 2) }
        return next
    }
}
