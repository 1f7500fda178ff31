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
            let mailbox = loop.parts.mailbox
            loop.ask(id, .redeem(scan), patience: patience) { outcome, roster in
                if outcome == .unavailable(.revokedKiosk) {
                    return responder.error(Self.kioskRevoked)
                }
                if case .denied(let denial) = outcome { return responder.error(Self.error(denial)) }
                Self.answer(id, outcome, roster, mailbox, responder)
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
        return Scan(
            sealing.credential(code), kind: arguments.kind.credential,
            direction: arguments.exit ? .exit : .entry, list: arguments.list, ticket: ticket,
            ignoresUnpaid: arguments.ignoreUnpaid, sealedCode: sealed)
    }

    /// Where the members refuse this kiosk's key, a visitor's code will hardly be decided here.
    private static func answer(
        _ id: RequestID, _ outcome: Outcome, _ roster: Roster, _ mailbox: Mailbox,
        _ responder: ControlResponder
    ) {
        let answer = RedeemAnswer(id, outcome, roster)
        guard answer.status == .unavailable else { return responder.result(answer) }
        mailbox.post(
            .call { loop in
                var answer = answer
                answer.hint = loop.rejection.map { "\($0.what); \($0.fix)" }
                responder.result(answer)
            })
    }

    private static func patience(_ milliseconds: Int64) -> Span64 {
        min(.milliseconds(UInt64(max(1, milliseconds))), longestPatience)
    }

    // MARK: tickets

    func importTickets(
        _ arguments: ImportArguments, _ patience: Span64, _ responder: ControlResponder
    ) {
        let sealing = self.sealing
        let tickets = arguments.rows.map { sealing.ticket($0) }
        administer(
            .importTickets(tickets), patience, responder,
            undecided: Self.undecided(
                "\(tickets.count) tickets may still be imported",
                hint: "Import the file again when there is a host: what is in stays as it is.")
        ) { outcome in
            guard case .imported(let counts) = outcome else { return }
            responder.result(
                ImportAnswer(
                    added: Int(counts.added), updated: Int(counts.updated),
                    unchanged: Int(counts.unchanged)))
        }
    }

    // MARK: tokens, revocation, hand-over

    func createToken(
        _ arguments: TokenCreateArguments, _ patience: Span64, _ responder: ControlResponder
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
            administer(
                .createToken(token.record), patience, responder,
                undecided: Self.undecided(
                    "the token \(token.id.hex) may still be made",
                    hint: "Look when there is a host: kioskmesh token list; end a token that "
                        + "nobody has: kioskmesh token revoke \(token.id.hex)")
            ) { _ in
                responder.result(
                    TokenReport(
                        id: token.id.hex, token: token.text, uses: Int(uses),
                        expires: Timestamp(millisecondsSinceEpoch: expires)))
            }
        }
    }

    func revokeToken(
        _ arguments: TokenRevokeArguments, _ patience: Span64, _ responder: ControlResponder
    ) throws(ControlError) {
        guard let id = bytes(hexadecimal: arguments.id).flatMap({ Key16($0) }) else {
            throw ControlError(
                "bad_token_id", "A token id has 32 hexadecimal digits.",
                hint: "kioskmesh token list shows them.", exit: 64)
        }
        administer(
            .revokeToken(id), patience, responder,
            undecided: Self.undecided(
                "the token \(arguments.id) may still be revoked",
                hint: "Look when there is a host: kioskmesh token list")
        ) { _ in
            responder.result(TokenRevokeReport(id: arguments.id))
        }
    }

    func revoke(
        _ arguments: NameArguments, _ patience: Span64, _ responder: ControlResponder
    ) {
        onLoop { [self] loop in
            guard let entry = loop.node.roster[name: arguments.name] else {
                return responder.error(Self.error(.unknownKiosk))
            }
            // It would be cut off before it could tell whether it is.
            guard entry.kiosk != loop.parts.codec.kiosk else {
                return responder.error(
                    ControlError(
                        "own_kiosk", "\(entry.name) is this kiosk, which cannot cut itself off.",
                        hint: "Give the command at another kiosk: "
                            + "kioskmesh revoke \(entry.name)"))
            }
            if loop.node.servingHost?.kiosk == entry.kiosk {
                // The host would not decide that on itself: another must reign first.
                guard loop.node.role(of: loop.parts.codec.kiosk) == .standby else {
                    let standbys = loop.registerReport.inSync.filter { $0 != entry.name }
                    return responder.error(
                        ControlError(
                            "kiosk_is_host",
                            "\(entry.name) is the host, and this kiosk cannot take its place.",
                            hint: standbys.isEmpty
                                ? "There is no other kiosk with all the data."
                                : "Give the command at " + standbys.joined(separator: " or ") + "."
                        ))
                }
                loop.input(.takeOver)
            }
            administer(
                .revoke(entry.kiosk), patience, responder,
                undecided: Self.undecided(
                    "\(entry.name) may still be cut off",
                    hint: "Look when there is a host: kioskmesh nodes shows it as revoked if so.")
            ) { _ in
                responder.result(RevokeReport(name: entry.name, id: entry.kiosk.key.hex))
            }
        }
    }

    func administer(
        _ body: RequestBody, _ patience: Span64, _ responder: ControlResponder,
        undecided: ControlError = undecided(
            "what was asked may still be carried out",
            hint: "Look when there is a host: kioskmesh log"),
        done: @escaping @Sendable (Outcome) -> Void
    ) {
        onLoop { loop in
            let id = RequestID.random()
            loop.askKnowing(id, body, patience: patience) { outcome, wasHandedOver in
                switch outcome {
                case .denied(let denial): responder.error(Self.error(denial))
                case .unavailable(.revokedKiosk): responder.error(Self.kioskRevoked)
                case .unavailable: responder.error(wasHandedOver ? undecided : Self.noHost)
                default: done(outcome)
                }
            }
        }
    }

    /// An order that a host may have got, and whose answer did not come.
    private static func undecided(_ what: String, hint: String) -> ControlError {
        ControlError(
            .undecided, "No host confirmed it in time: \(what).", hint: hint, exit: 3)
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
                requestId: id.uuid, ticket: nil, first: nil, record: nil,
                // A host may have got it, now or under an earlier attempt with this id.
                undecided: why == .noHost)
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
