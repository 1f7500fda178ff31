import MeshControl
import MeshModel
import MeshNode
import MeshWire

extension ControlDesk {
    // MARK: redemption

    func redeem(
        _ arguments: RedeemArguments, _ responder: ControlResponder
    ) throws(ControlError) {
        guard let id = arguments.requestId.map({ RequestID(uuid: $0) }) ?? RequestID.random() else {
            throw ControlError(
                "bad_request_id", "A request id is a UUID.",
                hint: "For example 3f2b8c1e-0d4a-4b7e-9c55-6a1f0e2d7b90, or leave it out.", exit: 64
            )
        }
        let code = arguments.code
        guard !code.isEmpty, code.utf8.count <= ControlLimits.codeBytes else {
            throw ControlError(
                "bad_code", "A code has 1 to \(ControlLimits.codeBytes) bytes.",
                hint: "Scan it again.", exit: 64)
        }
        let scan = try scan(arguments, code)
        let patience = Self.patience(arguments.timeoutMilliseconds)
        onLoop { loop in
            loop.ask(id, .redeem(scan), patience: patience) { outcome, roster in
                if outcome == .unavailable(.revokedKiosk) {
                    return responder.error(Self.kioskRevoked)
                }
                if case .denied(let denial) = outcome { return responder.error(Self.error(denial)) }
                responder.result(RedeemAnswer(id, outcome, roster))
            }
        }
    }

    private func scan(
        _ arguments: RedeemArguments, _ code: String
    ) throws(ControlError) -> Scan {
        var ticket: TicketID?
        if let named = arguments.ticket {
            ticket = bytes(hexadecimal: named).flatMap { TicketID($0) }
            guard ticket != nil else {
                throw ControlError(
                    "bad_ticket_id", "A ticket id has 32 hexadecimal digits.",
                    hint: "Take one of the ids that the answer `ambiguous` lists.", exit: 64)
            }
        }
        let sealed = codes.sealed(code)
        // A code that carries its ticket is known without the white space around it.
        let text = sealed.isEmpty ? code : CodeReader.trimmed(code)
        return Scan(
            sealing.credential(text), kind: arguments.kind.credential,
            direction: arguments.exit ? .exit : .entry, list: arguments.list, ticket: ticket,
            ignoresUnpaid: arguments.ignoreUnpaid, sealedCode: sealed)
    }

    private static func patience(_ milliseconds: Int64) -> Span64 {
        min(.milliseconds(UInt64(max(1, milliseconds))), longestPatience)
    }

    // MARK: tickets

    func importTickets(_ arguments: ImportArguments, _ responder: ControlResponder) {
        let sealing = self.sealing
        let tickets = arguments.rows.map { sealing.ticket($0) }
        administer(.importTickets(tickets), responder) { outcome in
            guard case .imported(let counts) = outcome else { return }
            responder.result(
                ImportAnswer(
                    added: Int(counts.added), updated: Int(counts.updated),
                    unchanged: Int(counts.unchanged)))
        }
    }

    // MARK: tokens, revocation, hand-over

    func createToken(
        _ arguments: TokenCreateArguments, _ responder: ControlResponder
    ) throws(ControlError) {
        guard let uses = UInt32(exactly: arguments.uses), (1...256).contains(uses),
            (1...(30 * 86400)).contains(arguments.expiresSeconds)
        else {
            throw ControlError(
                "bad_token_limits", "A token has 1 to 256 uses and lives 1 second to 30 days.",
                hint: "For example: kioskmesh token create --uses 10 --expires 12h", exit: 64)
        }
        onLoop { [self] loop in
            let expires = wallNow() + arguments.expiresSeconds * 1000
            let token = TokenText(mesh: loop.parts.charter.mesh, uses: uses, expires: expires)
            administer(.createToken(token.record), responder) { _ in
                responder.result(
                    TokenReport(
                        id: token.id.hex, token: token.text, uses: Int(uses),
                        expires: Timestamp(millisecondsSinceEpoch: expires)))
            }
        }
    }

    func revokeToken(
        _ arguments: TokenRevokeArguments, _ responder: ControlResponder
    ) throws(ControlError) {
        guard let id = bytes(hexadecimal: arguments.id).flatMap({ Key16($0) }) else {
            throw ControlError(
                "bad_token_id", "A token id has 32 hexadecimal digits.",
                hint: "kioskmesh token list shows them.", exit: 64)
        }
        administer(.revokeToken(id), responder) { _ in
            responder.result(TokenRevokeReport(id: arguments.id))
        }
    }

    func revoke(_ arguments: NameArguments, _ responder: ControlResponder) {
        onLoop { [self] loop in
            guard let entry = loop.node.roster[name: arguments.name] else {
                return responder.error(Self.error(.unknownKiosk))
            }
            administer(.revoke(entry.kiosk), responder) { _ in
                responder.result(RevokeReport(name: entry.name, id: entry.kiosk.key.hex))
            }
        }
    }

    func transfer(_ arguments: NameArguments, _ responder: ControlResponder) {
        onLoop { loop in
            guard let entry = loop.node.roster[name: arguments.name] else {
                return responder.error(Self.error(.unknownKiosk))
            }
            guard loop.node.term != nil else {
                let host = loop.hostEntry?.name
                return responder.error(
                    ControlError(
                        "not_host", "This kiosk is not the host, so it cannot hand over.",
                        hint: host.map { "Give the command at \($0)." } ?? "See kioskmesh status"))
            }
            if let why = loop.node.transferProblem(entry.kiosk) {
                return responder.error(
                    ControlError(
                        "cannot_transfer", "The host cannot move to \(entry.name): \(why).",
                        hint: "kioskmesh nodes shows who is in sync."))
            }
            loop.input(.transfer(to: entry.kiosk))
            loop.followers.append(Self.watchTransfer(responder, loop.parts.mailbox, tickNow()))
        }
    }

    /// Answers once there is another host, or says that there was none in time.
    private static func watchTransfer(
        _ responder: ControlResponder, _ mailbox: Mailbox, _ began: Tick
    ) -> @Sendable () -> Bool {
        {
            mailbox.post(
                .call { loop in
                    guard !responder.isCancelled else { return }
                    if loop.node.term == nil, loop.hostEntry != nil {
                        responder.result(
                            HostReport(host: loop.hostEntry, register: loop.registerReport))
                    } else if tickNow().since(began) > .seconds(5) {
                        responder.error(
                            ControlError(
                                "transfer_failed", "The host did not move within 5 s.",
                                hint: "It goes on as before; see kioskmesh status."))
                    } else {
                        loop.followers.append(watchTransfer(responder, mailbox, began))
                    }
                })
            return false
        }
    }

    func administer(
        _ body: RequestBody, _ responder: ControlResponder,
        done: @escaping @Sendable (Outcome) -> Void
    ) {
        onLoop { loop in
            loop.ask(RequestID.random(), body, patience: .seconds(15)) { outcome, _ in
                switch outcome {
                case .denied(let denial): responder.error(Self.error(denial))
                case .unavailable: responder.error(Self.noHost)
                default: done(outcome)
                }
            }
        }
    }

    private static let kioskRevoked = ControlError(
        "kiosk_revoked", "This kiosk was revoked: it redeems nothing any more.",
        hint: "Use another kiosk; to bring this one back, clear its state and join anew.", exit: 4)

    static func error(_ denial: Denial) -> ControlError {
        let (message, hint) = denial.explanation
        return ControlError(ControlError.Code(denial.word), message, hint: hint)
    }
}

extension CodeKind {
    var credential: CredentialKind? {
        switch self {
        case .auto: nil
        case .serial: .serial
        case .qr: .qr
        case .id: .idNumber
        case .account: .account
        }
    }
}

extension RedeemAnswer {
    init(_ id: RequestID, _ outcome: Outcome, _ roster: Roster) {
        switch outcome {
        case .decided(let decided):
            var status = RedeemStatus.ok
            var reason: String?
            if case .rejected(let why) = decided.decision.verdict {
                status = .rejected
                reason = why.word
            }
            let (guarantee, copies) = decided.guarantee.report
            self.init(
                status: status, reason: reason, guarantee: guarantee, copies: copies,
                requestId: id.uuid,
                ticket: Ticket(
                    id: decided.decision.ticket.hex,
                    product: decided.product.isEmpty ? nil : decided.product,
                    seat: decided.seat.isEmpty ? nil : decided.seat),
                first: decided.first.map { First($0, roster) },
                record: decided.record.text)
            note = decided.decision.note.isEmpty ? nil : decided.decision.note
        case .refused(let why, let candidates):
            self.init(
                status: .rejected, reason: why.word, guarantee: nil, copies: nil,
                requestId: id.uuid, ticket: nil, first: nil, record: nil)
            self.candidates = candidates.map { candidate in
                Candidate(
                    id: candidate.ticket.hex,
                    product: candidate.product.isEmpty ? nil : candidate.product,
                    seat: candidate.seat.isEmpty ? nil : candidate.seat,
                    redeemed: candidate.isRedeemed)
            }
        case .unavailable(let why):
            self.init(
                status: .unavailable, reason: why.word, guarantee: nil, copies: nil,
                requestId: id.uuid, ticket: nil, first: nil, record: nil)
        case .imported, .admitted, .done, .denied:
            self.init(
                status: .unavailable, reason: "request_id_used", guarantee: nil, copies: nil,
                requestId: id.uuid, ticket: nil, first: nil, record: nil)
        }
    }
}

extension RedeemAnswer.First {
    init(_ first: FirstUse, _ roster: Roster) {
        let kiosk = first.kiosk.map { roster[$0]?.name ?? $0.description }
        self.init(
            at: Timestamp(millisecondsSinceEpoch: first.at), kiosk: kiosk ?? "ticket server")
    }
}

extension RecordID {
    /// As reports name it: chain, block, record.
    var text: String { "\(chainName(chain))/\(sequence)/\(index)" }
}

extension MeshModel.Guarantee {
    var report: (MeshControl.Guarantee, Int?) {
        switch self {
        case .replicated(let copies): (.replicated, copies)
        case .singleCopy: (.singleCopy, 1)
        case .provisional: (.provisional, 1)
        case .volatile: (.volatile, nil)
        }
    }
}
