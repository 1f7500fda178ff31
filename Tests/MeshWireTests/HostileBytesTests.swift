import Foundation
import MeshCrypto
import MeshLedger
import MeshModel
import MeshNode
import Testing

@testable import MeshWire

@Suite struct HostileBytesTests {
    static let attacked = [
        "hello", "prepare", "promise", "record", "recorded", "take-over", "requests", "append",
        "want", "roster", "join",
    ]

    /// A damaged frame is refused, or read as one that needs no signature: never as another
    /// signed one.
    private func expectHarmless(_ bytes: [UInt8], instead original: Frame) {
        guard let read = try? Cast.decodeAtB(bytes) else { return }
        #expect(!read.isSigned || read == original)
        guard case .node(let message) = read else { return }
        if case .append(let append) = message {
            #expect(append.blocks.allSatisfy { authentic.contains($0.hash) })
        }
        if case .blocks(let blocks) = message {
            #expect(blocks.allSatisfy { authentic.contains($0.hash) })
        }
    }

    private var authentic: [Key32] {
        FrameSamples.all.flatMap { sample -> [Key32] in
            if case .node(.append(let append)) = sample.frame { return append.blocks.map(\.hash) }
            if case .node(.blocks(let blocks)) = sample.frame { return blocks.map(\.hash) }
            return []
        }
    }

    private func bytes(_ name: String) throws -> (Frame, [UInt8]) {
        let frame = try #require(FrameSamples.all.first { $0.name == name }).frame
        return (frame, Cast.codec(Cast.a).encode(frame, to: Cast.b.kiosk))
    }

    @Test(arguments: attacked) func everyTruncation(_ name: String) throws {
        let (frame, bytes) = try bytes(name)
        for count in 0..<bytes.count { expectHarmless(Array(bytes.prefix(count)), instead: frame) }
    }

    @Test(arguments: attacked) func everyFlippedBit(_ name: String) throws {
        var (frame, bytes) = try bytes(name)
        for index in bytes.indices {
            for bit in 0..<8 as Range<UInt8> {
                bytes[index] ^= 1 << bit
                expectHarmless(bytes, instead: frame)
                bytes[index] ^= 1 << bit
            }
        }
    }

    @Test func everyFlippedBitOfABlock() throws {
        let block = Sample.seal(Sample.body(Sample.records.map(\.record)))
        var bytes = block.bytes
        let codec = Cast.codec(Cast.b).blocks
        for index in bytes.indices {
            for bit in 0..<8 as Range<UInt8> {
                bytes[index] ^= 1 << bit
                #expect((try? codec.open(bytes)) == nil, "bit \(bit) of byte \(index)")
                bytes[index] ^= 1 << bit
            }
        }
    }

    @Test func randomBytesNeverTrap() {
        var random = SplitMix64(seed: 7)
        for _ in 0..<5000 {
            let bytes = (0..<random.below(80)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            #expect((try? Cast.decodeAtB(bytes)) == nil)
            #expect((try? Cast.codec(Cast.b).blocks.open(bytes)) == nil)
            // The same behind a header that fits.
            let frame = Malformed.frame(bytes, signed: false)
            if let read = try? Cast.decodeAtB(frame) { #expect(!read.isSigned) }
        }
    }

    /// Lists one longer than their bound, refused before they are read.
    static let oversized: [(name: String, change: @Sendable (inout PBMessage) -> Void)] = [
        ("requests", { $0.requests.requests = Array(repeating: PBRequest(), count: 4097) }),
        ("answers", { $0.answers.answers = Array(repeating: PBAnswer(), count: 4097) }),
        ("blocks", { $0.blocks.blocks = Array(repeating: Data(), count: 4097) }),
        ("append", { $0.append.blocks = Array(repeating: Data(), count: 4097) }),
        ("vector", { $0.vector.entries = Array(repeating: PBPosition(), count: 65537) }),
        ("want", { $0.want.entries = Array(repeating: PBPosition(), count: 65537) }),
        ("roster", { $0.roster.entries = Array(repeating: PBRosterEntry(), count: 257) }),
        ("addresses", { $0.addresses.addresses = Array(repeating: "", count: 1025) }),
    ]

    @Test(arguments: oversized.indices) func listsAreBounded(_ index: Int) {
        let frame = Malformed.frame(Self.oversized[index].change)
        #expect(throws: WireError.self, "\(Self.oversized[index].name)") {
            try Cast.decodeAtB(frame)
        }
        do {
            _ = try Cast.decodeAtB(frame)
        } catch {
            #expect(error.code == .overLimit)
        }
    }

    @Test func recordsAndTicketsAreBounded() {
        let records = Malformed.block {
            $0.records = Array(repeating: PBRecord(), count: WireLimits.records + 1)
        }
        let tickets = Malformed.block {
            $0.records[0].tickets.request = Data(Cast.id(1))
            $0.records[0].tickets.tickets = Array(
                repeating: PBTicket(), count: WireLimits.tickets + 1)
        }
        for bytes in [records, tickets] {
            do {
                _ = try Cast.codec(Cast.b).blocks.open(bytes)
                Issue.record("taken")
            } catch {
                #expect(error.code == .overLimit)
            }
        }
    }

    @Test func aStrangerMaySendNothingSigned() {
        for sample in FrameSamples.all where sample.frame.isSigned {
            let bytes = Cast.codec(Cast.stranger).encode(sample.frame, to: Cast.b.kiosk)
            #expect(
                (try? Cast.codec(Cast.b).decode(bytes, from: nil, knows: Cast.knows)) == nil,
                "\(sample.name)")
        }
    }
}

@Suite struct DomainSeparationTests {
    static let contexts: [SigningContext] = [.block, .message, .charter, .application]

    @Test(arguments: contexts, contexts)
    func aSignatureIsGoodForOneContext(_ made: SigningContext, _ used: SigningContext) {
        let part = Cast.filled(0x42).bytes
        let signature = Cast.a.sign(made.bytes(part, part))
        let holds = SodiumVerifier().verify(
            signature, of: used.bytes(part, part), by: Cast.a.kiosk)
        #expect(holds == (made == used))
    }

    @Test func noContextBeginsAnother() {
        for one in Self.contexts {
            for other in Self.contexts where one != other {
                #expect(!(other.bytes()).starts(with: one.bytes()))
            }
        }
    }

    @Test func aSignedMessageIsForOneReceiverAndOneSender() throws {
        for sample in FrameSamples.all where sample.frame.isSigned {
            let bytes = Cast.codec(Cast.a).encode(sample.frame, to: Cast.b.kiosk)
            #expect(throws: Never.self) { try Cast.decodeAtB(bytes) }
            // Replayed to a third kiosk, or over another kiosk's link.
            #expect(throws: WireError.self, "\(sample.name)") {
                try Cast.codec(Cast.stranger).decode(
                    bytes, from: Cast.a.kiosk, knows: Cast.knows)
            }
            #expect(throws: WireError.self, "\(sample.name)") {
                try Cast.codec(Cast.b).decode(
                    bytes, from: Cast.stranger.kiosk, knows: Cast.knows)
            }
        }
    }

    @Test func theAuthorProvesAnApplicationForOneRequest() {
        let author = WireAuthor(
            codec: Cast.codec(Cast.a).blocks, signer: Cast.a, verifier: SodiumVerifier())
        let request = Cast.id(11)
        let proof = JoinProof.make(
            Sample.entry, request: request, token: Sample.token.id, mesh: Cast.mesh,
            verifier: Sample.token.verifier)
        func application(_ entry: RosterEntry, _ signature: [UInt8]) -> JoinApplication {
            JoinApplication(
                entry: entry, token: Sample.token.id, proof: proof, signature: signature)
        }
        let signature = Cast.b.sign(JoinProof.signedBytes(proof))
        let good = application(Sample.entry, signature)
        #expect(author.proves(good, request: request, token: Sample.token))
        #expect(!author.proves(good, request: Cast.id(12), token: Sample.token))
        let other = JoinToken(
            id: Sample.token.id, verifier: .zero, uses: 1, expires: Sample.token.expires)
        #expect(!author.proves(good, request: request, token: other))
        var renamed = Sample.entry
        renamed.name = "gate-x"
        #expect(
            !author.proves(application(renamed, signature), request: request, token: Sample.token))
        // Somebody else's key over the right proof; and the right key in another context.
        let foreign = application(Sample.entry, Cast.a.sign(JoinProof.signedBytes(proof)))
        #expect(!author.proves(foreign, request: request, token: Sample.token))
        let crossed = application(
            Sample.entry, Cast.b.sign(SigningContext.message.bytes(proof.bytes)))
        #expect(!author.proves(crossed, request: request, token: Sample.token))
    }
}
