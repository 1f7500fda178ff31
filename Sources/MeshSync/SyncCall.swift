package import MeshModel

/// What a shell does next for one segment, one thing at a time.
package enum SyncCall: Sendable, Equatable {
    /// Make a connection as the present grant names it.
    case connect
    /// Ask what the server has.
    case describe
    /// Ask for a page of an event's tickets; an empty cursor begins anew.
    case page(EventDefinition, cursor: String)
    /// Mark tickets of an event, which are here, as the present grant covers them: those from
    /// `place` in the order of their ids.
    case mark(EventDefinition, from: Int)
    /// Hand these facts over, those of one ticket in this order.
    case send([RequestID])
    /// Have the host record it.
    case record(RequestBody)
}

/// What came of a call.
package enum SyncResult: Sendable, Equatable {
    /// - Parameters:
    ///   - sealedToken: what signing in gave and must be kept; empty where it gave nothing.
    ///   - batch: how many facts the server takes at once.
    case connected(sealedToken: [UInt8], batch: Int)
    /// Every event that the server has, not only those of the grant.
    case described([EventDefinition])
    case page(SyncPage)
    /// - Parameters:
    ///   - changed: tickets whose mark is another now.
    ///   - next: where to go on; nil at the end.
    case marked(changed: [Ticket], next: Int?)
    /// What became of facts; those without a receipt wait on.
    case sent([Receipt], SyncProblem?)
    case recorded
    /// The host has another version of the grant, or no host decides.
    case notRecorded
    /// The server could not be asked, or the host will never record it.
    case failed(SyncProblem)
}

/// A page as the server gave it, in the mesh's words.
package struct SyncPage: Sendable, Equatable {
    package var tickets: [Ticket]
    package var cursor: String
    package var isComplete: Bool
    /// How many tickets the server counts; nil where it does not say.
    package var expected: UInt64?
    /// Entries that could not be read.
    package var skipped: UInt64

    package init(
        tickets: [Ticket], cursor: String, isComplete: Bool, expected: UInt64?, skipped: UInt64 = 0
    ) {
        self.tickets = tickets
        self.cursor = cursor
        self.isComplete = isComplete
        self.expected = expected
        self.skipped = skipped
    }
}

/// Why it does not go on, in words for people.
package struct SyncProblem: Error, Hashable, Sendable {
    package var message: String
    /// What to do about it.
    package var hint: String
    /// Whether it may pass by itself.
    package var isTransient: Bool
    /// How long the server asks to be left alone.
    package var retryAfter: Span64?

    package init(
        _ message: String, hint: String, isTransient: Bool = true, retryAfter: Span64? = nil
    ) {
        self.message = message
        self.hint = hint
        self.isTransient = isTransient
        self.retryAfter = retryAfter
    }
}
