import NIOCore
import Testing

@testable import MeshControl

@Suite("Lines of the control socket")
struct FramerTests {
    private static func lines(
        _ chunks: [String], maximum: Int = 10
    ) throws(ControlError) -> [String] {
        var framer = LineFramer(maximumBytes: maximum)
        var lines: [String] = []
        for chunk in chunks {
            var bytes = ByteBuffer(string: chunk)
            framer.append(&bytes)
            while let line = try framer.next() {
                lines.append(String(decoding: line, as: UTF8.self))
            }
        }
        return lines
    }

    @Test(
        arguments: [
            (["a\nb\n"], ["a", "b"]), (["a", "b\nc", "\n"], ["ab", "c"]), (["\n\n"], ["", ""]),
            (["a\r\n", "b\r", "\n"], ["a", "b"]), (["open"], []),
            (["1234567890\n"], ["1234567890"]),
            (["", "x", "", "\n", "y\n"], ["x", "y"]),
        ] as [([String], [String])])
    func cuts(chunks: [String], lines: [String]) throws {
        #expect(try Self.lines(chunks) == lines)
    }

    @Test(arguments: [["12345678901\n"], ["12345678901"], ["a\n", "123456", "78901"]])
    func refusesLongLines(chunks: [String]) {
        let error = #expect(throws: ControlError.self) { try Self.lines(chunks) }
        #expect(error?.code == .limit)
    }
}
