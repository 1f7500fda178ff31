package import MeshModel

/// The facts that a ticket server is to have, and what became of them.
package struct Uploads: Sendable, Equatable {
    /// In the order of the log; may name facts that have a receipt since.
    private var order: [RequestID] = []
    private var pending: Set<RequestID> = []
    /// How often each fact was ordered anew; only of those that were.
    private var retries: [RequestID: UInt32] = [:]
    /// Facts that the server refused, in the order of refusal, with its words.
    package private(set) var quarantined: [Quarantined] = []
    package private(set) var sentCount: UInt64 = 0
    package private(set) var knownCount: UInt64 = 0
    package private(set) var dismissedCount: UInt64 = 0

    package struct Quarantined: Hashable, Sendable {
        package let fact: RequestID
        package let words: String
    }

    package var pendingCount: Int { pending.count }

    /// The first `limit` facts without a receipt, in the order of the log.
    package func next(_ limit: Int) -> [RequestID] {
        var found: [RequestID] = []
        // One that was ordered anew may stand there twice.
        var again: Set<RequestID> = []
        for fact in order where pending.contains(fact) {
            guard retries[fact] == nil || again.insert(fact).inserted else { continue }
            found.append(fact)
            if found.count == limit { break }
        }
        return found
    }

    /// How often an operator ordered a fact to be sent anew.
    package func attempt(of fact: RequestID) -> UInt32 { retries[fact] ?? 0 }

    mutating func add(_ fact: RequestID) {
        guard pending.insert(fact).inserted else { return }
        order.append(fact)
    }

    mutating func settle(_ receipt: Receipt) {
        switch receipt.result {
        case .sent, .alreadyKnown:
            // Also of a fact in quarantine: that the server has it is the last word.
            if let at = quarantined.firstIndex(where: { $0.fact == receipt.fact }) {
                quarantined.remove(at: at)
            } else {
                guard pending.remove(receipt.fact) != nil else { return }
                compact()
            }
        case .quarantined:
            // A refusal of an earlier attempt, carried here late, does not undo the retry.
            guard receipt.attempt >= attempt(of: receipt.fact),
                pending.remove(receipt.fact) != nil
            else { return }
            compact()
        case .retried, .dismissed:
            guard let at = quarantined.firstIndex(where: { $0.fact == receipt.fact }) else {
                return
            }
            quarantined.remove(at: at)
        }
        switch receipt.result {
        case .sent: sentCount += 1
        case .alreadyKnown: knownCount += 1
        case .quarantined(let words):
            quarantined.append(Quarantined(fact: receipt.fact, words: words))
        case .retried:
            retries[receipt.fact, default: 0] += 1
            add(receipt.fact)
        case .dismissed: dismissedCount += 1
        }
    }

    /// Facts are settled mostly from the front: what has a receipt there is dropped now and then.
    private mutating func compact() {
        guard order.count > 256, order.count > pending.count * 2 else { return }
        order.removeAll { !pending.contains($0) }
    }
}
