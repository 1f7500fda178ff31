import NIOCore
import Testing

@testable import MeshTransport

@Suite struct FrameDecoderTests {
    private static func stream(_ frames: [[UInt8]]) -> [UInt8] {
        frames.flatMap { frame in
            (0..<4).map { UInt8(truncatingIfNeeded: frame.count >> (24 - 8 * $0)) } + frame
        }
    }

    private static func decode(
        _ pieces: [[UInt8]], with decoder: inout FrameDecoder
    ) throws -> [[UInt8]] {
        var frames: [[UInt8]] = []
        for piece in pieces {
            var input = ByteBuffer(bytes: piece)
            while let frame = try decoder.next(from: &input) { frames.append(frame) }
            #expect(input.readableBytes == 0)
        }
        return frames
    }

    private static let frames: [[UInt8]] = [
        [1], [2, 3], Array(repeating: 4, count: 300), [5], Array(repeating: 6, count: 70),
    ]

    @Test(arguments: [1, 2, 3, 4, 5, 7, 100, 1000])
    func anyCutGivesTheSameFrames(_ size: Int) throws {
        let bytes = Self.stream(Self.frames)
        let pieces = stride(from: 0, to: bytes.count, by: size).map {
            Array(bytes[$0..<min($0 + size, bytes.count)])
        }
        var decoder = FrameDecoder(limit: 300)
        #expect(try Self.decode(pieces, with: &decoder) == Self.frames)
        #expect(decoder.heldBytes == 0)
    }

    @Test func emptyFramesAreAFault() {
        var decoder = FrameDecoder(limit: 10)
        #expect(throws: FrameDecoder.Fault.empty) {
            try Self.decode([[0, 0, 0, 0]], with: &decoder)
        }
    }

    @Test(arguments: [[0, 0, 0, 11], [0, 1, 0, 0], [255, 255, 255, 255]] as [[UInt8]])
    func oversizedFramesAreAFaultByTheirLengthAlone(_ header: [UInt8]) {
        let length = header.reduce(0) { $0 << 8 | Int($1) }
        var decoder = FrameDecoder(limit: 10)
        #expect(throws: FrameDecoder.Fault.oversized(bytes: length, limit: 10)) {
            try Self.decode([header], with: &decoder)
        }
    }

    @Test func theLargestFramePasses() throws {
        let frame = [UInt8](repeating: 9, count: 10)
        var decoder = FrameDecoder(limit: 10)
        #expect(try Self.decode([Self.stream([frame])], with: &decoder) == [frame])
    }

    @Test func onlyWhatCameIsHeld() throws {
        var decoder = FrameDecoder(limit: 1 << 20)
        #expect(try Self.decode([[0, 16, 0, 0]], with: &decoder) == [])
        #expect(decoder.heldBytes == 0)
        #expect(try Self.decode([[1, 2, 3]], with: &decoder) == [])
        #expect(decoder.heldBytes == 3)
    }
}
