import Foundation
import MeshLedger
import MeshModel

@testable import MeshWire

extension Malformed {
    static let blocks: [Malformed] = [
        Malformed(
            name: "truncated", meaning: "a block without its last byte",
            bytes: Array(block { _ in }.dropLast()), error: .malformed),
        Malformed(
            name: "unsigned", meaning: "a block without a signature",
            bytes: SignedBlockBytes(
                payload: serialized(PBBlockBody(Sample.start)), signature: []
            ).serialized, error: .badSignature),
        Malformed(
            name: "of-another-mesh", meaning: "a block that its author signed for another mesh",
            bytes: Cast.codec(Cast.a, mesh: MeshID(.zero)).blocks.seal(Sample.start, with: Cast.a)
                .bytes, error: .badSignature),
        Malformed(
            name: "by-another-author", meaning: "a block of kiosk a that kiosk b signed",
            bytes: Cast.codec(Cast.b).blocks.seal(Sample.start, with: Cast.b).bytes,
            error: .badSignature),
        Malformed(
            name: "sequence-without-parent", meaning: "block 4 of a chain without a parent",
            bytes: block { $0.clearParent() }, error: .malformed),
        Malformed(
            name: "parent-elsewhere", meaning: "block 4 of a chain that builds on another chain",
            bytes: block { $0.parent.chain.epoch = 2 }, error: .malformed),
        Malformed(
            name: "parent-skipped", meaning: "block 4 of a chain that builds on block 2",
            bytes: block { $0.parent.length = 3 }, error: .malformed),
        Malformed(
            name: "zero-length-parent", meaning: "a parent of length 0",
            bytes: block { $0.parent.length = 0 }, error: .malformed),
        Malformed(
            name: "zero-length-seen", meaning: "a chain seen with length 0",
            bytes: block { $0.seen = [PBPosition()] }, error: .malformed),
        Malformed(
            name: "last-sequence", meaning: "sequence 2^64 - 1, whose length cannot be counted",
            bytes: block {
                $0.sequence = .max
                $0.parent.length = .max
            }, error: .malformed),
        Malformed(
            name: "short-parent-hash", meaning: "a parent hash of 31 bytes",
            bytes: block { $0.parentHash = $0.parentHash.dropLast() }, error: .malformed),
        Malformed(
            name: "no-chain", meaning: "a block that names no chain",
            bytes: block { $0.clearChain() }, error: .malformed),
        Malformed(
            name: "unknown-record", meaning: "a record of a kind unknown here",
            bytes: block { $0.records = [PBRecord()] }, error: .malformed),
        Malformed(
            name: "unknown-reason", meaning: "a decision with reason 15",
            bytes: block { $0.records[0].decision.reason = 15 }, error: .malformed),
        Malformed(
            name: "large-reason", meaning: "a decision with reason 256, which is 0 in a byte",
            bytes: block { $0.records[0].decision.reason = 256 }, error: .malformed),
        Malformed(
            name: "short-request", meaning: "a decision whose request id has 15 bytes",
            bytes: block {
                $0.records[0].decision.request = $0.records[0].decision.request.dropLast()
            }, error: .malformed),
        ticket("ticket-without-entries", "a ticket that may be redeemed 0 times") {
            $0.entries = 0
        },
        ticket("unknown-status", "a ticket with status 6") { $0.status = 6 },
        ticket("unknown-credential", "a ticket with a credential of kind 0") {
            $0.credentials[0].kind = 0
        },
    ]

    private static func ticket(
        _ name: String, _ meaning: String, _ change: (inout PBTicket) -> Void
    ) -> Malformed {
        var batch = PBTicketBatch()
        batch.request = Data(Cast.id(6))
        batch.tickets = [PBTicket(Sample.ticket)]
        change(&batch.tickets[0])
        return Malformed(
            name: name, meaning: meaning, bytes: block { $0.records[0].tickets = batch },
            error: .malformed)
    }
}
