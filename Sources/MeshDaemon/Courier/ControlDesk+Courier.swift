import Foundation
import MeshControl
import MeshLedger
import MeshModel
import MeshNode
import MeshWire

extension ControlDesk {
    /// Facts that are looked up in one turn of the node.
    private static let factsAtOnce = 200

    /// Hands out the grants, and every fact that waits for a ticket server.
    func exportBundle(_ responder: ControlResponder) {
        let port = SyncPort(mailbox: mailbox)
        let sealing = sealing
        onLoop { loop in
            guard loop.node.configuration.hasStorage else {
                return responder.error(
                    ControlError(
                        "no_storage", "This kiosk keeps no log.",
                        hint: "Give the command at a kiosk with storage: kioskmesh nodes"))
            }
            let segments = loop.node.ledger.state.segments.all
            Task {
                for segment in segments {
                    let name = segment.grant.grant.name
                    await Self.send(
                        .grant(segment.grant, sealedToken: segment.sealedToken), responder)
                    var rest = segment.uploads.next(.max)[...]
                    while !rest.isEmpty, !responder.isCancelled {
                        let ids = Array(rest.prefix(Self.factsAtOnce))
                        rest = rest.dropFirst(ids.count)
                        let facts = await port.onLoop { loop in
                            ids.map {
                                loop.waitingFact($0, of: segment.uploads, sealing: sealing)
                            }
                        }
                        for fact in facts {
                            await Self.send(.fact(BundleFact(fact, segment: name)), responder)
                        }
                    }
                }
                responder.end()
            }
        }
    }

    private static func send(_ item: BundleItem, _ responder: ControlResponder) async {
        await responder.ready()
        responder.item(
            BundleItemArguments(item: Data(item.bytes).base64EncodedString()))
    }

    /// Has the host record what a courier brought. The command line has verified the bundle.
    func applyBundle(
        _ arguments: BundleItemArguments, _ patience: Span64, _ responder: ControlResponder
    ) throws(ControlError) {
        guard let bytes = Data(base64Encoded: arguments.item).map({ [UInt8]($0) }) else {
            throw ControlError("bad_bundle", "The item is not readable.", exit: 64)
        }
        onLoop { loop in
            let item: BundleItem
            do throws(WireError) {
                item = try BundleItem(bytes: bytes, grants: loop.parts.codec.blocks.grants)
            } catch {
                return responder.error(
                    ControlError("bad_bundle", "The item is refused: \(error.message).", exit: 1))
            }
            let body: RequestBody
            switch item {
            case .grant(let grant, _): body = .grant(grant)
            case .page(let page): body = .segmentPage(page)
            case .receipts(let receipts): body = .receipts(receipts)
            case .fact:
                return responder.error(
                    ControlError("bad_bundle", "A fact goes to a ticket server.", exit: 64))
            }
            loop.askKnowing(.random(), body, patience: patience) { outcome, _ in
                switch outcome {
                case .denied(.olderGrant), .denied(.grantChanged):
                    responder.result(BundleItemAnswer(isTaken: false))
                case .denied(let denial): responder.error(Self.error(denial))
                case .unavailable: responder.error(Self.noHost)
                default: responder.result(BundleItemAnswer(isTaken: true))
                }
            }
        }
    }
}
