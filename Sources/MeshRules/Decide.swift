/// Decides one scan of one ticket on one list, by pretix's checks in pretix's order.
///
/// The ticket server looks among the tickets of the list's date only, so that a ticket of another
/// date is unknown there (`invalid`) whatever else is wrong with it. Of a ticket known from its
/// signature alone that is checked after the product, as pretix's offline scanners do. Exits skip
/// validity times, rules, questions and repetition, and nothing else.
///
/// - Parameters:
///   - event: the event with the times of the ticket's session, where it has one.
///   - history: scans of this ticket that passed on this list, in any order. Of two at one moment
///     the later in the array counts as the later.
package func decide(
    _ ticket: DoorTicket, on list: DoorList, at event: DoorEvent, scan: DoorScan,
    history: [PastScan]
) -> DoorVerdict {
    let door = Door(ticket: ticket, list: list, event: event, scan: scan, history: history)
    return door.refusal.map { .refuse($0.reason, explanation: $0.explanation) } ?? .pass
}

/// One scan with all that decides it.
private struct Door {
    struct Refusal {
        let reason: DoorReason
        let explanation: String

        init(_ reason: DoorReason, _ explanation: String) {
            self.reason = reason
            self.explanation = explanation
        }
    }

    let ticket: DoorTicket
    let list: DoorList
    let event: DoorEvent
    let scan: DoorScan
    let history: [PastScan]

    /// The first check that refuses.
    var refusal: Refusal? {
        if ticket.status == .revoked {
            return Refusal(.revoked, "This code was replaced or withdrawn.")
        }
        if !ticket.isFromCode, let refusal = sessionRefusal { return refusal }
        return orderRefusal ?? timeRefusal ?? productRefusal ?? sessionRefusal ?? paymentRefusal
            ?? rulesRefusal ?? questionRefusal ?? repetitionRefusal
    }

    private var orderRefusal: Refusal? {
        if ticket.status == .canceled { return Refusal(.canceled, "This ticket was canceled.") }
        if ticket.isBlocked { return Refusal(.blocked, "This ticket is blocked.") }
        if ticket.status == .unpaid && ticket.requiresApproval {
            return Refusal(.unapproved, "The organiser has not approved this order yet.")
        }
        return nil
    }

    private var timeRefusal: Refusal? {
        guard !scan.isExit else { return nil }
        if let from = ticket.validFrom, scan.at < from {
            return Refusal(.invalidTime, "Valid from \(event.zone.civilTime(at: from).minuteText).")
        }
        if let until = ticket.validUntil, scan.at > until {
            return Refusal(
                .invalidTime, "Was valid until \(event.zone.civilTime(at: until).minuteText).")
        }
        return nil
    }

    private var productRefusal: Refusal? {
        guard let products = list.products, !products.contains(ticket.product) else { return nil }
        return Refusal(.product, "This kind of ticket is not admitted on \(listName).")
    }

    private var sessionRefusal: Refusal? {
        guard let session = list.session, ticket.session != session else { return nil }
        return Refusal(.invalid, "This ticket is for another date than \(listName).")
    }

    private var paymentRefusal: Refusal? {
        guard ticket.status == .unpaid, !ticket.isValidIfPending,
            !(scan.ignoresUnpaid && list.includesPending)
        else { return nil }
        return Refusal(.unpaid, "This ticket is not paid.")
    }

    private var rulesRefusal: Refusal? {
        guard !scan.isExit else { return nil }
        let facts = RuleFacts(ticket: ticket, event: event, at: scan.at, history: history)
        switch DoorRules.evaluate(list.rules, facts) {
        case .admits: return nil
        case .refuses:
            let explanation = DoorRules.explain(list.rules, facts)
            return Refusal(.rules, explanation ?? "The rules of \(listName) do not admit it now.")
        case .cannotEvaluate(let why):
            return Refusal(.rules, "The rules of \(listName) cannot be applied: \(why).")
        }
    }

    private var questionRefusal: Refusal? {
        guard !scan.isExit, scan.supportsQuestions, ticket.isIncomplete else { return nil }
        return Refusal(.incomplete, "A question must be answered before this ticket is admitted.")
    }

    /// A ticket with N entries is used up by N of them; leaving gives one back where the list
    /// allows that. With one entry this is pretix's rule: no earlier scan, or exits only.
    private var repetitionRefusal: Refusal? {
        guard !scan.isExit, !list.allowsMultipleEntries else { return nil }
        let entries = history.count { !$0.isExit }
        if entries < max(1, ticket.entries) { return nil }
        if list.allowsEntryAfterExit, history.latest?.isExit == true { return nil }
        let times = entries == 1 ? "" : " \(entries) times"
        return Refusal(.alreadyRedeemed, "This ticket was already used\(times) on \(listName).")
    }

    private var listName: String { list.name.isEmpty ? "list \(list.id)" : "“\(list.name)”" }
}

extension [PastScan] {
    /// The last by time; of several at one moment the last in the array.
    var latest: PastScan? {
        var latest: PastScan?
        for scan in self where scan.at >= latest?.at ?? .min { latest = scan }
        return latest
    }
}
