import MeshLedger
import MeshModel
import MeshNode
import Testing

@testable import MeshWire

@Suite(.serialized) struct VectorTests {
    private static let cast = """
        Keys from 32-byte Ed25519 seeds of one repeated byte: kiosk a 0x0a, kiosk b 0x0b, a \
        stranger 0x0f, the admin 0xad, an operator 0x0c. The mesh id follows from the admin key.
        """

    @Test func frames() throws {
        let codec = Cast.codec(Cast.a)
        let made = VectorFile(
            about: "Frames that kiosk a sends to kiosk b. " + Self.cast,
            vectors: FrameSamples.all.map { sample in
                VectorFile.Vector(
                    sample.name, "Message: \(sample.name)",
                    codec.encode(sample.frame, to: Cast.b.kiosk))
            })
        try made.writeIfAsked("frames")
        let golden = try VectorFile.read("frames")
        #expect(golden == made)
        for (vector, sample) in zip(golden.vectors, FrameSamples.all) {
            let sent = try #require(bytes(hexadecimal: vector.hex))
            #expect(try Cast.decodeAtB(sent) == sample.frame)
        }
    }

    @Test func malformedFrames() throws {
        let made = VectorFile(
            about: "Frames that kiosk b refuses over the link of kiosk a. " + Self.cast,
            vectors: Malformed.frames.map {
                VectorFile.Vector($0.name, $0.meaning, $0.bytes, error: "\($0.error)")
            })
        try made.writeIfAsked("frames-malformed")
        let golden = try VectorFile.read("frames-malformed")
        #expect(golden == made)
        for vector in golden.vectors {
            let sent = try #require(bytes(hexadecimal: vector.hex))
            #expect(code { try Cast.decodeAtB(sent) } == vector.error, "\(vector.name)")
        }
    }

    @Test func blocks() throws {
        let bodies =
            [("epoch-start", Sample.start)]
            + Sample.records.map { ($0.name, Sample.body([$0.record])) }
        let made = VectorFile(
            about: "Signed blocks by kiosk a, one for each kind of record. " + Self.cast,
            vectors: bodies.map {
                VectorFile.Vector($0.0, "Block: \($0.0)", Sample.seal($0.1).bytes)
            })
        try made.writeIfAsked("blocks")
        let golden = try VectorFile.read("blocks")
        #expect(golden == made)
        for (vector, body) in zip(golden.vectors, bodies) {
            let sent = try #require(bytes(hexadecimal: vector.hex))
            #expect(try Cast.codec(Cast.b).blocks.open(sent).body == body.1)
        }
    }

    @Test func malformedBlocks() throws {
        let made = VectorFile(
            about: "Signed blocks that everybody refuses. " + Self.cast,
            vectors: Malformed.blocks.map {
                VectorFile.Vector($0.name, $0.meaning, $0.bytes, error: "\($0.error)")
            })
        try made.writeIfAsked("blocks-malformed")
        let golden = try VectorFile.read("blocks-malformed")
        #expect(golden == made)
        for vector in golden.vectors {
            let sent = try #require(bytes(hexadecimal: vector.hex))
            let code = code { try Cast.codec(Cast.b).blocks.open(sent) }
            #expect(code == vector.error, "\(vector.name)")
        }
    }

    private func code(_ body: () throws -> Any) -> String? {
        do {
            _ = try body()
            return nil
        } catch {
            return (error as? WireError).map { "\($0.code)" } ?? "another error"
        }
    }
}
