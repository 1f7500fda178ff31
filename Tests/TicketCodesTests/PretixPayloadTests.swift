import MeshCrypto
import Testing

@testable import TicketCodes

/// Payloads signed by the test's own key: a signature alone does not make a code.
@Suite struct PretixPayloadTests {
    private static let key = SigningKey(seed: [UInt8](repeating: 9, count: 32))
    private static let seed: [UInt8] = [0x0A, 3, 0x61, 0x62, 0x63]

    private func read(_ payload: [UInt8], version: UInt8 = 1) -> PretixSignedCode? {
        let signature = Self.key.sign(payload)
        let lengths = [UInt8(payload.count >> 8), UInt8(payload.count & 0xFF), 0, 64]
        let text = Base64Text.encode([version] + lengths + payload + signature)
        return PretixSignedCode.verified(String(text.reversed()), keys: [Self.key.publicKey])
    }

    @Test func readsEveryField() throws {
        let code = try #require(
            read(Self.seed + [0x10, 0x96, 1, 0x18, 2, 0x20, 3, 0x28, 4, 0x30, 5]))
        #expect(code.seed == "abc")
        #expect(code.item == 150)
        #expect(code.variation == 2)
        #expect(code.subevent == 3)
        #expect(code.validFromUnixTime == 4)
        #expect(code.validUntilUnixTime == 5)
    }

    @Test func timesMayBeZeroAbsentOrBefore1970() throws {
        let zero = try #require(read(Self.seed + [0x10, 1, 0x28, 0, 0x30, 0]))
        #expect(zero.validFromUnixTime == nil && zero.validUntilUnixTime == nil)
        let absent = try #require(read(Self.seed + [0x10, 1]))
        #expect(absent.validFromUnixTime == nil && absent.validUntilUnixTime == nil)
        let minusOne = [UInt8](repeating: 0xFF, count: 9) + [1]
        let early = try #require(read(Self.seed + [0x10, 1, 0x28] + minusOne))
        #expect(early.validFromUnixTime == -1)
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var payload: [UInt8]
        init(_ why: String, _ payload: [UInt8]) { (testDescription, self.payload) = (why, payload) }
    }

    @Test(arguments: [
        Bad("empty", []),
        Bad("no item", seed),
        Bad("no seed", [0x10, 1]),
        Bad("empty seed", [0x0A, 0, 0x10, 1]),
        Bad("seed not UTF-8", [0x0A, 1, 0xFF, 0x10, 1]),
        Bad("seed over the end", [0x0A, 9, 0x61]),
        Bad("seed of 2^63 bytes", [0x0A] + [UInt8](repeating: 0x80, count: 9) + [1]),
        Bad("long seed", [0x0A, 65] + [UInt8](repeating: 0x61, count: 65) + [0x10, 1]),
        Bad("item 0", seed + [0x10, 0]),
        Bad("item negative", seed + [0x10] + [UInt8](repeating: 0xFF, count: 9) + [1]),
        Bad("variation 0", seed + [0x10, 1, 0x18, 0]),
        Bad("item in more bytes than needed", seed + [0x10, 0x81, 0]),
        Bad("integer of eleven bytes", seed + [0x10] + [UInt8](repeating: 0x81, count: 10) + [1]),
        Bad("integer over 64 bits", seed + [0x10] + [UInt8](repeating: 0x81, count: 9) + [2]),
        Bad("integer cut off", seed + [0x10, 0x81]),
        Bad("tag alone", seed + [0x10]),
        Bad("item twice", seed + [0x10, 1, 0x10, 1]),
        Bad("wrong order", [0x10, 1] + seed),
        Bad("unknown field", seed + [0x10, 1, 0x38, 1]),
        Bad("field 0", [0x00, 1] + seed + [0x10, 1]),
        Bad("item as bytes", seed + [0x12, 1, 1]),
        Bad("seed as integer", [0x08, 1, 0x10, 1]),
        Bad("fixed 64-bit", seed + [0x11, 1, 0, 0, 0, 0, 0, 0, 0]),
    ])
    func refusesOtherPayloads(_ bad: Bad) { #expect(read(bad.payload) == nil) }

    @Test func refusesOtherVersions() { #expect(read(Self.seed + [0x10, 1], version: 2) == nil) }
}

enum Base64Text {
    /// With padding, as RFC 4648 has it.
    static func encode(_ bytes: [UInt8]) -> String {
        let letters = Base64URL.encode(bytes).map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
        return String(letters) + String(repeating: "=", count: (4 - letters.count % 4) % 4)
    }

    static func pem(der: [UInt8]) -> String {
        encode(Array("-----BEGIN PUBLIC KEY-----\n\(encode(der))\n-----END PUBLIC KEY-----\n".utf8))
    }
}
