/// How far the data of one event of a segment is here: the patent's modules in their order.
package enum SegmentStep: UInt8, Comparable, CaseIterable, Sendable {
    /// The server is asked what it has.
    case acquire = 1
    /// What the grant names is looked for in it.
    case lookup = 2
    /// What was found is marked as the mesh's segment.
    case mark = 3
    /// Tickets arrive page by page.
    case download = 4
    /// Whether all of them are stored is being checked.
    case detect = 5
    /// Redemption is open.
    case ready = 6

    /// The word on the command line.
    package var word: String {
        switch self {
        case .acquire: "acquire"
        case .lookup: "lookup"
        case .mark: "mark"
        case .download: "download"
        case .detect: "detect"
        case .ready: "ready"
        }
    }

    package static func < (a: SegmentStep, b: SegmentStep) -> Bool { a.rawValue < b.rawValue }
}

/// The record of how far one event of a segment is.
package struct SegmentProgress: Hashable, Sendable {
    package var segment: String
    /// Empty for the segment as a whole, which is in steps `acquire` to `mark`.
    package var event: String
    /// The version of the grant that it was read under.
    package var grant: WallTime
    package var step: SegmentStep
    /// Where the server is asked on; empty at the beginning.
    package var cursor: String
    /// Tickets that came, each time they came.
    package var received: UInt64
    /// What the server says there are; nil where it does not say.
    package var expected: UInt64?
    /// Entries that could not be read.
    package var skipped: UInt64
    /// The host's clock.
    package var at: WallTime

    package init(
        segment: String, event: String, grant: WallTime, step: SegmentStep, cursor: String = "",
        received: UInt64 = 0, expected: UInt64? = nil, skipped: UInt64 = 0, at: WallTime
    ) {
        self.segment = segment
        self.event = event
        self.grant = grant
        self.step = step
        self.cursor = cursor
        self.received = received
        self.expected = expected
        self.skipped = skipped
        self.at = at
    }
}

/// What the host read from the ticket server, to be recorded as one fact.
package struct SegmentPage: Hashable, Sendable {
    package var progress: SegmentProgress
    /// New or changed definition of the event; nil where it is as before.
    package var definition: EventDefinition?
    package var tickets: [Ticket]
    /// The server's token under the mesh's personal-data key, where signing in gave one.
    package var sealedToken: [UInt8]

    package init(
        progress: SegmentProgress, definition: EventDefinition? = nil, tickets: [Ticket] = [],
        sealedToken: [UInt8] = []
    ) {
        self.progress = progress
        self.definition = definition
        self.tickets = tickets
        self.sealedToken = sealedToken
    }
}

/// What became of one fact at the ticket server. A fact is a decision or an annulment, named by its
/// request.
package struct Receipt: Hashable, Sendable {
    package enum Result: Hashable, Sendable {
        case sent
        /// The server had it before.
        case alreadyKnown
        /// The server will not take it; its words.
        case quarantined(String)
        /// An operator wants a quarantined fact to be sent again.
        case retried
        /// An operator settled a quarantined fact by other means.
        case dismissed
    }

    package var fact: RequestID
    package var result: Result
    /// Which attempt of the fact it belongs to: how often an operator had ordered it anew.
    package var attempt: UInt32

    package init(fact: RequestID, result: Result, attempt: UInt32 = 0) {
        self.fact = fact
        self.result = result
        self.attempt = attempt
    }
}

/// Bounds of what people and servers write into records.
package enum TextLimits {
    /// Bytes of a reason that a person gives or a server words.
    package static let words = 500
    /// Bytes of a server's cursor.
    package static let cursor = 1024
    /// Bytes of the name of a grant, an event or a product.
    package static let name = 200
    /// Bytes of one list's rules.
    package static let rules = 64 * 1024
}
