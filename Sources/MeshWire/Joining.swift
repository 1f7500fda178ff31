import MeshCrypto
package import MeshLedger
package import MeshModel
package import MeshNode

/// Seals this kiosk's blocks and checks proofs: the core's hold on keys.
package struct WireAuthor: BlockAuthor {
    private let codec: BlockCodec
    private let signer: any Signer
    private let verifier: any SignatureVerifier
    /// Nil where no code carries its ticket.
    private let codes: CodeReader?

    package init(
        codec: BlockCodec, signer: any Signer, verifier: any SignatureVerifier,
        codes: CodeReader? = nil
    ) {
        self.codec = codec
        self.signer = signer
        self.verifier = verifier
        self.codes = codes
    }

    package func ticket(
        inSealedCode code: [UInt8], source: CodeSource, at now: WallTime
    ) -> Ticket? {
        codes?.ticket(code, source: source, at: now)
    }

    package func seal(_ body: BlockBody) -> Block { codec.seal(body, with: signer) }

    package func proves(
        _ application: JoinApplication, request: RequestID, token: JoinToken
    ) -> Bool {
        let proof = JoinProof.make(
            application.entry, request: request, token: token.id, mesh: codec.mesh,
            verifier: token.verifier)
        return constantTimeEquals(proof.bytes, application.proof.bytes)
            && verifier.verify(
                application.signature, of: JoinProof.signedBytes(proof),
                by: application.entry.kiosk)
    }
}

/// The proof that an application was made with a token's secret.
package enum JoinProof {
    /// Keyed BLAKE2b-256 under the token's verifier over mesh, request, token and roster entry.
    package static func make(
        _ entry: RosterEntry, request: RequestID, token: Key16, mesh: MeshID, verifier: Key32
    ) -> Key32 {
        var bytes = Array("kioskmesh/v0/join-proof".utf8)
        bytes.append(0)
        bytes += mesh.key.bytes
        bytes += request.bytes
        bytes += token.bytes
        let encoded: [UInt8] = serialized(PBRosterEntry(entry))
        bytes += encoded
        guard let proof = Key32(Blake2b.hash(bytes, key: verifier.bytes)) else {
            preconditionFailure("32 bytes asked for")
        }
        return proof
    }

    /// What the identity key signs of a proof.
    package static func signedBytes(_ proof: Key32) -> [UInt8] {
        SigningContext.application.bytes(proof.bytes)
    }
}
