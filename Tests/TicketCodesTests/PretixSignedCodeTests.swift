import MeshCrypto
import Testing

@testable import TicketCodes

@Suite struct PretixSignedCodeTests {
    private let key: [UInt8]

    init() throws { key = try #require(Hex.decode(PretixVectors.rawKeyHex)) }

    @Test func readsTheKeyOfTheInterface() {
        #expect(PretixSignedCode.publicKey(fromAPI: PretixVectors.apiKey) == key)
    }

    @Test(arguments: [
        "", "AAAA", "not base64", PretixVectors.apiKey + "=",
        String(PretixVectors.apiKey.dropLast()),
        // A certificate's and an X25519 key's PEM text.
        Base64Text.encode(
            Array("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".utf8)),
        Base64Text.pem(
            der: [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x6E, 0x03, 0x21, 0x00]
                + [UInt8](repeating: 7, count: 32)),
        Base64Text.pem(
            der: [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]
                + [UInt8](repeating: 7, count: 31)),
        String(repeating: "A", count: 4_000),
    ])
    func refusesWhatIsNoKey(_ text: String) {
        #expect(PretixSignedCode.publicKey(fromAPI: text) == nil)
    }

    @Test(arguments: PretixVectors.valid.indices) func takesRealCodes(_ index: Int) throws {
        let vector = PretixVectors.valid[index]
        let code = try #require(PretixSignedCode.verified(vector.secret, keys: [key]))
        #expect(Hex.encode(code.payload) == vector.payloadHex)
        #expect(code.seed == vector.seed)
        #expect(code.item == vector.item)
        #expect(code.variation == nil)
        #expect(code.subevent == nil)
        #expect(code.validFromUnixTime == vector.validFrom)
        #expect(code.validUntilUnixTime == vector.validUntil)
        let other = SigningKey(seed: [UInt8](repeating: 1, count: 32)).publicKey
        #expect(PretixSignedCode.verified(vector.secret, keys: [other]) == nil)
        #expect(PretixSignedCode.verified(vector.secret, keys: []) == nil)
        #expect(PretixSignedCode.verified(vector.secret, keys: [other, key]) == code)
        // Scanners end a code with a line; pretix strips white space too.
        #expect(PretixSignedCode.verified("\t \(vector.secret)\r\n", keys: [key]) == code)
    }

    @Test(arguments: PretixVectors.invalid.indices) func refusesMadeUpCodes(_ index: Int) {
        let vector = PretixVectors.invalid[index]
        #expect(PretixSignedCode.verified(vector.secret, keys: [key]) == nil, "\(vector.why)")
    }

    /// Every single character changed, left out or doubled: none verifies.
    @Test(arguments: PretixVectors.valid.indices) func oneTicketHasOneText(_ index: Int) throws {
        let secret = Array(PretixVectors.valid[index].secret.utf8)
        for at in secret.indices {
            var (changed, shorter, longer) = (secret, secret, secret)
            changed[at] = changed[at] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            shorter.remove(at: at)
            longer.insert(secret[at], at: at)
            for candidate in [changed, shorter, longer] where candidate != secret {
                let text = String(decoding: candidate, as: UTF8.self)
                #expect(PretixSignedCode.verified(text, keys: [key]) == nil, "\(at): \(text)")
            }
        }
    }

    @Test(arguments: PretixVectors.valid.indices) func otherSpellingsAreRefused(_ index: Int) {
        let secret = PretixVectors.valid[index].secret
        let urlSafe = String(
            secret.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
        let unpadded = String(secret.drop { $0 == "=" })
        for text in [
            secret.lowercased(), String(secret.reversed()), unpadded, "=" + secret,
            "====" + secret, secret + "=", "AAAA" + secret, secret + "AAAA",
        ] + (urlSafe == secret ? [] : [urlSafe]) {
            #expect(PretixSignedCode(text) == nil || text == secret.lowercased(), "\(text)")
            #expect(PretixSignedCode.verified(text, keys: [key]) == nil, "\(text)")
        }
    }

    @Test(arguments: [
        "", " ", "=", "====", "AQARAEAK", "é", "\0", String(repeating: "A", count: 5_000),
    ])
    func refusesOtherText(_ text: String) { #expect(PretixSignedCode(text) == nil) }
}
