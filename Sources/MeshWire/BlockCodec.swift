import MeshCrypto
package import MeshLedger
package import MeshModel
import SwiftProtobuf

/// Turns block bodies into signed bytes and back.
///
/// The hash of a block is BLAKE2b-256 of its payload; the signature covers context, mesh id and
/// that hash. So the link to a block and the signature on it speak of the same exact bytes.
package struct BlockCodec: Sendable {
    package let mesh: MeshID
    private let verifier: any SignatureVerifier
    package let grants: GrantCodec

    package init(
        mesh: MeshID, verifier: any SignatureVerifier,
        grants: (any SignatureVerifier)? = nil
    ) {
        self.mesh = mesh
        self.verifier = verifier
        self.grants = GrantCodec(mesh: mesh, verifier: grants ?? verifier)
    }

    package func seal(_ body: BlockBody, with signer: any Signer) -> Block {
        let payload: [UInt8] = serialized(PBBlockBody(body))
        let hash = Self.hash(payload)
        let envelope = SignedBlockBytes(
            payload: payload, signature: signer.sign(signedBytes(hash)))
        return Block(verified: body, hash: hash, bytes: envelope.serialized)
    }

    /// Reads a block and checks its signature against the key of the chain's origin.
    package func open(_ bytes: [UInt8]) throws(WireError) -> Block {
        let envelope = try Self.parse(bytes)
        let payload = envelope.payload
        let pb: PBBlockBody
        do {
            pb = try PBBlockBody(serializedBytes: payload)
        } catch {
            throw WireError(.malformed, "a block that cannot be read")
        }
        let body = try blockBody(pb, grants)
        let hash = Self.hash(payload)
        guard
            verifier.verify(
                envelope.signature, of: signedBytes(hash), by: body.chain.origin)
        else {
            throw WireError(.badSignature, "block \(body.position): its signature does not hold")
        }
        return Block(verified: body, hash: hash, bytes: bytes)
    }

    /// The hash of a stored block, from its bytes; nil where they are not an envelope.
    package static func hash(ofStored bytes: [UInt8]) -> [UInt8]? {
        guard let envelope = try? parse(bytes) else { return nil }
        return hash(envelope.payload).bytes
    }

    private static func parse(_ bytes: [UInt8]) throws(WireError) -> SignedBlockBytes {
        guard let envelope = SignedBlockBytes(bytes) else {
            throw WireError(.malformed, "a block envelope that cannot be read")
        }
        return envelope
    }

    private static func hash(_ payload: [UInt8]) -> Key32 { blake2b256(payload) }

    private func signedBytes(_ hash: Key32) -> [UInt8] {
        SigningContext.block.bytes(mesh.key.bytes, hash.bytes)
    }
}

/// BLAKE2b-256 (RFC 7693), unkeyed.
package func blake2b256(_ bytes: [UInt8]) -> Key32 {
    guard let key = Key32(Blake2b.hash(bytes)) else { preconditionFailure("32 bytes asked for") }
    return key
}

/// Serialises a message that this process made itself: it cannot fail.
func serialized(_ message: some SwiftProtobuf.Message) -> [UInt8] {
    guard let bytes: [UInt8] = try? message.serializedBytes() else {
        preconditionFailure("a message without required fields always serialises")
    }
    return bytes
}
