import MeshCrypto
import SwiftASN1

/// A self-signed Ed25519 certificate with its private key, both in DER.
///
/// The certificate is only an envelope for the public key: peers compare the key and look at
/// nothing else. So it says the same for everybody, and nothing that could expire: the clock of a
/// kiosk may be years off. Shape: RFC 5280 version 1 (no extensions), algorithms RFC 8410.
struct TLSIdentity: Sendable {
    /// The public key.
    let key: TransportKey
    /// The X.509 certificate.
    let certificate: [UInt8]
    /// The private key as PKCS#8.
    let privateKey: [UInt8]

    /// The identity of a 32-byte seed; the same seed gives the same bytes.
    init(seed: [UInt8]) throws {
        let signer = SigningKey(seed: seed)
        key = TransportKey(bytes: signer.publicKey)

        let toBeSigned = try Self.der { try Self.toBeSigned(publicKey: signer.publicKey, &$0) }
        certificate = try Self.der { coder in
            try coder.appendConstructedNode(identifier: .sequence) { coder in
                coder.serializeRawBytes(toBeSigned)
                try Self.ed25519Identifier(&coder)
                try coder.serialize(ASN1BitString(bytes: signer.sign(toBeSigned)[...]))
            }
        }

        let bareSeed = try Self.der { try $0.serialize(ASN1OctetString(contentBytes: seed[...])) }
        privateKey = try Self.der { coder in
            try coder.appendConstructedNode(identifier: .sequence) { coder in
                try coder.serialize(0)
                try Self.ed25519Identifier(&coder)
                try coder.serialize(ASN1OctetString(contentBytes: bareSeed[...]))
            }
        }
    }

    private static func der(
        _ write: (inout DER.Serializer) throws -> Void
    ) rethrows -> [UInt8] {
        var coder = DER.Serializer()
        try write(&coder)
        return coder.serializedBytes
    }

    private static func toBeSigned(
        publicKey: [UInt8], _ coder: inout DER.Serializer
    ) throws {
        try coder.appendConstructedNode(identifier: .sequence) { coder in
            try coder.serialize(serial(of: publicKey)[...])
            try ed25519Identifier(&coder)
            try name(&coder)
            try coder.appendConstructedNode(identifier: .sequence) { coder in
                // RFC 5280, 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050.
                try coder.serialize(
                    UTCTime(year: 2000, month: 1, day: 1, hours: 0, minutes: 0, seconds: 0))
                try coder.serialize(
                    GeneralizedTime(
                        year: 2999, month: 12, day: 31, hours: 23, minutes: 59, seconds: 59,
                        fractionalSeconds: 0))
            }
            try name(&coder)
            try coder.appendConstructedNode(identifier: .sequence) { coder in
                try ed25519Identifier(&coder)
                try coder.serialize(ASN1BitString(bytes: publicKey[...]))
            }
        }
    }

    /// A positive number of at most 20 bytes, as RFC 5280 wants, that differs between keys.
    private static func serial(of publicKey: [UInt8]) -> [UInt8] {
        var serial = Blake2b.hash(publicKey, length: 16)
        serial[0] = serial[0] & 0x7f | 0x40
        return serial
    }

    /// CN=kioskmesh, as issuer and as subject.
    private static func name(_ coder: inout DER.Serializer) throws {
        try coder.appendConstructedNode(identifier: .sequence) { coder in
            try coder.appendConstructedNode(identifier: .set) { coder in
                try coder.appendConstructedNode(identifier: .sequence) { coder in
                    try coder.serialize([2, 5, 4, 3] as ASN1ObjectIdentifier)
                    try coder.serialize(ASN1UTF8String("kioskmesh"))
                }
            }
        }
    }

    private static func ed25519Identifier(_ coder: inout DER.Serializer) throws {
        try coder.appendConstructedNode(identifier: .sequence) { coder in
            try coder.serialize(PeerCertificate.ed25519)
        }
    }
}
