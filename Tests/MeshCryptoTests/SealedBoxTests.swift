import MeshCrypto
import Testing

@Suite struct SealedBoxTests {
    /// RFC 7748, section 6.1 has no seeds; this pair was computed with Python's hashlib and the
    /// ladder of that section: the secret key is the first half of SHA-512 of the seed.
    @Test func keyPairOfASeed() {
        let key = BoxKey(seed: [UInt8](0..<32))
        #expect(
            Hex.encode(key.publicKey)
                == "4701d08488451f545a409fb58ae3e58581ca40ac3f7f114698cd71deac73ca01")
    }

    @Test(arguments: [0, 1, 31, 32, 64, 1000]) func opensWhatWasSealed(_ count: Int) throws {
        let key = BoxKey.generate()
        let plaintext = RandomBytes.make(count)
        let sealed = try #require(SealedBox.seal(plaintext, to: key.publicKey))
        #expect(sealed.count == count + SealedBox.overhead)
        #expect(SealedBox.open(sealed, with: key) == plaintext)
    }

    @Test func differsEachTime() {
        let key = BoxKey.generate()
        #expect(SealedBox.seal([1], to: key.publicKey) != SealedBox.seal([1], to: key.publicKey))
    }

    @Test func anotherKeyOpensNothing() throws {
        let sealed = try #require(SealedBox.seal([1, 2, 3], to: BoxKey.generate().publicKey))
        #expect(SealedBox.open(sealed, with: BoxKey.generate()) == nil)
    }

    @Test func everyAlteredByteIsNoticed() throws {
        let key = BoxKey.generate()
        let sealed = try #require(SealedBox.seal([1, 2, 3], to: key.publicKey))
        for index in sealed.indices {
            for bit in [UInt8(1), 0x80] {
                var altered = sealed
                altered[index] ^= bit
                #expect(SealedBox.open(altered, with: key) == nil, "byte \(index), bit \(bit)")
            }
        }
        #expect(SealedBox.open(sealed + [0], with: key) == nil)
        #expect(SealedBox.open(Array(sealed.dropLast()), with: key) == nil)
        #expect(SealedBox.open([], with: key) == nil)
    }

    @Test func noSealingToWhatIsNoKey() {
        #expect(SealedBox.seal([1], to: []) == nil)
        #expect(SealedBox.seal([1], to: [UInt8](repeating: 7, count: 31)) == nil)
        // The point of order 1: every shared secret with it is zero.
        #expect(SealedBox.seal([1], to: [UInt8](repeating: 0, count: 32)) == nil)
    }
}
