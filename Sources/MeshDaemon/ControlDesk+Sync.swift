import Foundation
import MeshControl
import MeshModel
import MeshNode
import MeshWire

extension ControlDesk {
    // MARK: grants

    func addGrant(
        _ arguments: GrantArguments, _ patience: Span64, _ responder: ControlResponder
    ) throws(ControlError) {
        guard let bytes = Data(base64Encoded: arguments.grant).map({ [UInt8]($0) }) else {
            throw ControlError(
                "bad_grant", "The grant is not readable.", hint: "Add it again from its file.",
                exit: 64)
        }
        onLoop { [self] loop in
            do throws(WireError) {
                let grant = try loop.parts.codec.blocks.grants.open(bytes)
                administer(.grant(grant), patience, responder) { _ in responder.result(DoneReport())
                }
            } catch {
                responder.error(
                    ControlError(
                        "bad_grant", "The grant is refused: \(error.message).",
                        hint: "It must be signed by an operator of this mesh."))
            }
        }
    }

    // MARK: redemptions, afterwards

    func amend(
        _ command: ControlCommand, _ arguments: AmendArguments, _ patience: Span64,
        _ responder: ControlResponder
    ) throws(ControlError) {
        guard !arguments.reason.isEmpty, arguments.reason.utf8.count <= TextLimits.words else {
            throw ControlError(
                "bad_reason", "A reason has 1 to \(TextLimits.words) bytes.",
                hint: "Say in a few words why: --reason \"paper jam\"", exit: 64)
        }
        let unknown = Self.error(.unknownRedemption)
        let question: [UInt8]
        do { question = try ControlCoding.encode(CodeArguments(code: arguments.record)) } catch {
            throw ControlError("bad_record", "The record cannot be read.", exit: 64)
        }
        let mailbox = mailbox
        onLoop { loop in
            loop.answerRead(.recordShow, arguments: question) { json in
                guard let json else { return responder.error(Self.noHost) }
                guard
                    let report = try? ControlCoding.decode(RecordReport.self, from: json[...]),
                    let id = bytes(hexadecimal: report.request).flatMap({ RequestID($0) })
                else { return responder.error(unknown) }
                mailbox.post(
                    .call { [self] _ in
                        let body: RequestBody =
                            command == .annul
                            ? .annul(id, reason: arguments.reason)
                            : .reprint(id, reason: arguments.reason)
                        administer(body, patience, responder) { _ in responder.result(DoneReport())
                        }
                    })
            }
        }
    }

    // MARK: quarantine

    func settle(
        _ arguments: SettleArguments, _ patience: Span64, _ responder: ControlResponder
    ) {
        onLoop { [self] loop in
            guard loop.node.configuration.hasStorage else {
                return responder.error(
                    ControlError(
                        "no_storage", "This kiosk keeps no log.",
                        hint: "Give the command at a kiosk with storage: kioskmesh nodes"))
            }
            let facts = loop.quarantined(arguments.record)
            guard !facts.isEmpty else {
                return responder.error(
                    ControlError(
                        "not_quarantined", "No such record is in quarantine.",
                        hint: "kioskmesh sync quarantine lists them."))
            }
            let receipts = facts.prefix(Limits().receipts).map {
                Receipt(fact: $0, result: arguments.retry ? .retried : .dismissed)
            }
            administer(.receipts(receipts), patience, responder) { _ in
                responder.result(DoneReport())
            }
        }
    }
}
