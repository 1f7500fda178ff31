import Glibc
import MeshControl
import Synchronization

/// The codes of a batch, one a line, handed out in turn. They are read up front, so that no client
/// waits for a pipe while another's answer lies ready.
final class CodeList: Sendable {
    /// One line: its code, or nil where it is too long or no text to be a code.
    struct Item: Sendable {
        let line: Int
        let code: String?
    }

    /// A million codes of 500 bytes; more belongs into several runs.
    private static let maximumBytes = 512 << 20

    private let bytes: [UInt8]
    private let place = Mutex((offset: 0, line: 0))

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// Lines that hold something.
    var count: Int {
        bytes.split(separator: 0x0A).count { !Self.trimmed($0).isEmpty }
    }

    /// The next line that is not empty, or nil at the end.
    func next() -> Item? {
        place.withLock { place in
            while place.offset < bytes.count {
                let rest = bytes[place.offset...]
                let end = rest.firstIndex(of: 0x0A) ?? bytes.endIndex
                place.offset = end + 1
                place.line += 1
                let line = Self.trimmed(bytes[rest.startIndex..<end])
                if !line.isEmpty { return Item(line: place.line, code: Self.code(line)) }
            }
            return nil
        }
    }

    private static func code(_ line: ArraySlice<UInt8>) -> String? {
        guard line.count <= ControlLimits.codeBytes else { return nil }
        return String(validating: line, as: UTF8.self)
    }

    private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var line = line
        while line.last == 0x0D { line.removeLast() }
        return line
    }

    /// All of a file, or of standard input for `-`.
    static func read(_ path: String) throws(ControlError) -> [UInt8] {
        let file = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure(path) }
        defer { if file != STDIN_FILENO { close(file) } }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = chunk.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw failure(path)
            }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= maximumBytes else {
                throw ControlError(
                    .file, "\(path) is over \(maximumBytes >> 20) MiB.",
                    hint: "Split it into several runs.", exit: 64)
            }
        }
    }

    private static func failure(_ path: String) -> ControlError {
        ControlError(
            .file, "\(path) cannot be read: \(String(cString: strerror(errno))).",
            hint: "Check the path and its permissions.", exit: 64)
    }
}
