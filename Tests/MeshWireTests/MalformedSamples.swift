import Foundation
import MeshLedger
import MeshModel
import MeshNode

@testable import MeshWire

/// Bytes that a peer may send and nobody may take, with the error expected.
///
/// Whatever has to be signed is signed rightly, so that each is refused for its own reason.
struct Malformed {
    let name: String
    let meaning: String
    let bytes: [UInt8]
    let error: WireError.Code

    /// The frame around a payload, signed by a for b.
    static func frame(
        _ payload: [UInt8], version: UInt32 = 0, mesh: MeshID = Cast.mesh, signed: Bool = true
    ) -> [UInt8] {
        var envelope = EnvelopeBytes(version: version, mesh: mesh.key.prefix, payload: payload)
        if signed {
            let bytes = SigningContext.message.bytes(
                Cast.a.kiosk.key.bytes, Cast.b.kiosk.key.bytes, payload)
            envelope.signature = Cast.a.sign(bytes)
        }
        return envelope.serialized
    }

    static func frame(_ change: (inout PBMessage) -> Void) -> [UInt8] {
        var message = PBMessage()
        change(&message)
        return frame(serialized(message))
    }

    /// A block whose body was changed before it was signed.
    static func block(_ change: (inout PBBlockBody) -> Void) -> [UInt8] {
        var body = PBBlockBody(Sample.body([Sample.records[0].record]))
        change(&body)
        let payload: [UInt8] = serialized(body)
        let signed = SigningContext.block.bytes(Cast.mesh.key.bytes, blake2b256(payload).bytes)
        return SignedBlockBytes(payload: payload, signature: Cast.a.sign(signed)).serialized
    }
}

extension Malformed {
    private static let prepare = Cast.codec(Cast.a).encode(
        .node(.prepare(epoch: 4)), to: Cast.b.kiosk)
    private static let short = Data([UInt8](repeating: 1, count: 31))

    static let frames: [Malformed] = envelopes + fields

    private static let envelopes: [Malformed] = [
        Malformed(
            name: "empty", meaning: "no byte at all: no mesh either", bytes: [], error: .wrongMesh),
        Malformed(
            name: "truncated", meaning: "prepare without its last byte",
            bytes: Array(prepare.dropLast()), error: .malformed),
        Malformed(
            name: "wrong-version", meaning: "protocol version 1",
            bytes: frame([0x20, 4], version: 1), error: .wrongVersion),
        Malformed(
            name: "wrong-mesh", meaning: "the same key in another mesh",
            bytes: frame([0x20, 4], mesh: MeshID(.zero)), error: .wrongMesh),
        Malformed(
            name: "unknown-message", meaning: "field 99 of Message",
            bytes: frame([0x9A, 0x06, 0]), error: .unknownMessage),
        Malformed(
            name: "no-message", meaning: "an empty payload", bytes: frame([]),
            error: .unknownMessage),
        Malformed(
            name: "unsigned", meaning: "prepare without a signature",
            bytes: frame([0x20, 4], signed: false), error: .badSignature),
        Malformed(
            name: "bad-signature", meaning: "prepare, the last bit of its signature flipped",
            bytes: Array(prepare.dropLast()) + [(prepare.last ?? 0) ^ 1], error: .badSignature),
        Malformed(
            name: "for-another-receiver", meaning: "prepare signed for kiosk a itself",
            bytes: Cast.codec(Cast.a).encode(.node(.prepare(epoch: 4)), to: Cast.a.kiosk),
            error: .badSignature),
        Malformed(
            name: "by-another-sender", meaning: "prepare signed by a stranger",
            bytes: Cast.codec(Cast.stranger).encode(.node(.prepare(epoch: 4)), to: Cast.b.kiosk),
            error: .badSignature),
        Malformed(
            name: "signed-as-a-block", meaning: "prepare with a signature of the block context",
            bytes: signedAsABlock(), error: .badSignature),
    ]

    private static func signedAsABlock() -> [UInt8] {
        let payload: [UInt8] = [0x20, 4]
        var envelope = EnvelopeBytes(version: 0, mesh: Cast.mesh.key.prefix, payload: payload)
        envelope.signature = Cast.a.sign(
            SigningContext.block.bytes(
                Cast.a.kiosk.key.bytes, Cast.b.kiosk.key.bytes, payload))
        return envelope.serialized
    }

    private static let fields: [Malformed] = [
        Malformed(
            name: "too-many-addresses", meaning: "1025 addresses",
            bytes: frame { $0.addresses.addresses = Array(repeating: "a:1", count: 1025) },
            error: .overLimit),
        Malformed(
            name: "short-host-key", meaning: "a register whose host has 31 bytes",
            bytes: frame {
                $0.record = PBRegister(Sample.register)
                $0.record.host = short
            }, error: .malformed),
        Malformed(
            name: "no-voters", meaning: "a register without voters",
            bytes: frame {
                $0.record = PBRegister(Sample.register)
                $0.record.voters = []
            }, error: .malformed),
        Malformed(
            name: "too-many-members", meaning: "a register with 257 members",
            bytes: frame {
                $0.record = PBRegister(Sample.register)
                $0.record.inSync = Array(repeating: PBMember(), count: 257)
            }, error: .malformed),
        Malformed(
            name: "zero-length-position", meaning: "a vector with a chain of length 0",
            bytes: frame {
                $0.vector = PBVector(Sample.vector.entries)
                $0.vector.entries[0].length = 0
            }, error: .malformed),
        Malformed(
            name: "unsorted-vector", meaning: "a vector whose newer chain stands first",
            bytes: frame { $0.vector = PBVector(Sample.vector.entries.reversed()) },
            error: .malformed),
        Malformed(
            name: "chain-twice", meaning: "a want that names a chain twice",
            bytes: frame { $0.want = PBVector(Sample.vector.entries + Sample.vector.entries) },
            error: .malformed),
        Malformed(
            name: "long-origin", meaning: "a chain whose origin has 33 bytes",
            bytes: frame {
                $0.vector = PBVector(Sample.vector.entries)
                $0.vector.entries[0].chain.origin = short + short.prefix(2)
            }, error: .malformed),
        Malformed(
            name: "empty-request", meaning: "a request without body",
            bytes: frame { $0.requests.requests = [PBRequest()] }, error: .malformed),
        Malformed(
            name: "unknown-credential-kind", meaning: "a request to redeem a credential of kind 6",
            bytes: frame {
                var request = PBRequest()
                request.id = Data(Cast.id(1))
                request.redeem.hash = Data(Cast.id(1))
                request.redeem.kind = 6
                $0.requests.requests = [request]
            }, error: .malformed),
        answer("no-outcome", "an answer without outcome") { _ in },
        answer("unknown-cause", "unavailable for the unknown cause 5") { $0.unavailable = 5 },
        answer("unknown-denial", "denied for the unknown cause 99") { $0.denied.denial = 99 },
        answer("unknown-refusal", "refused for the unknown reason 0") { $0.refused = PBRefused() },
        answer("unknown-guarantee", "a decision with guarantee 5") {
            $0.decided.decision = PBDecision(Sample.decision(.redeemed))
            $0.decided.chain = PBChainID(Cast.chain())
            $0.decided.guarantee = 5
        },
        Malformed(
            name: "odd-name", meaning: "a roster entry with a space in its name",
            bytes: frame {
                $0.roster.entries = [PBRosterEntry(Sample.entry)]
                $0.roster.entries[0].name = "gate b"
            }, error: .malformed),
        Malformed(
            name: "empty-join-reply", meaning: "an answer at the door without content",
            bytes: frame { $0.joinReply = PBJoinReply() }, error: .malformed),
        Malformed(
            name: "not-utf8", meaning: "an address that is not UTF-8",
            bytes: frame([0xD2, 0x01, 3, 0x0A, 1, 0xFF]), error: .malformed),
        Malformed(
            name: "block-of-a-stranger", meaning: "a sound block of a kiosk not on the roster",
            bytes: frame { $0.blocks.blocks = [Data(strangersBlock())] }, error: .notOnRoster),
        Malformed(
            name: "block-in-frame", meaning: "blocks, the second with a bad signature",
            bytes: frame {
                let block = Sample.seal(Sample.start).bytes
                $0.blocks.blocks = [Data(block), Data(block.dropLast() + [0])]
            }, error: .badSignature),
    ]

    private static func answer(
        _ name: String, _ meaning: String, _ change: (inout PBAnswer) -> Void
    ) -> Malformed {
        var answer = PBAnswer()
        answer.request = Data(Cast.id(1))
        change(&answer)
        return Malformed(
            name: name, meaning: meaning, bytes: frame { $0.answers.answers = [answer] },
            error: .malformed)
    }

    private static func strangersBlock() -> [UInt8] {
        let chain = ChainID(origin: Cast.stranger.kiosk, incarnation: 1, epoch: 1)
        let body = BlockBody(chain: chain, sequence: 0, parent: nil, parentHash: .zero)
        return Cast.codec(Cast.stranger).blocks.seal(body, with: Cast.stranger).bytes
    }
}
