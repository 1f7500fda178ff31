import MeshCrypto
import Testing

@testable import TicketCodes

@Suite struct SealedTicketCodeTests {
    static let issuer = SigningKey(seed: [UInt8](repeating: 1, count: 32))
    static let meshKey = BoxKey(seed: [UInt8](repeating: 2, count: 32))
    static let mesh = [UInt8](repeating: 0xA5, count: 32)
    static let now: Int64 = 1_800_000_000_000

    static let plain = SealedTicketPayload(
        key: "Zx81", event: "gala", mesh: mesh, product: 7, issuedAt: now, expires: now + 1000)

    static let full = SealedTicketPayload(
        key: String(repeating: "k", count: 64), event: String(repeating: "e", count: 64),
        mesh: mesh, product: .max, session: .max, seat: String(repeating: "ß", count: 100),
        holder: String(repeating: "語", count: 66) + "xx", validFrom: -1, validUntil: .max,
        entries: .max, issuedAt: now - 1, expires: .max)

    private func seal(
        _ payload: SealedTicketPayload, by issuer: SigningKey = issuer, to key: BoxKey = meshKey
    ) throws -> String {
        try SealedTicketCode.seal(payload, issuer: issuer, meshBoxKey: key.publicKey)
    }

    /// What opening and verifying `text` throws; nil where it is taken.
    private func refusal(
        _ text: String, mesh: [UInt8] = mesh, at now: Int64 = now
    ) -> SealedTicketCodeError? {
        do throws(SealedTicketCodeError) {
            let opened = try SealedTicketCode.open(text, with: Self.meshKey)
            _ = try opened.verify(issuers: [Self.issuer.publicKey], mesh: mesh, at: now)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [plain, full]) func roundTrip(_ payload: SealedTicketPayload) throws {
        let text = try seal(payload)
        #expect(text.hasPrefix("KMQ1."))
        #expect(text.utf8.count < 1_200)
        let opened = try SealedTicketCode.open(text, with: Self.meshKey)
        let other = SigningKey.generate().publicKey
        let verified = try opened.verify(
            issuers: [other, Self.issuer.publicKey], mesh: Self.mesh, at: Self.now)
        #expect(verified == payload)
    }

    /// The documented layout, byte by byte.
    @Test func payloadBytes() {
        var payload = Self.plain
        payload.session = 3
        payload.validUntil = 0x0102
        payload.seat = "A1"
        #expect(
            Hex.encode(payload.bytes)
                == "01" + "05" + "a5a5a5a5a5a5a5a5" + "0000000000000007" + "0000000000000003"
                + "0000000000000102" + "00000001" + "000001a3185c5000" + "000001a3185c53e8"
                + "0467616c61" + "045a783831" + "024131" + "00")
    }

    @Test func longestCodeIsWithinItsDocumentedLength() throws {
        #expect(try seal(Self.full).utf8.count == 947)
    }

    @Test func foreignAndForgedAndStale() throws {
        let stranger = SigningKey(seed: [UInt8](repeating: 9, count: 32))
        #expect(refusal(try seal(Self.plain)) == nil)
        #expect(refusal(try seal(Self.plain, by: stranger)) == .forged)
        #expect(refusal(try seal(Self.plain, to: .generate())) == .cannotOpen)
        // Sealed to us, but signed for another mesh.
        #expect(
            refusal(try seal(Self.plain), mesh: [UInt8](repeating: 1, count: 32)) == .foreignMesh)
        #expect(refusal(try seal(Self.plain), mesh: []) == .foreignMesh)
        #expect(refusal(try seal(Self.plain), at: Self.now + 999) == nil)
        #expect(refusal(try seal(Self.plain), at: Self.now + 1000) == .expired)
        let early = Self.now - SealedTicketCode.clockTolerance
        #expect(refusal(try seal(Self.plain), at: early) == nil)
        #expect(refusal(try seal(Self.plain), at: early - 1) == .notYetIssued)
        #expect(refusal(try seal(Self.plain), at: .max) == .expired)
    }

    @Test func aSignatureForAnotherPurposeIsWorthNothing() throws {
        let bytes = Self.plain.bytes
        let inside = bytes + Self.issuer.sign(bytes)
        let sealed = try #require(SealedBox.seal(inside, to: Self.meshKey.publicKey))
        #expect(refusal("KMQ1." + Base64URL.encode(sealed)) == .forged)
    }

    @Test func everyAlteredCharacterIsNoticed() throws {
        let text = Array(try seal(Self.plain).utf8)
        for index in text.indices {
            var altered = text
            altered[index] = altered[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : 0x41
            #expect(refusal(String(decoding: altered, as: UTF8.self)) != nil, "character \(index)")
        }
    }

    @Test func everyAlteredPayloadByteIsForgedOrMalformed() throws {
        let bytes = Self.plain.bytes
        let good = try SealedTicketCode.open(seal(Self.plain), with: Self.meshKey)
        for index in bytes.indices {
            var altered = bytes
            altered[index] ^= 0x10
            let inside = altered + good.signature
            let sealed = try #require(SealedBox.seal(inside, to: Self.meshKey.publicKey))
            let answer = refusal("KMQ1." + Base64URL.encode(sealed))
            #expect(answer == .forged || answer == .malformed, "byte \(index)")
        }
    }

    /// Named changes that make the good payload one of no encoding.
    private static var malformed: [(String, [UInt8])] {
        let good = plain.bytes
        func changed(_ range: Range<Int>, _ bytes: [UInt8]) -> [UInt8] {
            var copy = good
            copy.replaceSubrange(range, with: bytes)
            return copy
        }
        return [
            ("nothing", []), ("a version only", [1]), ("one byte more", good + [0]),
            ("one byte less", Array(good.dropLast())), ("another version", changed(0..<1, [2])),
            ("an unknown flag", changed(1..<2, [8])), ("a flag too many", changed(1..<2, [1])),
            ("no entries", changed(18..<22, [0, 0, 0, 0])),
            ("no UTF-8", changed(39..<40, [0xFF])),
            ("a long event", changed(38..<43, [65] + [UInt8](repeating: 0x61, count: 65))),
        ]
    }

    @Test func onlyTheOneEncodingIsTaken() throws {
        #expect(SealedTicketPayload(bytes: Self.plain.bytes[...]) == Self.plain)
        for (name, bytes) in Self.malformed {
            let inside = bytes + [UInt8](repeating: 0, count: 64)
            let sealed = try #require(SealedBox.seal(inside, to: Self.meshKey.publicKey))
            #expect(refusal("KMQ1." + Base64URL.encode(sealed)) == .malformed, "\(name)")
        }
    }

    @Test(arguments: [
        ("", SealedTicketCodeError.notSealed), ("T-00001", .notSealed), ("KMQ1", .notSealed),
        ("kmq1.AAAA", .notSealed), ("KMQ2.AAAA", .newerVersion), ("KMQ12.AAAA", .newerVersion),
        ("KMQx.AAAA", .notSealed), ("KMQ1.", .cannotOpen), ("KMQ1.AAAA", .cannotOpen),
        ("KMQ1.AA==", .unreadable), ("KMQ1.A", .unreadable), ("KMQ1.AA\n", .unreadable),
        ("KMQ1.AB", .unreadable), ("KMQ1.é", .unreadable),
    ]) func oddTexts(_ text: String, _ error: SealedTicketCodeError) {
        #expect(refusal(text) == error)
    }

    @Test func nothingHidesAboveThePoint() throws {
        let text = try seal(Self.plain)
        #expect(
            refusal("KMQ1.\u{301}" + text.utf8.dropFirst(5).map { Character(Unicode.Scalar($0)) })
                == .unreadable)
    }

    @Test func lengthIsBounded() {
        #expect(refusal("KMQ1." + String(repeating: "A", count: 1_196)) == .tooLong)
        #expect(refusal("KMQ1." + String(repeating: "A", count: 100_000)) == .tooLong)
    }

    @Test func unsuitablePayloadsAreNotSealed() throws {
        var cases: [SealedTicketPayload] = []
        func add(_ change: (inout SealedTicketPayload) -> Void) {
            var payload = Self.plain
            change(&payload)
            cases.append(payload)
        }
        add { $0.key = "" }
        add { $0.event = "" }
        add { $0.key = String(repeating: "k", count: 65) }
        add { $0.holder = String(repeating: "h", count: 201) }
        add { $0.meshPrefix = [1] }
        add { $0.entries = 0 }
        add { $0.expires = Self.now - 1 }
        add { ($0.validFrom, $0.validUntil) = (2, 1) }
        for payload in cases {
            #expect {
                try seal(payload)
            } throws: { error in
                if case .unsuitable(let words)? = error as? SealedTicketCodeError {
                    return !words.isEmpty
                }
                return false
            }
        }
        #expect(throws: SealedTicketCodeError.badMeshKey) {
            try SealedTicketCode.seal(Self.plain, issuer: Self.issuer, meshBoxKey: [1, 2])
        }
    }
}
