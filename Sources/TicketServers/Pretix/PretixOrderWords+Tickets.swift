extension PretixOrder {
    /// The order's positions as tickets, canceled ones included.
    func tickets(_ questions: PretixQuestions) -> [ServerTicket] {
        positions.map { position in
            ServerTicket(
                key: String(position.id), secret: position.secret,
                account: [email, position.attendeeEmail].compactMap(\.self).first { !$0.isEmpty }
                    ?? "",
                product: position.item, variation: position.variation,
                session: position.subevent, seat: position.seat?.name ?? "",
                holder: position.attendeeName ?? "",
                validFrom: position.validFrom?.milliseconds,
                validUntil: position.validUntil?.milliseconds,
                status: position.canceled == true ? .canceled : ticketStatus,
                isBlocked: !(position.blocked ?? []).isEmpty,
                requiresApproval: requireApproval ?? false,
                isValidIfPending: validIfPending ?? false,
                isIncomplete: questions.isIncomplete(position), isTest: testmode,
                addOnTo: position.addonTo.map { String($0) },
                checkIns: position.checkins.map {
                    ServerCheckIn(
                        list: $0.list, isExit: $0.type == "exit", at: $0.datetime.milliseconds)
                })
        }
    }

    /// At its own doors pretix answers `canceled` for expired orders, even where a list lets
    /// pending ones pass. A status that is not known opens no door.
    private var ticketStatus: ServerTicket.Status {
        switch status {
        case "p": .paid
        case "n": .unpaid
        default: .canceled
        }
    }
}
