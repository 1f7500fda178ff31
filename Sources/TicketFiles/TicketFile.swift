internal import Glibc

/// Reads a tickets file row by row, in memory that does not grow with the length of its lines;
/// only the check for duplicate serials grows, by some 50 bytes a ticket.
///
/// Format: RFC 4180 with LF, CRLF or CR, UTF-8 with or without BOM, a header in any case. A line
/// that cannot be used is reported and the next one is read.
package struct TicketFile {
    private struct SerialKey: Hashable {
        let high: Int
        let low: Int

        // 128 bits of a per-process keyed hash: two serials that share it do not happen.
        init(_ serial: String) {
            var high = Hasher()
            var low = Hasher()
            low.combine(1)
            // Bytes, not the String: that would hash what only looks alike as one.
            Array(serial.utf8).withUnsafeBytes { bytes in
                high.combine(bytes: bytes)
                low.combine(bytes: bytes)
            }
            self.high = high.finalize()
            self.low = low.finalize()
        }
    }

    private var records: RecordReader
    private var parser: TicketRowParser?
    private var firstLines: [SerialKey: Int32] = [:]
    private var hasLines = false

    /// Reads from `source`, which gives the next bytes at each call, and nil at the end.
    package init(source: @escaping () throws(TicketFileFailure) -> [UInt8]?) {
        var isFirst = true
        records = RecordReader { () throws(TicketFileFailure) in
            let chunk = try source()
            if isFirst, let chunk, !chunk.isEmpty {
                isFirst = false
                try Self.refuseUTF16(chunk)
            }
            return chunk
        }
    }

    /// The next row, problem or note; nil at the end. Throws where the whole file is of no use.
    package mutating func next() throws(TicketFileFailure) -> TicketFileEvent? {
        if parser == nil {
            let columns = try header()
            parser = TicketRowParser(columns: columns)
            if let note = columns.note { return .note(note) }
        }
        guard let parser, let record = try records.next() else {
            guard hasLines else {
                throw TicketFileFailure(
                    .noTickets, "The file has a header but no tickets.",
                    hint: "Check that the right file was exported.")
            }
            return nil
        }
        hasLines = true
        do {
            return .row(try row(of: record, parser))
        } catch let problem as RowProblem {
            return .problem(problem)
        } catch let failure as TicketFileFailure {
            throw failure
        } catch {
            fatalError("only the two errors above are thrown")
        }
    }

    private mutating func row(of record: CSVRecord, _ parser: TicketRowParser) throws -> TicketRow {
        switch record {
        case .defect(let line, let field, let message):
            let column = field.flatMap(parser.columns.name(at:))
            throw RowProblem(line: line, column: column, message: message)
        case .fields(let line, let lastLine, let fields):
            let row = try parser.row(line: line, lastLine: lastLine, fields: fields)
            let key = SerialKey(row.serial)
            if let first = firstLines[key] {
                throw RowProblem(
                    line: line, column: TicketColumn.serial.rawValue,
                    message: "\(row.serial.prefix(80)) is on line \(first) already; "
                        + "remove one of the two")
            }
            guard firstLines.count < TicketLimits.tickets else {
                throw TicketFileFailure(
                    .tooManyTickets, "The file has more than \(TicketLimits.tickets) tickets.",
                    hint: "Split it into several files.")
            }
            firstLines[key] = Int32(clamping: line)
            return row
        }
    }

    private mutating func header() throws(TicketFileFailure) -> TicketColumns {
        switch try records.next() {
        case nil:
            throw TicketFileFailure(
                .empty, "The file is empty.", hint: "Check that the right file was exported.")
        case .defect(_, _, let message):
            throw TicketFileFailure(
                .badHeader, "The first line is no header: \(message).",
                hint: "Start the file with a header that has a serial column.")
        case .fields(_, _, let fields):
            return try TicketColumns(header: fields)
        }
    }

    private static func refuseUTF16(_ chunk: [UInt8]) throws(TicketFileFailure) {
        guard chunk.starts(with: [0xFF, 0xFE]) || chunk.starts(with: [0xFE, 0xFF]) else { return }
        throw TicketFileFailure(
            .encoding, "The file is in UTF-16.", hint: "Save it as \"CSV UTF-8\".")
    }
}

extension TicketFile {
    /// Opens the file at `path`. Throws `file_unreadable` with the system's words.
    package init(path: String) throws(TicketFileFailure) {
        guard let file = fopen(path, "re") else { throw Self.unreadable(path) }
        let handle = OpenFile(file: file)
        self.init { () throws(TicketFileFailure) in
            let chunk = handle.read()
            guard let chunk else { throw Self.unreadable(path) }
            return chunk.isEmpty ? nil : chunk
        }
    }

    private static func unreadable(_ path: String) -> TicketFileFailure {
        TicketFileFailure(
            .unreadable, "\(path) cannot be read: \(String(cString: strerror(errno))).",
            hint: "Check the path and its permissions.")
    }
}

/// Closes the file when its last reader goes.
private final class OpenFile {
    private let file: UnsafeMutablePointer<FILE>

    init(file: UnsafeMutablePointer<FILE>) { self.file = file }

    deinit { fclose(file) }

    /// Some bytes, none at the end, nil after an error.
    func read() -> [UInt8]? {
        let chunk = [UInt8](unsafeUninitializedCapacity: TicketLimits.chunkBytes) { room, count in
            count = fread(room.baseAddress, 1, room.count, file)
        }
        return chunk.isEmpty && ferror(file) != 0 ? nil : chunk
    }
}
