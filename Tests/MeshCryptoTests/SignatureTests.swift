import MeshCrypto
import Testing

/// RFC 8032, section 7.1.
struct Ed25519Vector: Sendable, CustomTestStringConvertible {
    let name: String
    let seed: String
    let publicKey: String
    let message: String
    let signature: String

    var testDescription: String { name }

    static let all = [
        Ed25519Vector(
            name: "test 1",
            seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            publicKey: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            message: "",
            signature: "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555"
                + "fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
        Ed25519Vector(
            name: "test 2",
            seed: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            publicKey: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            message: "72",
            signature: "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da0"
                + "85ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ]
}

@Suite struct SignatureTests {
    @Test(arguments: Ed25519Vector.all)
    func vector(_ vector: Ed25519Vector) throws {
        let key = SigningKey(seed: try #require(Hex.decode(vector.seed)))
        let message = try #require(Hex.decode(vector.message))
        #expect(Hex.encode(key.publicKey) == vector.publicKey)
        let signature = key.sign(message)
        #expect(Hex.encode(signature) == vector.signature)
        #expect(Signature.verify(signature, of: message, by: key.publicKey))
    }

    @Test func anyFlippedBitIsRefused() {
        let key = SigningKey.generate()
        let message: [UInt8] = [1, 2, 3]
        let signature = key.sign(message)
        #expect(Signature.verify(signature, of: message, by: key.publicKey))
        for bit in 0..<(signature.count * 8) {
            var changed = signature
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!Signature.verify(changed, of: message, by: key.publicKey), "bit \(bit)")
        }
        #expect(!Signature.verify(signature, of: [1, 2, 4], by: key.publicKey))
        #expect(!Signature.verify(signature, of: message, by: SigningKey.generate().publicKey))
    }

    @Test(arguments: [0, 1, 31, 33, 63, 65, 1000])
    func wrongLengthsAreFalse(_ length: Int) {
        let key = SigningKey.generate()
        let odd = [UInt8](repeating: 7, count: length)
        #expect(!Signature.verify(odd, of: [], by: key.publicKey))
        #expect(!Signature.verify(key.sign([]), of: [], by: odd))
    }

    @Test func keysOfSmallOrderAreRefused() {
        // With the identity as public key and R, S = 0 would satisfy the bare equation.
        var identity = [UInt8](repeating: 0, count: 32)
        identity[0] = 1
        let forged = identity + [UInt8](repeating: 0, count: 32)
        #expect(!Signature.verify(forged, of: [1], by: identity))
    }

    @Test func generatedKeysDiffer() {
        #expect(SigningKey.generate().seed != SigningKey.generate().seed)
    }
}
