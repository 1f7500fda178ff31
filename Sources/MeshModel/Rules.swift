/// Decides one scan of a known ticket, in pretix's order of checks.
///
/// - Parameters:
///   - redeemed: how often it was redeemed before, the decisions still being stored included.
///   - at: the host's wall clock.
package func decide(_ ticket: Ticket, redeemed: UInt32, at: WallTime) -> Verdict {
    switch ticket.status {
    case .canceled: return .rejected(.canceled)
    case .blocked: return .rejected(.blocked)
    case .paid, .unpaid: break
    }
    if let from = ticket.validFrom, at < from { return .rejected(.invalidTime) }
    if let until = ticket.validUntil, at > until { return .rejected(.invalidTime) }
    if ticket.status == .unpaid { return .rejected(.unpaid) }
    if redeemed >= ticket.entries { return .rejected(.alreadyRedeemed) }
    return .redeemed
}
