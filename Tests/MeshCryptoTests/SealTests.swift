import MeshCrypto
import Testing

@Suite struct SealTests {
    /// draft-irtf-cfrg-xchacha-03, appendix A.3.1.
    @Test func xchachaVector() throws {
        let plaintext = Array(
            ("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for "
                + "the future, sunscreen would be it.").utf8)
        let key = [UInt8](0x80...0x9f)
        let nonce = [UInt8](0x40...0x57)
        let additionalData = try #require(Hex.decode("50515253c0c1c2c3c4c5c6c7"))
        let sealed = AEAD.seal(
            plaintext, key: key, nonce: nonce, additionalData: additionalData)
        #expect(
            Hex.encode(sealed)
                == "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb"
                + "731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452"
                + "2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9"
                + "21f9664c97637da9768812f615c68b13b52e"
                + "c0875924c1c7987947deafd8780acf49")
        let opened = AEAD.open(sealed, key: key, nonce: nonce, additionalData: additionalData)
        #expect(opened == plaintext)
    }

    @Test func whateverDiffersIsRefused() {
        let key = RandomBytes.make(AEAD.keyLength)
        let nonce = RandomBytes.make(AEAD.nonceLength)
        let sealed = AEAD.seal([], key: key, nonce: nonce, additionalData: [1])
        #expect(AEAD.open(sealed, key: key, nonce: nonce, additionalData: [1]) == [])
        #expect(AEAD.open(sealed, key: key, nonce: nonce, additionalData: [2]) == nil)
        #expect(AEAD.open(sealed, key: nonce, nonce: nonce, additionalData: [1]) == nil)
        #expect(AEAD.open(sealed, key: key, nonce: key, additionalData: [1]) == nil)
        #expect(AEAD.open([], key: key, nonce: nonce, additionalData: [1]) == nil)
        var changed = sealed
        changed[3] ^= 1
        #expect(AEAD.open(changed, key: key, nonce: nonce, additionalData: [1]) == nil)
    }

    /// A cost that keeps the tests quick.
    private static let cheap = PassphraseSeal.Cost(operations: 1, memoryKibibytes: 64)

    @Test(arguments: ["correct horse", "", "口令 ß 🔑"])
    func passphraseRoundTrip(_ passphrase: String) throws {
        let seal = PassphraseSeal(passphrase: passphrase, cost: Self.cheap)
        let secret = RandomBytes.make(32)
        let sealed = try seal.seal(secret)
        #expect(sealed.count == secret.count + 68)
        #expect(try seal.open(sealed) == secret)
        // The cost comes from the header, not from the one who opens.
        #expect(try PassphraseSeal(passphrase: passphrase).open(sealed) == secret)
        #expect(try seal.seal(secret) != sealed, "salt and nonce are fresh")
    }

    @Test func wrongPassphraseIsNamed() throws {
        let sealed = try PassphraseSeal(passphrase: "right", cost: Self.cheap).seal([1])
        let error = #expect(throws: PassphraseSealError.self) {
            try PassphraseSeal(passphrase: "wrong").open(sealed)
        }
        #expect(error?.code == .wrongPassphrase)
    }

    @Test func everyByteOfTheHeaderCounts() throws {
        let seal = PassphraseSeal(passphrase: "p", cost: Self.cheap)
        let sealed = try seal.seal([1, 2, 3])
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(throws: PassphraseSealError.self, "byte \(index)") {
                try seal.open(changed)
            }
        }
        for length in 0..<sealed.count {
            #expect(throws: PassphraseSealError.self, "length \(length)") {
                try seal.open(Array(sealed[..<length]))
            }
        }
    }

    @Test func aForgedCostIsRefusedBeforeItIsPaid() throws {
        let seal = PassphraseSeal(passphrase: "p", cost: Self.cheap)
        for field in [4..<8, 8..<12] {
            var forged = try seal.seal([1])
            for index in field { forged[index] = 0xff }
            let error = #expect(throws: PassphraseSealError.self) { try seal.open(forged) }
            #expect(error?.code == .notSealed)
        }
    }
}
