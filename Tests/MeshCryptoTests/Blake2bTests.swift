import MeshCrypto
import Testing

@Suite struct Blake2bTests {
    @Test func knownValues() {
        #expect(
            Hex.encode(Blake2b.hash([]))
                == "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8")
        // RFC 7693, appendix A.
        #expect(
            Hex.encode(Blake2b.hash(Array("abc".utf8), length: 64))
                == "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
                + "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923")
    }

    @Test func keyAndLengthChangeTheHash() {
        let plain = Blake2b.hash([1, 2, 3])
        #expect(Blake2b.hash([1, 2, 3], key: [9]) != plain)
        #expect(Blake2b.hash([1, 2, 3], length: 16) != Array(plain[..<16]))
        #expect(Blake2b.hash([1, 2, 3], length: 16).count == 16)
    }

    @Test(arguments: [0, 1, 127, 128, 129, 1000])
    func piecesGiveTheHashOfTheWhole(_ split: Int) {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let key: [UInt8] = [4, 5, 6]
        var hasher = Blake2b.Hasher(key: key, length: 48)
        hasher.update(Array(bytes[..<split]))
        bytes[split...].withUnsafeBytes { hasher.update($0) }
        #expect(hasher.finalize() == Blake2b.hash(bytes, key: key, length: 48))
    }
}
