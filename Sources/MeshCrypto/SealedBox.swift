import CSodium

/// An X25519 key pair (RFC 7748) to which anybody who has its public key can seal bytes.
package struct BoxKey: Sendable {
    /// Length of a seed in bytes.
    package static let seedLength = 32

    /// The 32 bytes everything else is derived from: the secret that is stored.
    package let seed: [UInt8]
    /// The 32-byte public key.
    package let publicKey: [UInt8]
    fileprivate let secretKey: [UInt8]

    /// The key pair of a 32-byte seed. What is read from a file or a peer is measured before.
    package init(seed: [UInt8]) {
        precondition(seed.count == Self.seedLength, "an X25519 seed has 32 bytes")
        Sodium.require()
        var publicKey = [UInt8](repeating: 0, count: SealedBox.publicKeyLength)
        var secretKey = [UInt8](repeating: 0, count: crypto_box_secretkeybytes())
        let status = crypto_box_seed_keypair(&publicKey, &secretKey, seed)
        precondition(status == 0, "deriving an X25519 key cannot fail")
        self.seed = seed
        self.publicKey = publicKey
        self.secretKey = secretKey
    }

    /// A fresh key pair from the system's random source.
    package static func generate() -> BoxKey { BoxKey(seed: RandomBytes.make(seedLength)) }
}

/// Bytes that only the holder of a key pair can read, from a sender who stays unknown: libsodium's
/// `crypto_box_seal`, that is a key pair made for the one message, X25519, XSalsa20-Poly1305.
///
/// It proves nothing about the sender: sign what is inside.
package enum SealedBox {
    /// Length of a public key in bytes.
    package static let publicKeyLength = 32
    /// Bytes that sealing adds to the plaintext: the message's own public key and the tag.
    package static let overhead = 48

    /// `plaintext` sealed to the holder of `publicKey` (32 bytes), differently each time; nil for a
    /// public key of another length or of small order, to which nothing can be sealed.
    package static func seal(_ plaintext: [UInt8], to publicKey: [UInt8]) -> [UInt8]? {
        guard publicKey.count == publicKeyLength else { return nil }
        Sodium.require()
        var sealed = [UInt8](repeating: 0, count: plaintext.count + overhead)
        let status = crypto_box_seal(&sealed, plaintext, UInt64(plaintext.count), publicKey)
        return status == 0 ? sealed : nil
    }

    /// What was sealed to `key`, or nil where it was sealed to another key or altered since; the
    /// two cannot be told apart.
    package static func open(_ sealed: [UInt8], with key: BoxKey) -> [UInt8]? {
        guard sealed.count >= overhead else { return nil }
        Sodium.require()
        // One byte more than needed keeps the pointer valid for an empty plaintext.
        var plaintext = [UInt8](repeating: 0, count: sealed.count - overhead + 1)
        let status = crypto_box_seal_open(
            &plaintext, sealed, UInt64(sealed.count), key.publicKey, key.secretKey)
        guard status == 0 else { return nil }
        plaintext.removeLast()
        return plaintext
    }
}
