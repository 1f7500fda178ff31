import MeshCrypto
package import MeshModel

/// Seals and opens what a member hands to a kiosk that was admitted: under the token's verifier,
/// so that only who knows the token can have made it and only who knows it can read the keys.
package enum WelcomeSeal {
    package static func make(
        charter: [UInt8], roster: Roster, keys: MeshKeys, verifier: Key32, request: RequestID
    ) -> Welcome {
        let nonce = RandomBytes.make(AEAD.nonceLength)
        let sealed = AEAD.seal(
            keys.bytes, key: sealingKey(verifier), nonce: nonce, additionalData: request.bytes)
        let body = nonce + sealed
        return Welcome(
            charter: charter, roster: roster, sealedKeys: body,
            proof: proof(charter, roster, body, verifier, request))
    }

    /// The mesh's keys; throws where the welcome was not made with this token for this request.
    package static func open(
        _ welcome: Welcome, verifier: Key32, request: RequestID
    ) throws(WireError) -> MeshKeys {
        let expected = proof(
            welcome.charter, welcome.roster, welcome.sealedKeys, verifier, request)
        guard constantTimeEquals(expected, welcome.proof),
            welcome.sealedKeys.count > AEAD.nonceLength,
            let plain = AEAD.open(
                Array(welcome.sealedKeys.dropFirst(AEAD.nonceLength)), key: sealingKey(verifier),
                nonce: Array(welcome.sealedKeys.prefix(AEAD.nonceLength)),
                additionalData: request.bytes)
        else {
            throw WireError(.badSignature, "a welcome that was not made with this kiosk's token")
        }
        return try MeshKeys(bytes: plain)
    }

    private static func sealingKey(_ verifier: Key32) -> [UInt8] {
        Blake2b.hash(Array("kioskmesh/v0/welcome-seal".utf8), key: verifier.bytes)
    }

    private static func proof(
        _ charter: [UInt8], _ roster: Roster, _ sealed: [UInt8], _ verifier: Key32,
        _ request: RequestID
    ) -> [UInt8] {
        var bytes = Array("kioskmesh/v0/welcome".utf8) + [0] + request.bytes
        for part in [charter, DiskCoding.encode(roster), sealed] {
            appendBigEndian(UInt64(part.count), to: &bytes)
            bytes += part
        }
        return Blake2b.hash(bytes, key: verifier.bytes)
    }
}
