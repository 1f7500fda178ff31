import MeshModel
import MeshNode
import Testing

@Suite struct AdministrationTranscripts {
    private let proof = Venue.id("p").key

    private func token(_ number: UInt64, uses: UInt32 = 9, expires: WallTime = .max) -> RequestBody
    {
        .createToken(
            JoinToken(id: Venue.id(number), verifier: proof, uses: uses, expires: expires))
    }

    private func application(
        _ name: Character, token: UInt64, called: String? = nil, proof: Key32? = nil,
        tlsKey: Key32? = nil
    ) -> RequestBody {
        var entry = Venue.entry(name)
        if let called { entry.name = called }
        if let tlsKey { entry.tlsKey = tlsKey }
        return .admit(
            JoinApplication(
                entry: entry, token: Venue.id(token), proof: proof ?? self.proof, signature: []))
    }

    /// One thing asked of the host, with a word on what is tried.
    private func tries(_ venue: Venue, _ what: String, _ request: UInt64, _ body: RequestBody) {
        venue.transcript.note(what)
        venue.ask("a", request, body)
        venue.run(milliseconds: 10)
    }

    @Test func admissionByToken() throws {
        let venue = Venue("a")
        venue.limits.kiosks = 4
        venue.limits.tokens = 4
        venue.open()
        venue.mute { venue.ask("a", 1, token(70)) }
        venue.mute { venue.ask("a", 2, token(71, expires: Venue.wallStart)) }
        venue.mute { venue.ask("a", 3, token(72, uses: 1)) }
        tries(venue, "the right proof", 10, application("b", token: 70))
        tries(venue, "the same request again", 10, application("b", token: 70))
        tries(venue, "the same kiosk, its answer was lost", 11, application("b", token: 70))
        tries(
            venue, "the same kiosk with another TLS key", 12,
            application("b", token: 70, tlsKey: .zero))
        tries(venue, "a token nobody made", 13, application("c", token: 79))
        tries(venue, "a wrong proof", 14, application("c", token: 70, proof: .zero))
        tries(venue, "a token that is over", 15, application("c", token: 71))
        tries(venue, "a name that is taken", 16, application("c", token: 70, called: "gate-a"))
        tries(venue, "the only use of a token", 17, application("c", token: 72))
        tries(venue, "and one use more", 18, application("d", token: 72))
        tries(venue, "the token is withdrawn", 19, .revokeToken(Venue.id(70)))
        tries(venue, "and used", 20, application("d", token: 70))
        tries(venue, "a token that is not there is withdrawn", 21, .revokeToken(Venue.id(79)))
        tries(venue, "the last token", 22, token(73))
        tries(venue, "one token too many", 23, token(74))
        tries(venue, "the last place on the roster", 24, application("d", token: 73))
        tries(venue, "one kiosk too many", 25, application("e", token: 73))
        tries(venue, "a kiosk is revoked", 26, .revoke(Venue.id("d")))
        tries(venue, "and applies again", 27, application("d", token: 73))
        try expectGolden(venue.transcript.text, "admission")
    }

    @Test func aKioskIsRevoked() throws {
        let venue = Venue("ab", witnesses: "c")
        venue.open()
        tries(venue, "a kiosk nobody knows", 1, .revoke(Venue.id("z")))
        tries(venue, "the host itself", 2, .revoke(Venue.id("a")))
        tries(venue, "a member of the set, a voter", 3, .revoke(Venue.id("b")))
        venue.run(milliseconds: 1000)
        tries(venue, "a second time", 4, .revoke(Venue.id("b")))
        venue.transcript.note("it knows, and what it says is not heard")
        venue.redeem(1, as: 5, at: "b")
        venue.input(.message(.prepare(epoch: 99), from: Venue.id("b")), at: "a")
        venue.run(milliseconds: 100)
        venue.sayWhere()
        #expect(venue["b"].node?.isRevoked == true)
        #expect(venue["a"].node?.fence == 1)
        try expectGolden(venue.transcript.text, "revocation")
    }

    @Test func theOnlyVoterIsNotRevoked() throws {
        let venue = Venue("ab")
        venue.open()
        venue.mute {
            venue.input(.transfer(to: Venue.id("b")), at: "a")
            venue.run(milliseconds: 1000)
        }
        venue.sayWhere()
        venue.ask("b", 1, .revoke(Venue.id("a")))
        venue.run(milliseconds: 10)
        try expectGolden(venue.transcript.text, "only-voter")
    }
}
