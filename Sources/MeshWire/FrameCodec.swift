package import MeshModel
package import MeshNode
import SwiftProtobuf

/// One frame of a link: a message of the core, or one of the shells'.
package enum Frame: Hashable, Sendable {
    case node(MeshMessage)
    /// A question of one daemon to another's, as JSON.
    case relay(id: UInt64, isReply: Bool, body: [UInt8])
    /// A stranger at the door.
    case join(RequestID, JoinApplication)
    case joinReply(JoinReply)
    /// Where kiosks were reached, as `host:port`, and the sender's release.
    case addresses([String], version: String)
}

package enum JoinReply: Hashable, Sendable {
    case welcome(Welcome)
    case denied(Denial)
    /// In plain words; the same application may be made again.
    case unavailable(String)
}

/// What an admitted kiosk needs to be a member.
package struct Welcome: Hashable, Sendable {
    /// A signed charter, exact bytes.
    package let charter: [UInt8]
    package let roster: Roster
    /// Credential key and details key, under the token's verifier.
    package let sealedKeys: [UInt8]
    /// Keyed hash over all that, under the token's verifier.
    package let proof: [UInt8]

    package init(charter: [UInt8], roster: Roster, sealedKeys: [UInt8], proof: [UInt8]) {
        self.charter = charter
        self.roster = roster
        self.sealedKeys = sealedKeys
        self.proof = proof
    }
}

/// Turns frames into bytes and back, and makes and checks the signatures on them.
///
/// Requests and everything about elections is signed by the sender, for one receiver. Heartbeats,
/// acknowledgements and questions rely on the authenticated link; blocks carry their own.
package struct FrameCodec: Sendable {
    package static let version: UInt32 = 0

    package let blocks: BlockCodec
    private let signer: any Signer
    private let verifier: any SignatureVerifier
    private let meshPrefix: UInt64

    /// - Parameter grants: checks operators' signatures where another does than those of kiosks.
    package init(
        mesh: MeshID, signer: any Signer, verifier: any SignatureVerifier,
        grants: (any SignatureVerifier)? = nil
    ) {
        blocks = BlockCodec(mesh: mesh, verifier: verifier, grants: grants ?? verifier)
        self.signer = signer
        self.verifier = verifier
        meshPrefix = mesh.key.prefix
    }

    package var kiosk: KioskID { signer.kiosk }

    /// The bytes of one frame for `receiver`; nil only for one at the door, who has no name yet.
    package func encode(_ frame: Frame, to receiver: KioskID?) -> [UInt8] {
        let payload = Self.payload(of: frame)
        var envelope = EnvelopeBytes(version: Self.version, mesh: meshPrefix, payload: payload)
        if frame.isSigned, let receiver {
            let bytes = signedBytes(payload, from: signer.kiosk, to: receiver)
            envelope.signature = signer.sign(bytes)
        }
        return envelope.serialized
    }

    private static func payload(of frame: Frame) -> [UInt8] {
        if case .node(let message) = frame, let payload = frequentPayload(message) {
            return payload
        }
        return serialized(PBMessage(frame))
    }

    /// Reads one frame that came over the link of `sender`; nil for a stranger's.
    ///
    /// - Parameter knows: whether a kiosk is or was on the roster; blocks of others are refused.
    package func decode(
        _ bytes: [UInt8], from sender: KioskID?, knows: (KioskID) -> Bool
    ) throws(WireError) -> Frame {
        guard let envelope = EnvelopeBytes(bytes) else {
            throw WireError(.malformed, "an envelope that cannot be read")
        }
        try checkHeader(envelope)
        let payload = envelope.payload
        // None of these carries a signature.
        if let message = frequentMessage(payload) { return .node(message) }
        let pb: PBMessage
        do {
            pb = try PBMessage(serializedBytes: payload)
        } catch {
            throw WireError(.malformed, "a message that cannot be read")
        }
        let frame = try decode(pb, from: sender, knows: knows)
        if frame.isSigned {
            guard let sender,
                verifier.verify(
                    envelope.signature, of: signedBytes(payload, from: sender, to: signer.kiosk),
                    by: sender)
            else { throw WireError(.badSignature, "a message whose signature does not hold") }
        }
        return frame
    }

    private func checkHeader(_ envelope: EnvelopeBytes) throws(WireError) {
        guard envelope.version == UInt64(Self.version) else {
            throw WireError(
                .wrongVersion,
                "protocol version \(envelope.version); this kiosk speaks \(Self.version): "
                    + "install the same release on all kiosks"
            )
        }
        guard envelope.mesh == meshPrefix else {
            throw WireError(.wrongMesh, "a message of another mesh")
        }
    }

    private func signedBytes(
        _ payload: [UInt8], from sender: KioskID, to receiver: KioskID
    ) -> [UInt8] {
        SigningContext.message.bytes(sender.key.bytes, receiver.key.bytes, payload)
    }
}

extension Frame {
    /// Whether it carries the sender's signature.
    package var isSigned: Bool {
        switch self {
        case .node(.requests), .node(.prepare), .node(.promise), .node(.record), .node(.recorded),
            .node(.takeOver):
            true
        default: false
        }
    }
}
