package import MeshLedger
package import MeshModel

/// Moves the data of one segment between the mesh and its ticket server: what comes next, from
/// what the log says and from what the last call brought. A host has one for each segment; what
/// is in it may be lost with the host, since all that matters is recorded.
package struct SegmentSync: Sendable {
    /// Tickets in one record: a block stays far below a frame, and a page is never a long commit.
    package static let recordTickets = 500
    /// Receipts in one record.
    package static let recordReceipts = 500
    /// Facts whose receipts are recorded together: what a host that dies has sent in vain.
    package static let roundFacts = 64
    /// How often a segment that is complete is asked for what changed.
    static let deltaInterval = Span64.seconds(10)
    /// How often events, lists and rules are read anew.
    static let describeInterval = Span64.seconds(120)
    /// Wait after something was not recorded.
    static let pause = Span64.milliseconds(250)
    /// Waits after trouble: doubled from the first to the last.
    static let firstRetry = Span64.seconds(1)
    static let lastRetry = Span64.seconds(60)
    /// Longest wait that a server may ask for.
    static let longestRetry = Span64.seconds(600)

    /// Empty in the product; the simulator plants bugs with it.
    let dropped: DroppedRules

    enum Stage: Equatable {
        case idle, marking, connecting, sending, starting, describing
        case checking([EventDefinition])
        case paging
        case detecting(SegmentProgress)
        case completing, finishing
    }

    var stage = Stage.idle
    /// Records to be made before anything else, in this order.
    var outbox: [RequestBody] = []
    /// Told once the outbox is empty.
    var doom: SyncProblem?
    /// The version of the grant under which a round was last begun.
    private var tried: WallTime?
    /// The version of the grant under which a call was given out whose result is awaited.
    private var called: WallTime?

    /// The version of the grant that the connection was made for.
    private var connected: WallTime?
    private var batch = 1
    private var failures: UInt64 = 0
    private var notBefore = Tick(nanoseconds: 0)
    var nextDelta = Tick(nanoseconds: 0)
    var nextDescription = Tick(nanoseconds: 0)
    /// Whether this round's download was ordered.
    var isOrdered = false
    /// Where marking anew is, and in which event.
    var markPlace = 0
    var markEvent = ""
    /// Whether that event was ready under the grant before.
    var markedWasReady = false
    /// The event that is being read, and how far; nil between two.
    var reading: SegmentProgress?
    /// Events that this round has read.
    var visited: [String] = []
    /// For each event the cursor with which a round ended, since this host began.
    var atRest: [String: String] = [:]

    /// What keeps it from going on.
    package private(set) var problem: SyncProblem?
    package private(set) var wantsUpload = false
    package internal(set) var wantsDownload = false
    package private(set) var isUploading = false
    package internal(set) var isDownloading = false
    package private(set) var lastUpload: WallTime?
    package internal(set) var lastDownload: WallTime?

    package init(dropping dropped: DroppedRules = []) { self.dropped = dropped }

    // MARK: orders

    /// What an operator ordered; it is tried at once.
    package mutating func order(download: Bool, upload: Bool) {
        wantsDownload = wantsDownload || download
        wantsUpload = wantsUpload || upload
        notBefore = Tick(nanoseconds: 0)
        guard download else { return }
        nextDelta = notBefore
        nextDescription = notBefore
    }

    // MARK: what comes next

    /// The next call, or nil where nothing is to be done now. A call that was given out is
    /// answered through `take` before this is asked again.
    package mutating func next(_ segment: Segments.Segment, at now: Now) -> SyncCall? {
        precondition(called == nil, "the last call has no result yet")
        while true {
            if let record = outbox.first { return call(.record(record), segment) }
            // A round is one grant's: another begins with marking what is here.
            if stage != .idle, tried != segment.grant.grant.version { end() }
            if let doom {
                stop(doom, at: now)
                return nil
            }
            switch advance(segment, at: now) {
            case .call(let call): return self.call(call, segment)
            case .again: continue
            case .rest: return nil
            }
        }
    }

    /// What came of the last call.
    package mutating func take(
        _ result: SyncResult, _ segment: Segments.Segment, at now: Now
    ) {
        let isAsCalled = called == segment.grant.grant.version
        called = nil
        switch result {
        case .notRecorded: pause(at: now)
        case .recorded: if !outbox.isEmpty { outbox.removeFirst() }
        case .sent(let receipts, let problem):
            var rest = receipts[...]
            while !rest.isEmpty {
                outbox.append(.receipts(Array(rest.prefix(Self.recordReceipts))))
                rest = rest.dropFirst(Self.recordReceipts)
            }
            doom = problem
            if problem == nil {
                answered()
                lastUpload = now.wall
            }
            if receipts.isEmpty && problem == nil { pause(at: now) }
        // The grant changed meanwhile: what was asked under the version before counts for nothing.
        case _ where !isAsCalled: end()
        case .failed(let problem): stop(problem, at: now)
        case .connected(let token, let batch):
            connected = segment.grant.grant.version
            self.batch = max(1, batch)
            if !token.isEmpty { outbox = [keep(token, of: segment, at: now)] }
            stage = .sending
        case .described(let events):
            answered()
            take(events, segment, at: now)
        case .page(let page):
            answered()
            take(page, segment, at: now)
        case .marked(let changed, let next): take(changed, next: next, segment, at: now)
        }
    }

    enum Move {
        case call(SyncCall)
        /// Something was decided without a call.
        case again
        case rest
    }

    private mutating func call(_ call: SyncCall, _ segment: Segments.Segment) -> SyncCall {
        called = segment.grant.grant.version
        return call
    }

    private mutating func advance(_ segment: Segments.Segment, at now: Now) -> Move {
        switch stage {
        case .idle: return begin(segment, at: now)
        case .connecting:
            guard connected != segment.grant.grant.version else {
                stage = .sending
                return .again
            }
            return .call(.connect)
        case .sending: return send(segment)
        case .starting: return startDownload(segment, at: now)
        case .marking: return mark(segment, at: now)
        case .describing: return describe(segment, at: now)
        case .checking(let events): return check(events, segment, at: now)
        case .paging: return page(segment, at: now)
        case .detecting(let progress): return detect(progress, segment, at: now)
        case .completing: return complete(segment, at: now)
        case .finishing:
            nextDelta = now.tick + Self.deltaInterval
            lastDownload = now.wall
            finish()
            return .rest
        }
    }

    private mutating func begin(_ segment: Segments.Segment, at now: Now) -> Move {
        guard isDue(segment, at: now) else { return .rest }
        if tried != segment.grant.grant.version {
            // Another grant names another server perhaps: what was wrong is wrong no more.
            tried = segment.grant.grant.version
            answered()
        }
        stage = .marking
        return .again
    }

    /// Whether something is to be done now.
    package func isDue(_ segment: Segments.Segment, at now: Now) -> Bool {
        let grant = segment.grant.grant
        if canMark(segment) { return true }
        guard grant.upload != .courier, notBefore <= now.tick || tried != grant.version else {
            return false
        }
        if wantsUpload || (grant.upload == .continuous && segment.uploads.pendingCount > 0) {
            return true
        }
        guard !grant.isWithdrawn else { return false }
        return wantsDownload || !segment.isReady || nextDelta <= now.tick
    }

    // MARK: facts

    /// Every fact that waits, oldest first, where an operator or the grant wants it. What the
    /// server does not have yet goes first: a download may take long.
    private mutating func send(_ segment: Segments.Segment) -> Move {
        let isWanted = wantsUpload || segment.grant.grant.upload == .continuous
        let facts = isWanted ? segment.uploads.next(max(Self.roundFacts, batch)) : []
        guard facts.isEmpty else {
            isUploading = true
            return .call(.send(facts))
        }
        isUploading = false
        if isWanted { wantsUpload = false }
        stage = .starting
        return .again
    }

    private func keep(
        _ sealedToken: [UInt8], of segment: Segments.Segment, at now: Now
    ) -> RequestBody {
        let grant = segment.grant.grant
        var progress = SegmentProgress(
            segment: grant.name, event: "", grant: grant.version, step: .acquire, at: now.wall)
        if let known = segment.progress, known.grant == grant.version { progress = known }
        return .segmentPage(SegmentPage(progress: progress, sealedToken: sealedToken))
    }

    // MARK: the end of a round

    /// All was done.
    mutating func finish() {
        isOrdered = false
        end()
    }

    /// The server answers.
    private mutating func answered() {
        problem = nil
        failures = 0
    }

    private mutating func stop(_ problem: SyncProblem, at now: Now) {
        self.problem = problem
        var wait = Self.firstRetry
        for _ in 0..<min(failures, 6) { wait = min(wait * 2, Self.lastRetry) }
        failures += 1
        if !problem.isTransient { wait = Self.lastRetry }
        if let asked = problem.retryAfter { wait = max(wait, min(asked, Self.longestRetry)) }
        notBefore = now.tick + wait
        end()
    }

    /// Looks again soon.
    private mutating func pause(at now: Now) {
        notBefore = now.tick + Self.pause
        end()
    }

    private mutating func end() {
        // What was ordered and not done is done the next time.
        if isOrdered { wantsDownload = true }
        isOrdered = false
        isDownloading = false
        isUploading = false
        stage = .idle
        outbox = []
        doom = nil
        markPlace = 0
        markEvent = ""
        reading = nil
        visited = []
    }
}
