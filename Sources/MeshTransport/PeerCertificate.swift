import SwiftASN1

/// Reads the one thing of a peer's certificate that matters.
///
/// It is peer input: whatever is not as expected is nil. The certificate is parsed here because
/// NIOSSL's own extraction of a public key ends the process for keys that BoringSSL cannot read.
enum PeerCertificate {
    /// id-Ed25519 (RFC 8410).
    static let ed25519: ASN1ObjectIdentifier = [1, 3, 101, 112]

    /// No honest certificate comes near; a larger one is not even parsed.
    static let maximumBytes = 16 << 10

    /// The Ed25519 public key of an X.509 certificate in DER, or nil.
    static func publicKey(certificate: [UInt8]) -> TransportKey? {
        guard certificate.count <= maximumBytes else { return nil }
        do {
            let root = try DER.parse(certificate)
            return try DER.sequence(root, identifier: .sequence) { nodes in
                let key = try nodes.next().flatMap { try publicKey(toBeSigned: $0) }
                while nodes.next() != nil {}
                return key
            }
        } catch {
            return nil
        }
    }

    private static func publicKey(toBeSigned: ASN1Node) throws -> TransportKey? {
        try DER.sequence(toBeSigned, identifier: .sequence) { nodes in
            // [0] version (optional), serial, algorithm, issuer, validity, subject, key, …
            let version = ASN1Identifier(tagWithNumber: 0, tagClass: .contextSpecific)
            var node = nodes.next()
            if node?.identifier == version { node = nodes.next() }
            for _ in 0..<5 { node = nodes.next() }
            let key = try node.flatMap { try publicKey(keyInfo: $0) }
            while nodes.next() != nil {}
            return key
        }
    }

    private static func publicKey(keyInfo: ASN1Node) throws -> TransportKey? {
        try DER.sequence(keyInfo, identifier: .sequence) { nodes in
            guard let algorithm = nodes.next(), let content = nodes.next() else { return nil }
            let identifier = try DER.sequence(algorithm, identifier: .sequence) { nodes in
                try ASN1ObjectIdentifier(derEncoded: &nodes)
            }
            let bits = try ASN1BitString(derEncoded: content)
            guard identifier == ed25519, bits.paddingBits == 0, bits.bytes.count == 32
            else { return nil }
            return TransportKey(bytes: Array(bits.bytes))
        }
    }
}
