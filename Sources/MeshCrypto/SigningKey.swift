import CSodium

/// An Ed25519 key pair (RFC 8032) that signs.
package struct SigningKey: Sendable {
    /// Length of a seed in bytes.
    package static let seedLength = 32

    /// The 32 bytes everything else is derived from: the secret that is stored.
    package let seed: [UInt8]
    /// The 32-byte public key.
    package let publicKey: [UInt8]
    /// Seed and public key together (64 bytes), the form libsodium signs with. It is kept because
    /// deriving it costs a scalar multiplication, as much as a signature.
    private let expanded: [UInt8]

    /// The key pair of a 32-byte seed. What is read from a file or a peer is measured before.
    package init(seed: [UInt8]) {
        precondition(seed.count == Self.seedLength, "an Ed25519 seed has 32 bytes")
        Sodium.require()
        var publicKey = [UInt8](repeating: 0, count: Signature.publicKeyLength)
        var expanded = [UInt8](repeating: 0, count: crypto_sign_secretkeybytes())
        let status = crypto_sign_seed_keypair(&publicKey, &expanded, seed)
        precondition(status == 0, "deriving an Ed25519 key cannot fail")
        self.seed = seed
        self.publicKey = publicKey
        self.expanded = expanded
    }

    /// A fresh key pair from the system's random source.
    package static func generate() -> SigningKey {
        SigningKey(seed: RandomBytes.make(seedLength))
    }

    /// The detached 64-byte signature of `message`; the same message gives the same signature.
    package func sign(_ message: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Signature.length) { buffer, initialised in
            // The length is fixed and the call cannot fail, so neither is asked for.
            _ = crypto_sign_detached(
                buffer.baseAddress!, nil, message, UInt64(message.count), expanded)
            initialised = Signature.length
        }
    }
}

/// Checks of detached Ed25519 signatures (RFC 8032).
package enum Signature {
    /// Length of a signature in bytes.
    package static let length = 64
    /// Length of a public key in bytes.
    package static let publicKeyLength = 32

    /// Whether `signature` (64 bytes) was made over `message` by the holder of `publicKey`
    /// (32 bytes).
    ///
    /// Wrong lengths, keys of small order and non-canonical encodings are simply not valid.
    package static func verify(
        _ signature: [UInt8], of message: [UInt8], by publicKey: [UInt8]
    ) -> Bool {
        guard signature.count == length, publicKey.count == publicKeyLength else { return false }
        Sodium.require()
        return crypto_sign_verify_detached(
            signature, message, UInt64(message.count), publicKey) == 0
    }
}
