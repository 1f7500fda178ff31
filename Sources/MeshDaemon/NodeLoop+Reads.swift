import MeshControl
import MeshLedger
import MeshModel
import MeshNode
import MeshWire

extension NodeLoop {
    /// Answers a reading command as JSON; nil where it cannot be answered here or by the host.
    ///
    /// - Parameter mayAsk: whether the host may be asked. Not for a question that came from another
    ///   kiosk: two that each take the other for the host would ask for ever.
    mutating func answerRead(
        _ command: ControlCommand, arguments: [UInt8], mayAsk: Bool = true,
        done: @escaping @Sendable ([UInt8]?) -> Void
    ) {
        switch command {
        case .status, .nodes: answerStatus(command, mayAsk: mayAsk, done)
        case .digest: done(digestReport().flatMap { try? ControlCoding.encode($0) })
        case .hostShow:
            done(
                try? ControlCoding.encode(
                    HostReport(host: hostEntry, register: registerReport)))
        case .ticketsShow, .ticketsStats, .tokenList:
            guard node.configuration.hasStorage else {
                guard mayAsk else { return done(nil) }
                return askHost(command, arguments: arguments) {
                    done($0?.isEmpty == true ? nil : $0)
                }
            }
            answerFromState(command, arguments, done)
        case .log: answerLog(arguments, done)
        case .grantList, .syncStatus, .syncOrder, .syncQuarantine, .recordShow:
            answerSync(command, arguments: arguments, mayAsk: mayAsk, done: done)
        default: done(nil)
        }
    }

    /// The host knows every kiosk's lag: elsewhere its view is asked for, and the own one is shown
    /// where it does not come.
    private mutating func answerStatus(
        _ command: ControlCommand, mayAsk: Bool, _ done: @escaping @Sendable ([UInt8]?) -> Void
    ) {
        let own = statusReport()
        let ownProblems = ownProblems
        let finish: @Sendable (StatusReport) -> Void = { report in
            if command == .status {
                done(try? ControlCoding.encode(report))
            } else {
                done(try? ControlCoding.encode(NodesReport(kiosks: report.kiosks)))
            }
        }
        guard mayAsk, node.term == nil, node.servingHost != nil else { return finish(own) }
        askHost(.status, arguments: []) { body in
            guard let body,
                var report = try? ControlCoding.decode(StatusReport.self, from: body[...])
            else { return finish(own) }
            report.turn(to: own.itself)
            report.problems = ownProblems + report.problems
            finish(report)
        }
    }

    private func answerFromState(
        _ command: ControlCommand, _ arguments: [UInt8], _ done: ([UInt8]?) -> Void
    ) {
        switch command {
        case .ticketsStats:
            done(try? ControlCoding.encode(TicketStatsReport(tickets: ticketCounts)))
        case .tokenList: done(try? ControlCoding.encode(tokenList))
        default:
            guard let code = try? ControlCoding.decode(CodeArguments.self, from: arguments[...])
            else { return done(nil) }
            done(try? ControlCoding.encode(tickets(code.code)))
        }
    }

    private var tokenList: TokenListReport {
        let uses = node.ledger.state.tokens.values.sorted { $0.token.id < $1.token.id }
        return TokenListReport(
            tokens: uses.map { use in
                TokenListReport.Entry(
                    id: use.token.id.hex, uses: Int(use.token.uses), used: Int(use.used),
                    expires: Timestamp(millisecondsSinceEpoch: use.token.expires),
                    revoked: use.isRevoked)
            })
    }

    private func tickets(_ code: String) -> TicketsReport {
        let ids = node.ledger.state.catalogue.find(parts.sealing.credential(code), kind: nil)
        let entries = ids.compactMap { node.ledger.state.catalogue[$0] }
        return TicketsReport(
            tickets: entries.map { entry in
                let ticket = entry.ticket
                return TicketsReport.Entry(
                    id: ticket.id.hex, event: ticket.event.isEmpty ? nil : ticket.event,
                    product: ticket.product.isEmpty ? nil : ticket.product,
                    seat: ticket.seat.isEmpty ? nil : ticket.seat, status: ticket.status.word,
                    validFrom: ticket.validFrom.map { Timestamp(millisecondsSinceEpoch: $0) },
                    validUntil: ticket.validUntil.map { Timestamp(millisecondsSinceEpoch: $0) },
                    entries: Int(ticket.entries),
                    redeemed: entry.uses.count { $0.direction == .entry },
                    first: entry.uses.first.flatMap { entry.first(on: $0.list) }.map {
                        RedeemAnswer.First($0, node.roster)
                    })
            })
    }

    /// The log for a kiosk without storage, a line a record, as far as one frame holds it.
    private func answerLog(_ arguments: [UInt8], _ done: @escaping @Sendable ([UInt8]?) -> Void) {
        guard
            let wanted = try? ControlCoding.decode(LogArguments.self, from: arguments[...]),
            let reader = logReader(since: wanted.since, code: wanted.ticket)
        else { return done(nil) }
        Task {
            var lines: [UInt8] = []
            await reader.read { line in
                guard let json = try? ControlCoding.encode(line) else { return false }
                lines += json
                lines.append(UInt8(ascii: "\n"))
                return lines.count < 4 << 20
            }
            done(lines)
        }
    }
}

extension StatusReport {
    /// Makes the host's view the one of `kiosk`: the way between the two takes as long from either
    /// end.
    fileprivate mutating func turn(to kiosk: Itself) {
        itself = kiosk
        guard let host, let mine = kiosks.firstIndex(where: { $0.id == kiosk.id }),
            let hosts = kiosks.firstIndex(where: { $0.id == host.id })
        else { return }
        kiosks[hosts].rttMilliseconds = kiosks[mine].rttMilliseconds
        kiosks[mine].rttMilliseconds = nil
    }
}
