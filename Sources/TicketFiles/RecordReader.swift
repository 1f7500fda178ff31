/// One record of a CSV file, or why its line is none.
package enum CSVRecord: Sendable, Hashable {
    /// `lastLine` is over `line` where quoted fields hold line breaks.
    case fields(line: Int, lastLine: Int, [ArraySlice<UInt8>])
    /// `field` counts from 0.
    case defect(line: Int, field: Int?, message: String)
}

/// Splits lines into fields as RFC 4180 says. A quote that is never closed spoils its own line
/// only: the lines after it are read anew.
package struct RecordReader {
    private var lines: LineReader
    /// Lines that were read to look for a closing quote, with their numbers.
    private var ahead: [(number: Int, line: PhysicalLine)] = []

    /// Reads from `source`, which gives the next bytes at each call, and nil at the end.
    package init(source: @escaping () throws(TicketFileFailure) -> [UInt8]?) {
        lines = LineReader(source: source)
    }

    /// The next record; blank lines are stepped over.
    package mutating func next() throws(TicketFileFailure) -> CSVRecord? {
        while let (number, line) = try take() {
            switch line {
            case .tooLong(let bytes):
                return .defect(
                    line: number, field: nil,
                    message: "is \(bytes) bytes long, over \(TicketLimits.lineBytes); "
                        + "shorten it or check that its line end is there")
            case .text(let text):
                if text.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
                return try record(number, text)
            }
        }
        return nil
    }

    private mutating func record(
        _ number: Int, _ text: [UInt8]
    ) throws(TicketFileFailure) -> CSVRecord {
        var joined = text
        for extra in 0..<TicketLimits.linesInRecord {
            switch CSVSplitter.split(joined) {
            case .fields(let fields):
                ahead.removeFirst(extra)
                return .fields(line: number, lastLine: number + extra, fields)
            case .defect(let field, let message):
                return .defect(line: number, field: field, message: message)
            case .open(let field):
                guard case .text(let more)? = try peek(extra),
                    joined.count + more.count < TicketLimits.lineBytes
                else { return unclosed(number, field) }
                joined.append(0x0A)
                joined.append(contentsOf: more)
            }
        }
        guard case .open(let field) = CSVSplitter.split(text) else { return unclosed(number, nil) }
        return unclosed(number, field)
    }

    private func unclosed(_ number: Int, _ field: Int?) -> CSVRecord {
        .defect(
            line: number, field: field,
            message: "the quote (\") that opens this field is never closed; close or remove it")
    }

    private mutating func take() throws(TicketFileFailure) -> (Int, PhysicalLine)? {
        if !ahead.isEmpty { return ahead.removeFirst() }
        guard let line = try lines.next() else { return nil }
        return (lines.number, line)
    }

    private mutating func peek(_ index: Int) throws(TicketFileFailure) -> PhysicalLine? {
        if index < ahead.count { return ahead[index].line }
        guard let line = try lines.next() else { return nil }
        ahead.append((lines.number, line))
        return line
    }
}

/// Splits the text of one record at its commas.
enum CSVSplitter {
    enum Outcome: Sendable, Hashable {
        case fields([ArraySlice<UInt8>])
        /// A quote is open at the end of the text.
        case open(field: Int)
        case defect(field: Int, message: String)
    }

    static func split(_ text: [UInt8]) -> Outcome {
        if !text.contains(quote) {
            return .fields(text.split(separator: comma, omittingEmptySubsequences: false))
        }
        var fields: [ArraySlice<UInt8>] = []
        var index = 0
        while true {
            if index < text.count, text[index] == quote {
                switch quoted(text, &index) {
                case .some(let field): fields.append(field)
                case nil: return .open(field: fields.count)
                }
                guard index == text.count || text[index] == comma else {
                    return .defect(
                        field: fields.count - 1,
                        message: "text follows the closing quote; "
                            + "write a quote inside of a field twice (\"\")")
                }
            } else {
                let end = text[index...].firstIndex(of: comma) ?? text.count
                guard !text[index..<end].contains(quote) else {
                    return .defect(
                        field: fields.count,
                        message: "a quote (\") stands inside of a field without quotes; "
                            + "put the field in quotes and write the quote twice (\"\")")
                }
                fields.append(text[index..<end])
                index = end
            }
            if index == text.count { return .fields(fields) }
            index += 1
        }
    }

    /// Reads a quoted field from its opening quote; `index` ends behind the closing one.
    /// Nil if there is none.
    private static func quoted(_ text: [UInt8], _ index: inout Int) -> ArraySlice<UInt8>? {
        let start = index + 1
        var hasEscapes = false
        var position = start
        while let next = text[position...].firstIndex(of: quote) {
            if next + 1 < text.count, text[next + 1] == quote {
                hasEscapes = true
                position = next + 2
                continue
            }
            index = next + 1
            return hasEscapes ? unescaped(text[start..<next]) : text[start..<next]
        }
        return nil
    }

    private static func unescaped(_ field: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var plain: [UInt8] = []
        var index = field.startIndex
        while index < field.endIndex {
            plain.append(field[index])
            index += field[index] == quote ? 2 : 1
        }
        return plain[...]
    }

    private static let quote = UInt8(ascii: "\"")
    private static let comma = UInt8(ascii: ",")
}
