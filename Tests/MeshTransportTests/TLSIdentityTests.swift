import MeshCrypto
import NIOSSL
import Testing

@testable import MeshTransport

@Suite struct TLSIdentityTests {
    private static let seed = [UInt8](0..<32)

    @Test func boringSSLReadsCertificateAndKey() throws {
        let identity = try TLSIdentity(seed: Self.seed)
        let certificate = try NIOSSLCertificate(bytes: identity.certificate, format: .der)
        // 2000-01-01 and 2999-12-31 in seconds since 1970.
        #expect(certificate.notValidBefore == 946_684_800)
        #expect(certificate.notValidAfter == 32_503_679_999)
        #expect(certificate.serialNumber.count <= 20)
        _ = try NIOSSLPrivateKey(bytes: identity.privateKey, format: .der)
        // The end of the SubjectPublicKeyInfo is the key.
        let keyInfo = try certificate.extractPublicKey().toSPKIBytes()
        #expect(Array(keyInfo.suffix(32)) == identity.key.bytes)
    }

    @Test func theKeyIsFoundAgain() throws {
        let identity = try TLSIdentity(seed: Self.seed)
        #expect(identity.key == TransportKey(tlsSeed: Self.seed))
        #expect(PeerCertificate.publicKey(certificate: identity.certificate) == identity.key)
    }

    @Test func theSignatureIsTheKeysOwn() throws {
        let identity = try TLSIdentity(seed: Self.seed)
        // Both the whole and the part that is signed have headers of 3 bytes: 0x30 0x81 length.
        #expect(identity.certificate[3...4] == [0x30, 0x81])
        let toBeSigned = Array(identity.certificate[3..<6 + Int(identity.certificate[5])])
        let signature = Array(identity.certificate.suffix(64))
        #expect(Signature.verify(signature, of: toBeSigned, by: identity.key.bytes))
    }

    @Test func sameSeedSameBytes() throws {
        let identity = try TLSIdentity(seed: Self.seed)
        #expect(try TLSIdentity(seed: Self.seed).certificate == identity.certificate)
        let other = try TLSIdentity(seed: [UInt8](1..<33))
        #expect(other.certificate != identity.certificate)
        #expect(other.key != identity.key)
    }

    @Test func damagedCertificatesGiveNoOtherKeyAndNoTrap() throws {
        let identity = try TLSIdentity(seed: Self.seed)
        let whole = identity.certificate
        for length in whole.indices {
            #expect(PeerCertificate.publicKey(certificate: Array(whole[..<length])) == nil)
        }
        let keyStart = try #require(
            whole.indices.first { whole[$0...].starts(with: identity.key.bytes) })
        for index in whole.indices where !(keyStart..<keyStart + 32).contains(index) {
            for bit in 0..<8 {
                var changed = whole
                changed[index] ^= 1 << UInt8(bit)
                let key = PeerCertificate.publicKey(certificate: changed)
                #expect(key == nil || key == identity.key, "byte \(index) bit \(bit)")
            }
        }
    }

    @Test func otherKeysAreNotRead() throws {
        // A certificate of the right shape with an X25519 key (1.3.101.110).
        let identity = try TLSIdentity(seed: Self.seed)
        var changed = identity.certificate
        let oid: [UInt8] = [0x2b, 0x65, 0x70]
        for index in changed.indices where changed[index...].starts(with: oid) {
            changed[index + 2] = 0x6e
        }
        #expect(changed != identity.certificate)
        #expect(PeerCertificate.publicKey(certificate: changed) == nil)
        let huge = [UInt8](repeating: 0x30, count: PeerCertificate.maximumBytes + 1)
        #expect(PeerCertificate.publicKey(certificate: huge) == nil)
    }
}
