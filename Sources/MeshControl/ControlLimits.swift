/// The named maxima of the control socket, each with its reason.
package enum ControlLimits {
    /// Longest line either way: an import chunk of 4 MiB of text, escaped at worst, with room.
    package static let lineBytes = 16 << 20
    /// Connections at a time: some technicians, monitors and load generators, not a crowd.
    package static let connections = 64
    /// Unanswered requests on one connection: far over the 200 clients of a load test.
    package static let requestsInFlight = 4096
    /// Unsent answer bytes at which a stream waits for its reader.
    package static let streamPauseBytes = 1 << 20
    /// Unsent answer bytes at which a client that does not read is cut off.
    package static let unsentBytes = 64 << 20
    /// Unread stream bytes at which the client stops reading from the socket.
    package static let unreadStreamBytes = 1 << 20
    /// Depth of nested JSON values: the deepest request has four, a stack has an end.
    package static let jsonDepth = 32
    /// What a daemon leaves of a client's time for its answer to arrive: the core looks at its
    /// deadlines every eighth of a second, and a busy machine is late.
    package static let answerMarginMilliseconds: Int64 = 300
    /// Longest ticket code in bytes: far over any bar code that a scanner reads.
    package static let codeBytes = 512
    /// Rows in one `tickets.import` request: one group commit's worth.
    package static let importRows = 500
    /// Text bytes in one `tickets.import` request, so that a line stays under `lineBytes`.
    package static let importBytes = 4 << 20
}

/// The schema and program versions that answers carry.
package enum ControlSchema {
    /// The number in every answer's `schema`; a breaking change takes a new one.
    package static let version = 1
    /// This program's version.
    package static let program = "0.1.0"
}
