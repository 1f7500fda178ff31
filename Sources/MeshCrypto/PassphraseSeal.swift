import CSodium

/// Bytes sealed under a passphrase: Argon2id (RFC 9106) makes the key, XChaCha20-Poly1305 seals.
///
/// Layout: `KMS1` · operations (4, big-endian) · memory in KiB (4, big-endian) · salt (16) ·
/// nonce (24) · ciphertext with tag. The header is authenticated. Its cost parameters come from
/// the file, so that later versions may raise them and still open what was sealed before.
package struct PassphraseSeal: Sendable {
    /// What one guess at the passphrase costs.
    package struct Cost: Sendable, Equatable {
        /// Passes over the memory.
        package let operations: UInt32
        /// Memory in KiB.
        package let memoryKibibytes: UInt32

        /// A cost of its own; the two named ones are for use.
        package init(operations: UInt32, memoryKibibytes: UInt32) {
            self.operations = operations
            self.memoryKibibytes = memoryKibibytes
        }

        /// libsodium's interactive limits: about 0.1 s and 64 MiB.
        package static let interactive = Cost(operations: 2, memoryKibibytes: 64 << 10)
        /// Between interactive and moderate: about 0.4 s. 128 MiB still fit beside everything
        /// else on a kiosk with 1 GiB.
        package static let standard = Cost(operations: 3, memoryKibibytes: 128 << 10)

        /// Bounds for a cost that is read from a file: a forged header may neither take the
        /// kiosk's memory nor its afternoon.
        static let maximumOperations: UInt32 = 16
        static let maximumMemoryKibibytes: UInt32 = 1 << 20
        static let minimumMemoryKibibytes: UInt32 = 8

        var isAcceptable: Bool {
            (1...Self.maximumOperations).contains(operations)
                && (Self.minimumMemoryKibibytes...Self.maximumMemoryKibibytes)
                    .contains(memoryKibibytes)
        }
    }

    private static let magic: [UInt8] = Array("KMS1".utf8)
    private static let saltLength = 16
    private static let headerLength = 4 + 4 + 4 + saltLength + AEAD.nonceLength

    private let passphrase: [UInt8]
    private let cost: Cost

    /// A seal under `passphrase`, taken as its UTF-8 bytes without normalisation.
    package init(passphrase: String, cost: Cost = .standard) {
        precondition(cost.isAcceptable, "the cost of a passphrase is out of bounds")
        self.passphrase = Array(passphrase.utf8)
        self.cost = cost
    }

    /// The sealed form, 68 bytes longer than `plaintext`, with a fresh salt and nonce.
    ///
    /// Throws `.outOfMemory` where the machine has no room for the key derivation.
    package func seal(_ plaintext: [UInt8]) throws(PassphraseSealError) -> [UInt8] {
        let salt = RandomBytes.make(Self.saltLength)
        let nonce = RandomBytes.make(AEAD.nonceLength)
        var header = Self.magic
        header.append(contentsOf: Self.bigEndian(cost.operations))
        header.append(contentsOf: Self.bigEndian(cost.memoryKibibytes))
        header.append(contentsOf: salt)
        header.append(contentsOf: nonce)
        let key = try deriveKey(salt: salt, cost: cost)
        return header + AEAD.seal(plaintext, key: key, nonce: nonce, additionalData: header)
    }

    /// What was sealed.
    ///
    /// Throws `.notSealed` for bytes that are no seal of ours, `.wrongPassphrase` for a wrong
    /// passphrase or a damaged file (the two cannot be told apart), `.outOfMemory` as above.
    package func open(_ sealed: [UInt8]) throws(PassphraseSealError) -> [UInt8] {
        guard sealed.count >= Self.headerLength + AEAD.tagLength, sealed.starts(with: Self.magic)
        else { throw .notSealed }
        let header = Array(sealed[..<Self.headerLength])
        let stated = Cost(
            operations: Self.integer(header[4..<8]), memoryKibibytes: Self.integer(header[8..<12]))
        guard stated.isAcceptable else { throw .notSealed }
        let salt = Array(header[12..<12 + Self.saltLength])
        let nonce = Array(header[(12 + Self.saltLength)...])
        let key = try deriveKey(salt: salt, cost: stated)
        let body = Array(sealed[Self.headerLength...])
        guard let plaintext = AEAD.open(body, key: key, nonce: nonce, additionalData: header)
        else { throw .wrongPassphrase }
        return plaintext
    }

    private func deriveKey(salt: [UInt8], cost: Cost) throws(PassphraseSealError) -> [UInt8] {
        Sodium.require()
        var key = [UInt8](repeating: 0, count: AEAD.keyLength)
        let status = passphrase.withUnsafeBytes { bytes in
            // An empty passphrase still needs a pointer.
            let start = bytes.bindMemory(to: CChar.self).baseAddress
            return withUnsafePointer(to: CChar(0)) { empty in
                crypto_pwhash(
                    &key, UInt64(AEAD.keyLength), start ?? empty, UInt64(bytes.count), salt,
                    UInt64(cost.operations), Int(cost.memoryKibibytes) << 10,
                    crypto_pwhash_alg_argon2id13())
            }
        }
        // With the sizes fixed above, running out of memory is the only way this fails.
        guard status == 0 else { throw .outOfMemory }
        return key
    }

    private static func bigEndian(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * UInt32($0))) }
    }

    private static func integer(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }
}
