import MeshLedger
package import MeshModel

extension SegmentSync {
    // MARK: what is here already

    /// Whether all of it was open under the grant before.
    private func wasReady(_ segment: Segments.Segment) -> Bool {
        segment.progress?.step == .ready && segment.progress?.grant != segment.grant.grant.version
    }

    /// Whether tickets that are here are marked as a former grant covered them, or the segment can
    /// be opened with what is here. That needs no server, so that a changed grant counts at once
    /// where there is no connection.
    func canMark(_ segment: Segments.Segment) -> Bool {
        guard !wasReady(segment) else {
            return isWhole(segment) || segment.coveredParts.contains { mustMark($0, segment) }
        }
        // What a courier brings is marked already.
        return segment.grant.grant.upload != .courier
            && segment.coveredParts.contains { mustMark($0, segment) }
    }

    /// Whether every event that the grant names was here before.
    private func isWhole(_ segment: Segments.Segment) -> Bool {
        segment.grant.grant.scope.events?.allSatisfy { segment.part($0) != nil } ?? true
    }

    /// One that a host left half-way is marked from the beginning.
    private func mustMark(_ part: Segments.Part, _ segment: Segments.Segment) -> Bool {
        let wasReady = wasReady(segment)
        let isHalf =
            part.progress.step == .mark && !dropped.contains(.markFromTheBeginning)
        let isOld =
            part.progress.grant != segment.grant.grant.version
            && (wasReady || !dropped.contains(.markWhatWasRead))
        return part.definition != nil && (isHalf || isOld) && (part.stored > 0 || wasReady)
    }

    mutating func mark(_ segment: Segments.Segment, at now: Now) -> Move {
        guard canMark(segment) else {
            guard segment.grant.grant.upload != .courier else {
                finish()
                return .rest
            }
            stage = .connecting
            return .again
        }
        if let part = segment.coveredParts.first(where: { mustMark($0, segment) }),
            let definition = part.definition
        {
            if markEvent != definition.slug {
                markEvent = definition.slug
                markPlace = 0
                markedWasReady = part.progress.step == .ready
            }
            return .call(.mark(definition, from: markPlace))
        }
        outbox = [step(.ready, of: segment, at: now)]
        return .again
    }

    mutating func take(
        _ changed: [Ticket], next: Int?, _ segment: Segments.Segment, at now: Now
    ) {
        // What a former host did may have become known meanwhile: that event is done.
        guard let part = segment.part(markEvent), mustMark(part, segment) else { return }
        var progress = part.progress
        progress.grant = segment.grant.grant.version
        if !changed.isEmpty {
            progress.step = .mark
            outbox.append(.segmentPage(SegmentPage(progress: progress, tickets: changed)))
        }
        markPlace = next ?? 0
        guard next == nil else { return }
        markEvent = ""
        // A download goes on where it stood; so does one of which that is not known any more.
        progress.step = wasReady(segment) || markedWasReady ? .ready : .download
        progress.at = now.wall
        outbox.append(.segmentPage(SegmentPage(progress: progress)))
    }

    // MARK: what the server has

    mutating func startDownload(_ segment: Segments.Segment, at now: Now) -> Move {
        guard !segment.grant.grant.isWithdrawn,
            wantsDownload || !segment.isReady || nextDelta <= now.tick
        else {
            finish()
            return .rest
        }
        // An order that comes meanwhile is for another round.
        isOrdered = wantsDownload
        wantsDownload = false
        isDownloading = true
        stage = .describing
        return .again
    }

    /// Steps acquire, look-up and mark: what the server has, and which of it the grant names.
    mutating func describe(_ segment: Segments.Segment, at now: Now) -> Move {
        guard !segment.isReady || nextDescription <= now.tick else {
            stage = .paging
            return .again
        }
        guard segment.progress?.grant == segment.grant.grant.version else {
            outbox = [step(.acquire, of: segment, at: now)]
            return .again
        }
        return .call(.describe)
    }

    mutating func take(_ events: [EventDefinition], _ segment: Segments.Segment, at now: Now) {
        if segment.progress?.step == .acquire { outbox = [step(.lookup, of: segment, at: now)] }
        stage = .checking(events)
    }

    mutating func check(
        _ events: [EventDefinition], _ segment: Segments.Segment, at now: Now
    ) -> Move {
        let grant = segment.grant.grant
        if let missing = Self.missing(grant, in: events) {
            doom = missing
            return .again
        }
        if segment.progress?.step == .lookup { outbox = [step(.mark, of: segment, at: now)] }
        for definition in events where grant.scope.covers(event: definition.slug) {
            let part = segment.part(definition.slug)
            var progress =
                part?.progress
                ?? SegmentProgress(
                    segment: grant.name, event: definition.slug, grant: grant.version,
                    step: .download, at: now.wall)
            // What is here was marked before the server was asked.
            guard part?.definition != definition || progress.grant != grant.version else {
                continue
            }
            if progress.grant != grant.version {
                progress.grant = grant.version
                progress.step = .download
                progress.at = now.wall
            }
            outbox.append(
                .segmentPage(SegmentPage(progress: progress, definition: definition)))
        }
        nextDescription = now.tick + Self.describeInterval
        stage = .paging
        return .again
    }

    /// Whatever the grant names must be there: a slip of the pen is found now, not at the door.
    package static func missing(_ grant: Grant, in events: [EventDefinition]) -> SyncProblem? {
        func problem(_ what: String) -> SyncProblem {
            SyncProblem(
                "Grant \(grant.name) names \(what), which the server does not have.",
                hint: "Correct the grant's file and add it again.", isTransient: false)
        }
        let covered = events.filter { grant.scope.covers(event: $0.slug) }
        for slug in grant.scope.events ?? [] where !covered.contains(where: { $0.slug == slug }) {
            return problem("event \(slug)")
        }
        guard !covered.isEmpty else { return problem("an event") }
        let lists = covered.flatMap(\.lists)
        for list in grant.scope.lists ?? [] where !lists.contains(where: { $0.id == list }) {
            return problem("list \(list)")
        }
        let products = covered.flatMap(\.products)
        for product in grant.scope.products ?? []
        where !products.contains(where: { $0.name == product || String($0.id) == product }) {
            return problem("product \(product)")
        }
        return nil
    }

    // MARK: pages

    /// Pages of one event after the other, until everything there was has been recorded.
    mutating func page(_ segment: Segments.Segment, at now: Now) -> Move {
        if let reading, let definition = segment.part(reading.event)?.definition {
            return .call(.page(definition, cursor: reading.cursor))
        }
        let part = segment.coveredParts.first { !visited.contains($0.progress.event) }
        guard let part else {
            stage = .completing
            return .again
        }
        visited.append(part.progress.event)
        guard part.definition != nil else { return .again }
        reading = part.progress
        reading?.grant = segment.grant.grant.version
        return .again
    }

    mutating func take(_ page: SyncPage, _ segment: Segments.Segment, at now: Now) {
        guard var progress = reading else { return }
        guard page.isComplete || page.cursor != progress.cursor else {
            doom = SyncProblem("The server sent the same page twice.", hint: "It is asked again.")
            return
        }
        let event = progress.event
        let isDelta = progress.step == .ready
        let known = segment.part(event)?.progress.cursor
        let isAtRest =
            dropped.contains(.recordTheEndOfARound) || (known != nil && known == atRest[event])
        var rest = page.tickets[...]
        repeat {
            let chunk = Array(rest.prefix(Self.recordTickets))
            rest = rest.dropFirst(chunk.count)
            progress.received += UInt64(chunk.count)
            progress.expected = page.expected ?? progress.expected
            progress.at = now.wall
            if rest.isEmpty {
                progress.skipped += page.skipped
                progress.cursor = page.cursor
                // A mark that only moved on is not worth a record: asking again costs nothing.
                // But a cursor recorded within a round would have every later round end there.
                if isDelta, page.tickets.isEmpty, !page.isComplete || isAtRest { break }
                if !isDelta && page.isComplete { progress.step = .detect }
                if page.isComplete { atRest[event] = progress.cursor }
            }
            outbox.append(.segmentPage(SegmentPage(progress: progress, tickets: chunk)))
        } while !rest.isEmpty
        reading = page.isComplete ? nil : progress
        if progress.step == .detect { stage = .detecting(progress) }
    }

    /// The patent's detection: redemption opens only when all that the server counts is stored.
    mutating func detect(
        _ found: SegmentProgress, _ segment: Segments.Segment, at now: Now
    ) -> Move {
        var progress = found
        let stored = segment.part(found.event)?.stored ?? 0
        let (there, overflow) = stored.addingReportingOverflow(found.skipped)
        let expected = found.expected ?? 0
        if !overflow, there < expected, !dropped.contains(.countBeforeOpening) {
            // Read from the beginning: tickets may have moved between pages.
            Self.beginAnew(&progress, at: now)
            doom = SyncProblem(
                "The server counts \(expected) tickets of \(progress.event), and sent \(stored).",
                hint: "It is read again from the beginning.")
        } else {
            progress.step = .ready
            progress.at = now.wall
        }
        outbox = [.segmentPage(SegmentPage(progress: progress))]
        stage = .paging
        return .again
    }

    mutating func complete(_ segment: Segments.Segment, at now: Now) -> Move {
        if !segment.isReady, segment.coveredParts.allSatisfy({ segment.isReady($0) }) {
            outbox = [step(.ready, of: segment, at: now)]
        }
        stage = .finishing
        return .again
    }

    private static func beginAnew(_ progress: inout SegmentProgress, at now: Now) {
        progress.step = .download
        progress.cursor = ""
        progress.received = 0
        progress.skipped = 0
        progress.at = now.wall
    }

    private func step(
        _ step: SegmentStep, of segment: Segments.Segment, at now: Now
    ) -> RequestBody {
        let grant = segment.grant.grant
        return .segmentPage(
            SegmentPage(
                progress: SegmentProgress(
                    segment: grant.name, event: "", grant: grant.version, step: step,
                    at: now.wall)))
    }
}
