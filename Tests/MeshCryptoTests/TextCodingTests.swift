import MeshCrypto
import Testing

@Suite struct TextCodingTests {
    /// RFC 4648, section 10, without the padding.
    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"),
        ("fooba", "Zm9vYmE"), ("foobar", "Zm9vYmFy"),
    ])
    func base64Vectors(_ plain: String, _ text: String) {
        #expect(Base64URL.encode(Array(plain.utf8)) == text)
        #expect(Base64URL.decode(text) == Array(plain.utf8))
    }

    @Test func base64UsesTheURLAlphabet() {
        #expect(Base64URL.encode([0xfb, 0xff]) == "-_8")
        #expect(Base64URL.decode("-_8") == [0xfb, 0xff])
    }

    @Test(arguments: ["Zg==", "Z", "Zh", "Zm9", "+/8", "Zm 8", "Zm8\n", "Zm8\0", "Zmä", "ZmÀÀ"])
    func base64RefusesWhatIsNotCanonical(_ text: String) {
        #expect(Base64URL.decode(text) == nil)
    }

    @Test func hexBothWays() {
        #expect(Hex.encode([0x00, 0x0f, 0xa0, 0xff]) == "000fa0ff")
        #expect(Hex.decode("000fa0ff") == [0x00, 0x0f, 0xa0, 0xff])
        #expect(Hex.decode("000FA0ff") == [0x00, 0x0f, 0xa0, 0xff])
        #expect(Hex.decode("") == [])
        #expect(Hex.encode([]) == "")
    }

    @Test(arguments: ["0", "000", "0g", "0x00", "00 00", "00:00", " 00", "00\0", "ää"])
    func hexRefusesTheRest(_ text: String) {
        #expect(Hex.decode(text) == nil)
    }

    @Test func everyLengthSurvives() {
        for length in 0..<70 {
            let bytes = RandomBytes.make(length)
            #expect(bytes.count == length)
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
            #expect(Hex.decode(Hex.encode(bytes)) == bytes)
        }
    }

    @Test func constantTimeEquality() {
        #expect(constantTimeEquals([], []))
        #expect(constantTimeEquals([1, 2], [1, 2]))
        #expect(!constantTimeEquals([1, 2], [1, 3]))
        #expect(!constantTimeEquals([1, 2], [1, 2, 3]))
    }
}
