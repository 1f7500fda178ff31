/// One physical line without its line end, or only its length where it is over the maximum.
enum PhysicalLine: Sendable, Hashable {
    case text([UInt8])
    case tooLong(bytes: Int)
}

/// Cuts chunks into lines at LF or CRLF and counts them. Holds one chunk and one line; of a line
/// over the maximum it holds only the length.
struct LineReader {
    /// Gives the next bytes, or nil at the end.
    typealias Source = () throws(TicketFileFailure) -> [UInt8]?

    /// The number of the line that `next` returned last, from 1.
    private(set) var number = 0
    private let source: Source
    private var chunk: ArraySlice<UInt8> = []
    private var hasEnded = false

    init(source: @escaping Source) { self.source = source }

    mutating func next() throws(TicketFileFailure) -> PhysicalLine? {
        var line: [UInt8] = []
        var length = 0
        var sawBytes = false
        while try fill() {
            sawBytes = true
            let newline = chunk.firstIndex(of: 0x0A)
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
        if line.last == 0x0D { line.removeLast() }
        if number == 1, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        return .text(line)
    }

    private mutating func fill() throws(TicketFileFailure) -> Bool {
        while chunk.isEmpty, !hasEnded {
            if let more = try source() { chunk = more[...] } else { hasEnded = true }
        }
        return !chunk.isEmpty
    }
}
