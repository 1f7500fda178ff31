/// Whether a ticket may be used at all.
package enum TicketStatus: String, Sendable, Hashable, CaseIterable {
    /// May be redeemed; also where the file says nothing.
    case paid
    /// Is not paid for yet.
    case unpaid
    /// Was given back.
    case canceled
    /// Was blocked by the venue.
    case blocked
}

/// One ticket of the file. Texts that the file does not give are empty.
package struct TicketRow: Sendable, Hashable {
    /// Line in the file, from 1; the header counts.
    package var line: Int
    /// The serial, trimmed of spaces and otherwise exactly as written.
    package var serial: String
    package var qr = ""
    package var idNumber = ""
    package var account = ""
    package var event = ""
    package var product = ""
    package var seat = ""
    package var holder = ""
    /// Milliseconds since 1970 UTC from when the ticket counts; nil is always.
    package var validFrom: Int64?
    /// Milliseconds since 1970 UTC until when the ticket counts; nil is for ever.
    package var validUntil: Int64?
    /// Redemptions that the ticket is good for, at least 1.
    package var entries = 1
    package var status = TicketStatus.paid
}

/// Why one line was not taken, in plain words with what to do.
package struct RowProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// The line's number from 1.
    package var line: Int
    /// The column's name; nil where it is the whole line.
    package var column: String?
    /// What is wrong and what to do about it.
    package var message: String

    package var description: String {
        let place = column.map { ", column \($0)" } ?? ""
        return "line \(line)\(place): \(message)"
    }
}

/// Why a whole file cannot be read.
package struct TicketFileFailure: Error, Sendable, Hashable {
    /// A stable word for scripts.
    package enum Code: String, Sendable {
        case unreadable = "file_unreadable"
        case empty = "file_empty"
        case noTickets = "file_without_tickets"
        case encoding = "file_encoding"
        case noSerialColumn = "no_serial_column"
        case duplicateColumn = "duplicate_column"
        case badHeader = "bad_header"
        case tooManyTickets = "too_many_tickets"
    }

    /// What kind of failure it is.
    package let code: Code
    /// One plain sentence.
    package let message: String
    /// What to do about it.
    package let hint: String

    package init(_ code: Code, _ message: String, hint: String) {
        self.code = code
        self.message = message
        self.hint = hint
    }
}

/// What comes out of a tickets file, in its order.
package enum TicketFileEvent: Sendable, Hashable {
    /// A good line.
    case row(TicketRow)
    /// A line that was not taken.
    case problem(RowProblem)
    /// A remark on the whole file.
    case note(String)
}
