package import MeshModel

/// The fold of a sequence of blocks: tickets, requests, roster, tokens, segments, uploads.
///
/// A pure function of the blocks applied, in their order.
package struct MeshState: Sendable, Equatable {
    package private(set) var catalogue = Catalogue()
    package private(set) var roster: Roster
    package private(set) var tokens: [Key16: TokenUse] = [:]
    package private(set) var requests: [RequestID: Settled] = [:]
    package private(set) var redeemedCount: UInt64 = 0
    package private(set) var rejectedCount: UInt64 = 0
    package private(set) var unknownCodeCount: UInt64 = 0
    package private(set) var segments = Segments()
    /// Redemptions of tickets that came under no grant: no server waits for them.
    package private(set) var localRedemptionCount: UInt64 = 0

    /// - Parameters:
    ///   - founders: the roster as the charter has it.
    ///   - tokens: join tokens that the charter names.
    package init(founders: Roster = Roster(), tokens: [JoinToken] = []) {
        roster = founders
        for token in tokens { self.tokens[token.id] = TokenUse(token: token) }
    }

    package struct TokenUse: Hashable, Sendable {
        package let token: JoinToken
        package internal(set) var used: UInt32 = 0
        package internal(set) var isRevoked = false
    }

    /// What the log says of one request: enough to give the same answer again.
    package enum Settled: Hashable, Sendable {
        case decision(SettledDecision)
        case annulled(Amendment)
        case reprinted(Amendment)
        case imported(ImportCounts)
        case admitted(RosterEntry)
        case done
    }

    package mutating func apply(_ body: BlockBody) {
        for (index, record) in body.records.enumerated() {
            if case .decision(let decision) = record {
                let id = RecordID(chain: body.chain, sequence: body.sequence, index: index)
                apply(SettledDecision(decision, record: id, copies: body.copies))
            } else {
                apply(record)
            }
        }
    }

    private mutating func apply(_ record: Record) {
        switch record {
        case .decision: break
        case .tickets(let batch):
            for ticket in batch.tickets { set(ticket) }
            requests[batch.request] = .imported(batch.counts)
        case .admission(let admission):
            roster.set(admission.entry)
            tokens[admission.token]?.used += 1
            requests[admission.request] = .admitted(admission.entry)
        case .revocation(let request, let kiosk):
            if var entry = roster[kiosk] {
                entry.isRevoked = true
                roster.set(entry)
            }
            requests[request] = .done
        case .tokenCreated(let request, let token):
            tokens[token.id] = TokenUse(token: token)
            requests[request] = .done
        case .tokenRevoked(let request, let token):
            tokens[token]?.isRevoked = true
            requests[request] = .done
        case .unknownCodes(_, _, let count): unknownCodeCount += UInt64(count)
        case .annulment(let annulment): apply(annulment)
        case .reprint(let reprint): requests[reprint.request] = .reprinted(reprint)
        case .grant, .page, .receipts, .ticketFromCode: applyOfServer(record)
        }
    }

    /// What comes from ticket servers, and what they have.
    private mutating func applyOfServer(_ record: Record) {
        switch record {
        case .grant(_, let grant): segments.set(grant)
        case .page(_, let page):
            segments.advance(page)
            for ticket in page.tickets { set(ticket) }
        case .receipts(_, let receipts):
            for receipt in receipts {
                if let segment = segment(of: receipt.fact) {
                    segments.settle(receipt, in: segment)
                }
            }
        case .ticketFromCode(let ticket): set(ticket)
        default: break
        }
        if let request = record.request { requests[request] = .done }
    }

    private mutating func set(_ ticket: Ticket) {
        if !segments.isEmpty {
            segments.count(ticket, replacing: catalogue[ticket.id]?.ticket)
        }
        catalogue.set(ticket)
    }

    private mutating func apply(_ settled: SettledDecision) {
        let decision = settled.decision
        requests[decision.request] = .decision(settled)
        let isLocal = waits(decision.request, for: decision.ticket)
        switch decision.verdict {
        case .redeemed:
            catalogue.redeem(decision)
            guard decision.direction == .entry else { return }
            redeemedCount += 1
            if isLocal { localRedemptionCount += 1 }
        case .rejected: rejectedCount += 1
        }
    }

    private mutating func apply(_ annulment: Amendment) {
        requests[annulment.request] = .annulled(annulment)
        guard case .decision(var settled) = requests[annulment.redemption], settled.stands else {
            return
        }
        settled.annulment = annulment.request
        requests[annulment.redemption] = .decision(settled)
        let decision = settled.decision
        catalogue.annul(annulment.redemption, of: decision.ticket)
        let isLocal = waits(annulment.request, for: decision.ticket)
        guard decision.direction == .entry else { return }
        redeemedCount -= 1
        if isLocal { localRedemptionCount -= 1 }
    }

    /// Notes a fact for the ticket server; returns true where there is none to have it.
    private mutating func waits(_ fact: RequestID, for ticket: TicketID) -> Bool {
        guard let segment = catalogue.segment(of: ticket), !segment.isEmpty else {
            return true
        }
        segments.add(fact, to: segment)
        return false
    }

    /// The segment whose server a fact is for; nil for facts of imported tickets.
    package func segment(of fact: RequestID) -> String? {
        switch requests[fact] {
        case .decision(let settled): catalogue.segment(of: settled.decision.ticket)
        case .annulled(let annulment):
            annulment.redemption == fact ? nil : segment(of: annulment.redemption)
        default: nil
        }
    }
}

/// A decision with where it is recorded and what became of it.
package struct SettledDecision: Hashable, Sendable {
    package let decision: Decision
    package let record: RecordID
    /// Disks that had to hold it before it was answered.
    package let copies: UInt32
    /// The request that took the redemption back.
    package internal(set) var annulment: RequestID?

    package init(_ decision: Decision, record: RecordID, copies: UInt32) {
        self.decision = decision
        self.record = record
        self.copies = copies
    }

    /// A redemption that nobody took back.
    package var stands: Bool { decision.verdict == .redeemed && annulment == nil }
}
