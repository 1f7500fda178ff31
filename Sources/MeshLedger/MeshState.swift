package import MeshModel

/// The fold of a sequence of blocks: tickets, requests, roster, tokens.
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
        case decision(Decision, RecordID)
        case imported(ImportCounts)
        case admitted(RosterEntry)
        case done
    }

    package mutating func apply(_ body: BlockBody) {
        for (index, record) in body.records.enumerated() {
            apply(
                record, id: RecordID(chain: body.chain, sequence: body.sequence, index: index))
        }
    }

    private mutating func apply(_ record: Record, id: RecordID) {
        switch record {
        case .decision(let decision):
            apply(decision, id: id)
        case .tickets(let batch):
            for ticket in batch.tickets { catalogue.set(ticket) }
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
        case .unknownCodes(_, _, let count):
            unknownCodeCount += UInt64(count)
        }
    }

    private mutating func apply(_ decision: Decision, id: RecordID) {
        requests[decision.request] = .decision(decision, id)
        switch decision.verdict {
        case .redeemed:
            redeemedCount += 1
            catalogue.redeem(decision)
        case .rejected:
            rejectedCount += 1
        }
    }
}
