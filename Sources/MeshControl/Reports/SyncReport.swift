/// The answer of `sync.status`: how far each segment is, in both directions.
package struct SyncReport: Codable, Sendable, Hashable {
    /// The schema's number.
    package let schema: Int
    /// In the order of their names.
    package var segments: [Segment]
    /// False where the host's own view could not be had: problems and times are missing then.
    package var isFromHost: Bool

    package init(segments: [Segment], isFromHost: Bool) {
        schema = ControlSchema.version
        self.segments = segments
        self.isFromHost = isFromHost
    }

    package struct Segment: Codable, Sendable, Hashable {
        /// The grant's name.
        package var segment: String
        /// `acquire`, `lookup`, `mark`, `download`, `detect`, `ready` or `withdrawn`.
        package var step: String
        /// Tickets stored, those outside the grant included.
        package var received: Int64
        /// What the server says there are.
        @Nullable package var expected: Int64?
        /// Tickets that the grant covers.
        package var covered: Int64
        /// Entries of the server that could not be read.
        package var skipped: Int64
        /// Facts that the server took.
        package var sent: Int64
        /// Facts that it had already.
        package var alreadyKnown: Int64
        /// Facts that it refused and nobody settled.
        package var quarantined: Int64
        /// Refused facts that an operator settled by other means.
        package var dismissed: Int64
        /// Facts that wait.
        package var left: Int64
        /// `manual`, `continuous` or `courier`.
        package var upload: String
        /// The events that the grant covers, in the order of their names.
        package var events: [Event]
        package var isDownloading: Bool
        package var isUploading: Bool
        @Nullable package var lastDownload: Timestamp?
        @Nullable package var lastUpload: Timestamp?
        /// What is wrong and what to do, as the host met it last.
        @Nullable package var problem: String?

        package init(
            segment: String, step: String, received: Int64, expected: Int64?, covered: Int64,
            skipped: Int64, sent: Int64, alreadyKnown: Int64, quarantined: Int64,
            dismissed: Int64, left: Int64, upload: String, events: [Event] = []
        ) {
            self.segment = segment
            self.step = step
            self.received = received
            self.expected = expected
            self.covered = covered
            self.skipped = skipped
            self.sent = sent
            self.alreadyKnown = alreadyKnown
            self.quarantined = quarantined
            self.dismissed = dismissed
            self.left = left
            self.upload = upload
            self.events = events
            isDownloading = false
            isUploading = false
        }
    }
}

extension SyncReport.Segment {
    package struct Event: Codable, Sendable, Hashable {
        package var event: String
        /// As of the segment.
        package var step: String
        package var tickets: Int64
        /// When what is here was read from the server, by the clock of whoever read it.
        package var asOf: Timestamp

        package init(event: String, step: String, tickets: Int64, asOf: Timestamp) {
            self.event = event
            self.step = step
            self.tickets = tickets
            self.asOf = asOf
        }
    }
}

/// The answer of `bundle.apply`.
package struct BundleItemAnswer: Codable, Sendable, Hashable {
    /// The schema's number.
    package let schema: Int
    /// False where the mesh has something newer, which stays.
    package var isTaken: Bool

    package init(isTaken: Bool) {
        schema = ControlSchema.version
        self.isTaken = isTaken
    }
}

/// The answer of `sync.quarantine`: each refused fact with the server's words.
package struct QuarantineReport: Codable, Sendable, Hashable {
    /// The schema's number.
    package let schema: Int
    package var facts: [Fact]

    package init(facts: [Fact]) {
        schema = ControlSchema.version
        self.facts = facts
    }

    package struct Fact: Codable, Sendable, Hashable {
        /// `chain/seq/index` of the decision.
        package var record: String
        package var segment: String
        /// `redeemed`, `rejected` or `annulled`.
        package var kind: String
        package var requestId: String
        package var ticket: String
        package var kiosk: String
        package var at: Timestamp
        /// The server's own.
        package var words: String

        package init(
            record: String, segment: String, kind: String, requestId: String, ticket: String,
            kiosk: String, at: Timestamp, words: String
        ) {
            self.record = record
            self.segment = segment
            self.kind = kind
            self.requestId = requestId
            self.ticket = ticket
            self.kiosk = kiosk
            self.at = at
            self.words = words
        }
    }
}

/// The answer of a command that has nothing to tell but that it was done.
package struct DoneReport: Codable, Sendable, Hashable {
    /// The schema's number.
    package let schema: Int
    package var done: Bool

    package init() {
        schema = ControlSchema.version
        done = true
    }
}

/// The answer of `record.show`: what a record decided.
package struct RecordReport: Codable, Sendable, Hashable {
    /// The schema's number.
    package let schema: Int
    /// 32 hexadecimal digits; empty where the record is no decision.
    package var request: String

    package init(request: String) {
        schema = ControlSchema.version
        self.request = request
    }
}
