import MeshConsensus
import MeshCrypto
import MeshModel
import MeshWire
import Testing

@Suite struct DiskCodingTests {
    @Test func voteStates() throws {
        let full = VoteState(
            fence: .max, accepted: Sample.register, voteIncarnation: 8, logIncarnation: 9,
            log: LogMark(blockCount: 12, tip: Position(chain: Cast.chain(), length: 12)))
        let empty = VoteState(voteIncarnation: 1, logIncarnation: 2)
        for state in [full, empty] {
            #expect(try DiskCoding.voteState(DiskCoding.encode(state)) == state)
        }
        #expect(throws: WireError.self) { try DiskCoding.voteState([0xFF]) }
    }

    @Test func rosters() throws {
        let roster = Roster(version: 3, entries: [Sample.entry])
        #expect(try DiskCoding.rosterFile(DiskCoding.encode(roster)) == roster)
    }

    @Test func identities() throws {
        let bare = IdentityFile(
            identitySeed: Cast.seed(1), tlsSeed: Cast.seed(2), name: "gate-b", hasStorage: true)
        var full = bare
        full.charter = [1, 2, 3]
        full.keys = MeshKeys(credential: Cast.filled(3), details: Cast.filled(4))
        full.pendingToken = "km1x"
        full.joinRequest = Cast.id(5)
        for identity in [bare, full] {
            #expect(try IdentityFile(bytes: identity.bytes) == identity)
        }
        #expect(throws: WireError.self) { try IdentityFile(bytes: []) }
    }

    @Test func charters() throws {
        let admin = SigningKey(seed: Cast.seed(Cast.adminSeed))
        let charter = try Charter.sign(
            venue: "hall-3", founder: Sample.entry, genesis: Sample.register,
            firstToken: Sample.token, admin: admin)
        let read = try Charter(bytes: charter.bytes)
        #expect(read.mesh == Cast.mesh)
        #expect(read.venue == "hall-3")
        #expect(read.founder == Sample.entry)
        #expect(read.genesis == Sample.register)
        #expect(read.firstToken == Sample.token)
        #expect(read.hash == charter.hash)
        // No bit of it may differ.
        var bytes = charter.bytes
        for index in bytes.indices {
            bytes[index] ^= 1
            #expect((try? Charter(bytes: bytes)) == nil, "byte \(index)")
            bytes[index] ^= 1
        }
    }

    @Test func joinTokensAsText() throws {
        let token = TokenText(mesh: Cast.mesh, uses: 50, expires: -1)
        #expect(token.text.hasPrefix("km1"))
        #expect(TokenText(token.text) == token)
        #expect(TokenText(" " + token.text + "\n") == token)
        #expect(token.record.verifier == token.verifier)
        for cut in 0..<token.text.count {
            #expect(TokenText(String(token.text.prefix(cut))) == nil)
        }
        // One letter mistyped.
        var letters = Array(token.text)
        for index in letters.indices {
            let right = letters[index]
            letters[index] = right == "A" ? "B" : "A"
            #expect(TokenText(String(letters)) == nil, "letter \(index)")
            letters[index] = right
        }
    }

    @Test func aWelcomeOpensWithItsTokenAndRequestOnly() throws {
        let keys = MeshKeys(credential: Cast.filled(3), details: Cast.filled(4))
        let roster = Roster(version: 3, entries: [Sample.entry])
        let verifier = Cast.filled(0x72)
        let welcome = WelcomeSeal.make(
            charter: [1, 2], roster: roster, keys: keys, verifier: verifier, request: Cast.id(1))
        #expect(
            try WelcomeSeal.open(welcome, verifier: verifier, request: Cast.id(1)) == keys)
        let forged = Welcome(
            charter: [1, 3], roster: roster, sealedKeys: welcome.sealedKeys, proof: welcome.proof)
        #expect(throws: WireError.self) {
            try WelcomeSeal.open(forged, verifier: verifier, request: Cast.id(1))
        }
        #expect(throws: WireError.self) {
            try WelcomeSeal.open(welcome, verifier: .zero, request: Cast.id(1))
        }
        #expect(throws: WireError.self) {
            try WelcomeSeal.open(welcome, verifier: verifier, request: Cast.id(2))
        }
    }
}
