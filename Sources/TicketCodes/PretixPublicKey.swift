import MeshCrypto

extension PretixSignedCode {
    /// What stands before the 32 bytes of an Ed25519 key in its DER form (RFC 8410).
    private static let derPrefix: [UInt8] = [
        0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
    ]

    /// Longest key text taken, in bytes; a real one has about 150.
    private static let maximumKeyTextBytes = 1_024

    /// The raw 32 bytes of a key as pretix's `valid_keys` has it: the base64 of its PEM text.
    /// Nil where it is no Ed25519 key.
    package static func publicKey(fromAPI text: String) -> [UInt8]? {
        guard text.utf8.count <= maximumKeyTextBytes,
            let pem = Base64.decode(Array(text.utf8)),
            let lines = String(validating: pem, as: UTF8.self)?.split(whereSeparator: \.isNewline),
            lines.first == "-----BEGIN PUBLIC KEY-----",
            lines.last == "-----END PUBLIC KEY-----", lines.count >= 3
        else { return nil }
        let body = lines.dropFirst().dropLast().joined()
        guard let der = Base64.decode(Array(body.utf8)), der.starts(with: derPrefix),
            der.count == derPrefix.count + Signature.publicKeyLength
        else { return nil }
        return Array(der.dropFirst(derPrefix.count))
    }
}
