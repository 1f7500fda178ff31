/// The named maxima of a tickets file, each with its reason.
package enum TicketLimits {
    /// Longest line: twelve fields at their maxima fit many times over.
    package static let lineBytes = 64 << 10
    /// Lines that a quoted field may run over before its quote counts as never closed.
    package static let linesInRecord = 16
    /// Longest serial, QR text, identity number or account: the longest code a kiosk takes.
    package static let codeBytes = 512
    /// Longest event, product, seat or holder: what fits a screen and a printed ticket.
    package static let textBytes = 1024
    /// Most redemptions of one ticket: a season ticket used hourly for a century stays under it.
    package static let entries = 1_000_000
    /// Most tickets of one file: the duplicate check keeps some 50 bytes of each.
    package static let tickets = 5_000_000
    /// Bytes read from the file at a time.
    package static let chunkBytes = 256 << 10
}
