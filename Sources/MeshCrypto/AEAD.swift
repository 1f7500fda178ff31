import CSodium

/// Authenticated encryption with XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha).
///
/// The nonce is long enough to be drawn at random for every message.
package enum AEAD {
    /// Length of a key in bytes.
    package static let keyLength = 32
    /// Length of a nonce in bytes.
    package static let nonceLength = 24
    /// Bytes that sealing adds to the plaintext.
    package static let tagLength = 16

    /// The ciphertext followed by its 16-byte tag.
    ///
    /// - Parameters:
    ///   - plaintext: any bytes.
    ///   - key: 32 bytes.
    ///   - nonce: 24 bytes, never used twice with one key.
    ///   - additionalData: bytes that are not encrypted but must be the same when opening.
    package static func seal(
        _ plaintext: [UInt8], key: [UInt8], nonce: [UInt8], additionalData: [UInt8] = []
    ) -> [UInt8] {
        precondition(key.count == keyLength, "an XChaCha20-Poly1305 key has 32 bytes")
        precondition(nonce.count == nonceLength, "an XChaCha20-Poly1305 nonce has 24 bytes")
        Sodium.require()
        let length = plaintext.count + tagLength
        return [UInt8](unsafeUninitializedCapacity: length) { buffer, initialised in
            _ = crypto_aead_xchacha20poly1305_ietf_encrypt(
                buffer.baseAddress!, nil, plaintext, UInt64(plaintext.count), additionalData,
                UInt64(additionalData.count), nil, nonce, key)
            initialised = length
        }
    }

    /// The plaintext, or nil where anything differs from what was sealed: ciphertext, key, nonce,
    /// additional data, or any of their lengths.
    package static func open(
        _ ciphertext: [UInt8], key: [UInt8], nonce: [UInt8], additionalData: [UInt8] = []
    ) -> [UInt8]? {
        guard key.count == keyLength, nonce.count == nonceLength, ciphertext.count >= tagLength
        else { return nil }
        Sodium.require()
        // One byte more than needed keeps the pointer valid for an empty plaintext.
        var plaintext = [UInt8](repeating: 0, count: ciphertext.count - tagLength + 1)
        let status = crypto_aead_xchacha20poly1305_ietf_decrypt(
            &plaintext, nil, nil, ciphertext, UInt64(ciphertext.count), additionalData,
            UInt64(additionalData.count), nonce, key)
        guard status == 0 else { return nil }
        plaintext.removeLast()
        return plaintext
    }
}
