/// One physical line without its line end, or only its length where it is over the maximum.
enum PhysicalLine: Sendable, Hashable {
    case text([UInt8])
    case tooLong(bytes: Int)
}

/// Cuts chunks into lines at LF or CRLF, or at CR in a file that has no others, and counts them.
/// Holds one chunk and one line; of a line
/// over the maximum it holds only the length.
struct LineReader {
    /// Gives the next bytes, or nil at the end.
    typealias Source = () throws(TicketFileFailure) -> [UInt8]?

    /// The number of the line that `next` returned last, from 1.
    private(set) var number = 0
    private let source: Source
    private var chunk: ArraySlice<UInt8> = []
    private var hasEnded = false
    /// Nil until the first bytes are there.
    private var lineEnd: UInt8?

    init(source: @escaping Source) { self.source = source }

    mutating func next() throws(TicketFileFailure) -> PhysicalLine? {
        var line: [UInt8] = []
        var length = 0
        var sawBytes = false
        while try fill() {
            sawBytes = true
            let newline = chunk.firstIndex(of: lineEnd ?? Self.lineFeed)
            let piece = chunk[..<(newline ?? chunk.endIndex)]
            length += piece.count
            if length <= TicketLimits.lineBytes {
                line.append(contentsOf: piece)
            } else {
                line = []
            }
            chunk = chunk[(newline.map { $0 + 1 } ?? chunk.endIndex)...]
            if newline != nil { break }
        }
        guard sawBytes else { return nil }
        number += 1
        if length > TicketLimits.lineBytes { return .tooLong(bytes: length) }
        if line.last == Self.carriageReturn { line.removeLast() }
        if number == 1, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        return .text(line)
    }

    private static let lineFeed: UInt8 = 0x0A
    private static let carriageReturn: UInt8 = 0x0D

    /// CR where the file begins with lines that end so, as old Macs and some spreadsheets write
    /// them. A CR at the very end may be half of a CRLF.
    private static func lineEnd(of chunk: ArraySlice<UInt8>) -> UInt8 {
        let hasReturn = chunk.dropLast().contains(carriageReturn)
        return hasReturn && !chunk.contains(lineFeed) ? carriageReturn : lineFeed
    }

    private mutating func fill() throws(TicketFileFailure) -> Bool {
        while chunk.isEmpty, !hasEnded {
            if let more = try source() { chunk = more[...] } else { hasEnded = true }
        }
        if lineEnd == nil, !chunk.isEmpty { lineEnd = Self.lineEnd(of: chunk) }
        return !chunk.isEmpty
    }
}
