import Foundation
import Logging
import MeshControl
import MeshModel
import MeshNode
import MeshWire

/// Answers the command line over the control socket.
final class ControlDesk: ControlHandler {
    /// Longest that a request may ask to wait.
    static let longestPatience = Span64.seconds(120)
    /// How long an order is waited for where the client does not say how long it waits.
    static let standardPatience: Int64 = 15_000

    let mailbox: Mailbox
    let sealing: TicketSealing
    private let state: StateFiles

    let codes: CodeReader

    init(mailbox: Mailbox, sealing: TicketSealing, mesh: MeshID, state: StateFiles) {
        codes = CodeReader(sealing: sealing, mesh: mesh)
        self.mailbox = mailbox
        self.sealing = sealing
        self.state = state
    }

    func handle(_ request: ControlRequest, responder: ControlResponder) {
        guard let command = ControlCommand(rawValue: request.command) else {
            responder.error(
                ControlError(
                    "unknown_command", "The daemon does not know '\(request.command)'.",
                    hint: "Command line and daemon must be of the same release.", exit: 64))
            return
        }
        do throws(ControlError) {
            try handle(command, request, responder)
        } catch {
            responder.error(error)
        }
    }

    private func handle(
        _ command: ControlCommand, _ request: ControlRequest, _ responder: ControlResponder
    ) throws(ControlError) {
        switch command {
        case .redeem: try redeem(try request.decode(RedeemArguments.self), responder)
        case .ticketsImport:
            importTickets(
                try request.decode(ImportArguments.self), Self.patience(request), responder)
        case .status, .nodes, .digest, .ticketsShow, .ticketsStats, .tokenList, .hostShow,
            .grantList, .syncStatus, .syncOrder, .syncQuarantine, .recordShow:
            read(command, Array(request.arguments), responder)
        case .log: log(try request.decode(LogArguments.self), request, responder)
        case .tokenCreate:
            try createToken(
                try request.decode(TokenCreateArguments.self), Self.patience(request), responder)
        case .tokenRevoke:
            try revokeToken(
                try request.decode(TokenRevokeArguments.self), Self.patience(request), responder)
        case .grantAdd:
            try addGrant(
                try request.decode(GrantArguments.self), Self.patience(request), responder)
        case .annul, .reprint:
            try amend(
                command, try request.decode(AmendArguments.self), Self.patience(request), responder)
        case .syncSettle:
            settle(try request.decode(SettleArguments.self), Self.patience(request), responder)
        case .bundleExport: exportBundle(responder)
        case .bundleApply:
            try applyBundle(
                try request.decode(BundleItemArguments.self), Self.patience(request), responder)
        case .hostTransfer:
            transfer(try request.decode(NameArguments.self), Self.patience(request), responder)
        case .revoke:
            revoke(try request.decode(NameArguments.self), Self.patience(request), responder)
        case .doctor: doctor(try request.decode(DoctorArguments.self), responder)
        case .wait: wait(try request.decode(WaitArguments.self), responder)
        case .version: responder.result(VersionAnswer(version: ControlSchema.program))
        }
    }

    /// How long an order may take here, so that the answer comes before the client gives up.
    private static func patience(_ request: ControlRequest) -> Span64 {
        let wait = request.patienceMilliseconds(standard: standardPatience)
        return min(.milliseconds(UInt64(max(1, wait))), longestPatience)
    }

    func onLoop(_ body: @escaping @Sendable (inout NodeLoop) -> Void) {
        mailbox.post(.call(body))
    }

    // MARK: reading

    private func read(
        _ command: ControlCommand, _ arguments: [UInt8], _ responder: ControlResponder
    ) {
        onLoop { loop in
            loop.answerRead(command, arguments: arguments) { json in
                if let json {
                    responder.result(raw: json)
                } else if command == .digest {
                    responder.error(
                        ControlError(
                            "no_storage", "This kiosk keeps no log, so it has no digest.",
                            hint: "Ask a kiosk with storage: kioskmesh nodes lists them."))
                } else {
                    responder.error(Self.noHost)
                }
            }
        }
    }

    static let noHost = ControlError(
        "no_host", "No host answers now.", hint: "See why: kioskmesh status", exit: 3)

    private func wait(_ arguments: WaitArguments, _ responder: ControlResponder) {
        onLoop { loop in
            let missing = loop.missing(for: arguments.goal)
            responder.result(WaitAnswer(met: missing.isEmpty, missing: missing))
        }
    }

    private func doctor(_ arguments: DoctorArguments, _ responder: ControlResponder) {
        let state = state
        let mailbox = mailbox
        onLoop { loop in
            loop.answerRead(.status, arguments: []) { json in
                mailbox.post(
                    .call { loop in
                        let report = json.flatMap {
                            try? ControlCoding.decode(StatusReport.self, from: $0[...])
                        }
                        let seen = report ?? loop.statusReport()
                        do throws(ControlError) {
                            let checks = try loop.doctorChecks(seen, state, of: arguments.kiosk)
                            responder.result(DoctorReport(checks: checks))
                        } catch {
                            responder.error(error)
                        }
                    })
            }
        }
    }

    private func log(
        _ arguments: LogArguments, _ request: ControlRequest, _ responder: ControlResponder
    ) {
        let mailbox = mailbox
        onLoop { loop in
            guard let reader = loop.logReader(since: arguments.since, code: arguments.ticket) else {
                return Self.relayLog(Array(request.arguments), &loop, responder)
            }
            Task {
                await Self.stream(reader, arguments, mailbox, responder)
            }
        }
    }

    /// A kiosk without storage asks the host for the log.
    private static func relayLog(
        _ arguments: [UInt8], _ loop: inout NodeLoop, _ responder: ControlResponder
    ) {
        loop.askHost(.log, arguments: arguments) { body in
            guard let body, !body.isEmpty else { return responder.error(noHost) }
            for line in body.split(separator: UInt8(ascii: "\n")) {
                responder.item(raw: Array(line))
            }
            responder.end()
        }
    }

    private static func stream(
        _ first: LogReader, _ arguments: LogArguments, _ mailbox: Mailbox,
        _ responder: ControlResponder
    ) async {
        var reader = first
        var done: [ChainID: UInt64] = [:]
        while !responder.isCancelled {
            await reader.read(from: done) { line in
                await responder.ready()
                responder.item(line)
                return !responder.isCancelled
            }
            for chain in reader.chains { done[chain.id] = chain.length }
            guard arguments.follow else { break }
            try? await Task.sleep(for: .milliseconds(200))
            let next: LogReader? = await withCheckedContinuation { continuation in
                mailbox.post(
                    .call { loop in
                        continuation.resume(
                            returning: loop.logReader(
                                since: arguments.since, code: arguments.ticket))
                    })
            }
            guard let next else { break }
            reader = next
        }
        responder.end()
    }
}
