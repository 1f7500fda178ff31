import MeshControl
import MeshModel
import MeshNode

/// `host transfer`: an order to the host, from whichever kiosk it is given at.
extension ControlDesk {
    func transfer(
        _ arguments: NameArguments, _ patience: Span64, _ responder: ControlResponder
    ) {
        let deadline = tickNow() + patience
        onLoop { loop in
            guard let entry = loop.node.roster[name: arguments.name] else {
                return responder.error(Self.error(.unknownKiosk))
            }
            guard let host = loop.node.servingHost?.kiosk else {
                return responder.error(Self.noHost)
            }
            let watch = TransferWatch(
                from: host, to: entry.kiosk, deadline: deadline, mailbox: loop.parts.mailbox,
                responder: responder)
            if loop.node.term != nil {
                if let refusal = loop.orderTransfer(to: entry.name) {
                    return responder.error(refusal)
                }
                return watch.begin(&loop)
            }
            Self.relay(arguments, watch, &loop)
        }
    }

    private static func relay(
        _ arguments: NameArguments, _ watch: TransferWatch, _ loop: inout NodeLoop
    ) {
        let mailbox = loop.parts.mailbox
        guard let json = try? ControlCoding.encode(arguments) else { return }
        loop.askHost(.hostTransfer, arguments: json) { body in
            guard let body,
                let reply = try? ControlCoding.decode(TransferReply.self, from: body[...])
            else {
                // No answer is no refusal: the host may have gone over it.
                mailbox.post(.call { watch.begin(&$0) })
                return
            }
            if let refusal = reply.refusal { return watch.responder.error(refusal) }
            mailbox.post(.call { watch.begin(&$0) })
        }
    }
}

/// The host's answer to a transfer that another kiosk passed on.
struct TransferReply: Codable {
    /// Null where the transfer has begun.
    @Nullable var refusal: ControlError?
}

extension NodeLoop {
    /// Begins to hand over, as host; or says why not.
    mutating func orderTransfer(to name: String) -> ControlError? {
        guard let entry = node.roster[name: name] else { return ControlDesk.error(.unknownKiosk) }
        if let why = node.transferProblem(entry.kiosk) {
            return ControlError(
                "cannot_transfer", "The host cannot move to \(name): \(why).",
                hint: "kioskmesh nodes shows who is in sync.")
        }
        input(.transfer(to: entry.kiosk))
        return nil
    }
}

/// Answers once another kiosk is host, or says that none was in time.
struct TransferWatch: Sendable {
    let from: KioskID
    let to: KioskID
    let deadline: Tick
    let mailbox: Mailbox
    let responder: ControlResponder

    func begin(_ loop: inout NodeLoop) {
        loop.followers.append {
            mailbox.post(.call { look(&$0) })
            return false
        }
    }

    private func look(_ loop: inout NodeLoop) {
        guard !responder.isCancelled else { return }
        if let host = loop.node.servingHost?.kiosk, host != from {
            guard host == to else {
                return responder.error(
                    ControlError(
                        "transfer_failed", "\(loop.name(of: host)) became host instead.",
                        hint: "Try again: kioskmesh host transfer \(loop.name(of: to))"))
            }
            responder.result(HostReport(host: loop.hostEntry, register: loop.registerReport))
        } else if tickNow() >= deadline {
            responder.error(
                ControlError(
                    "transfer_failed", "The host did not move in time.",
                    hint: "It goes on as before, or moves in a moment: kioskmesh host show"))
        } else {
            begin(&loop)
        }
    }
}
