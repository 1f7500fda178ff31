package import MeshModel

/// A kiosk that asks for the reign of one epoch: first whether a majority would promise, then for
/// the promises.
package struct Candidacy: Hashable, Sendable {
    package enum Phase: Hashable, Sendable {
        /// Asks without consequence, so that a kiosk with a bad link unseats nobody.
        /// Can transition to: promising.
        case preVote
        /// Waits for its own campaign to be fsynced. Can transition to: promising.
        case fencing
        /// Gathers promises. Can transition to: a host's term.
        case promising
    }

    package struct Promise: Hashable, Sendable {
        package let voter: Voter
        package let accepted: Register?
    }

    package internal(set) var phase: Phase
    package let epoch: Epoch
    /// The newest register the candidate knows: tells it whom to ask first.
    package private(set) var known: Register
    private let own: Register
    package private(set) var grants: [Voter] = []
    package private(set) var promises: [Promise] = []
    /// Skips the pre-vote and the question whether a host lives: it handed over on purpose.
    package let isTransfer: Bool

    package init(epoch: Epoch, known: Register, isTransfer: Bool) {
        self.epoch = epoch
        self.known = known
        own = known
        self.isTransfer = isTransfer
        phase = isTransfer ? .fencing : .preVote
    }

    package mutating func enter(_ next: Phase) { phase = next }

    /// True where a majority of the voters known would promise.
    package mutating func grant(from voter: Voter) -> Bool {
        guard phase == .preVote else { return false }
        if !grants.contains(voter) { grants.append(voter) }
        return known.voters.hasMajority(in: grants)
    }

    package mutating func promise(from voter: Voter, accepted: Register?) {
        guard phase == .promising, !promises.contains(where: { $0.voter == voter }) else { return }
        promises.append(Promise(voter: voter, accepted: accepted))
        if let accepted, accepted.isNewer(than: known) { known = accepted }
    }

    package enum Verdict: Hashable, Sendable {
        case waiting
        /// The newest register among the promises does not name the candidate's log.
        case notInSync(Register)
        case elected(adopting: Register)
    }

    /// Whether the promises suffice: a majority of the voters named in the register adopted, which
    /// is the newest among the promises; and the candidate in its in-sync set.
    package func verdict(for candidate: Member, dropping rules: DroppedRules) -> Verdict {
        var adopted: Register?
        for promise in promises {
            if let accepted = promise.accepted, accepted.isNewer(than: adopted) {
                adopted = accepted
            }
        }
        if rules.contains(.adoptNewest) { adopted = own }
        guard let adopted else { return .waiting }
        guard adopted.voters.hasMajority(in: promises.map(\.voter)) else { return .waiting }
        guard adopted.includes(candidate) || rules.contains(.candidateInSync) else {
            return .notInSync(adopted)
        }
        return .elected(adopting: adopted)
    }
}
