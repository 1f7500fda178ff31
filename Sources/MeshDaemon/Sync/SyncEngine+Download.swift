import Logging
import MeshLedger
import MeshModel
import MeshNode
import MeshWire
import TicketServers

extension SyncEngine {
    /// Tickets in one record: a block stays far below a frame, and a page is never a long commit.
    static let recordTickets = 500
    /// Entries that could not be read are named in the log, at most so many of a page.
    static let toldSkips = 5

    /// Brings the segment's data here, from wherever it stands.
    func download(
        _ known: Segments.Segment, _ server: any TicketServer
    ) async throws(SyncStop) {
        let name = known.grant.grant.name
        let isOrdered = work[name]?.wantsDownload == true
        guard isOrdered || !known.isReady || work[name, default: Work()].nextDelta <= .now else {
            return
        }
        // An order that comes meanwhile is for another round.
        work[name]?.wantsDownload = false
        work[name]?.isDownloading = true
        do throws(SyncStop) {
            try await downloadAll(of: known, server)
        } catch {
            if isOrdered { work[name]?.wantsDownload = true }
            throw error
        }
        work[name]?.isDownloading = false
        work[name]?.lastDownload = wallNow()
        work[name]?.nextDelta = .now + Self.deltaInterval
    }

    private func downloadAll(
        of known: Segments.Segment, _ server: any TicketServer
    ) async throws(SyncStop) {
        let name = known.grant.grant.name
        var segment = known
        // What is here stays open for redemption while the server is asked again.
        if try await remark(segment) { segment = try await current(name) }
        if !segment.isReady || work[name, default: Work()].nextDescription <= .now {
            try await describe(segment, server)
            work[name]?.nextDescription = .now + Self.describeInterval
            segment = try await current(name)
        }
        for part in segment.coveredParts { try await download(part, of: segment, server) }
        segment = try await current(name)
        if !segment.isReady, segment.coveredParts.allSatisfy({ segment.isReady($0) }) {
            try await advance(segment, to: .ready)
        }
    }

    private func current(_ name: String) async throws(SyncStop) -> Segments.Segment {
        let view = await port.view()
        guard view.isHost, let segment = view.segments.first(where: { $0.grant.grant.name == name })
        else { throw .notHost }
        return segment
    }

    private func advance(
        _ segment: Segments.Segment, to step: SegmentStep
    ) async throws(SyncStop) {
        let grant = segment.grant.grant
        let progress = SegmentProgress(
            segment: grant.name, event: "", grant: grant.version, step: step, at: wallNow())
        try await port.record(.segmentPage(SegmentPage(progress: progress)))
    }

    /// Steps acquire, look-up and mark: what the server has, and which of it the grant names.
    private func describe(
        _ segment: Segments.Segment, _ server: any TicketServer
    ) async throws(SyncStop) {
        let grant = segment.grant.grant
        let isNew = segment.progress?.grant != grant.version
        if isNew { try await advance(segment, to: .acquire) }
        let description: ServerDescription
        do throws(ServerError) { description = try await server.describe() } catch {
            throw .failed(error)
        }
        if isNew { try await advance(segment, to: .lookup) }
        do throws(ServerError) { try Self.check(grant, against: description) } catch {
            throw .failed(error)
        }
        if isNew { try await advance(segment, to: .mark) }
        for event in description.events where grant.scope.covers(event: event.slug) {
            let definition = EventDefinition(event)
            let part = segment.part(event.slug)
            var progress =
                part?.progress
                ?? SegmentProgress(
                    segment: grant.name, event: event.slug, grant: grant.version,
                    step: .download, at: wallNow())
            guard part == nil || part?.definition != definition || progress.grant != grant.version
            else { continue }
            if progress.grant != grant.version {
                progress.grant = grant.version
                progress.step = .download
                progress.at = wallNow()
            }
            try await port.record(
                .segmentPage(SegmentPage(progress: progress, definition: definition)))
        }
    }

    /// Whatever the grant names must be there: a slip of the pen is found now, not at the door.
    static func check(
        _ grant: Grant, against description: ServerDescription
    ) throws(ServerError) {
        func fail(_ what: String) -> ServerError {
            ServerError(
                .notFound, "Grant \(grant.name) names \(what), which the server does not have.",
                hint: "Correct the grant's file and add it again.")
        }
        let events = description.events.filter { grant.scope.covers(event: $0.slug) }
        for slug in grant.scope.events ?? [] where !events.contains(where: { $0.slug == slug }) {
            throw fail("event \(slug)")
        }
        guard !events.isEmpty else { throw fail("an event") }
        let lists = events.flatMap(\.lists)
        for list in grant.scope.lists ?? [] where !lists.contains(where: { $0.id == list }) {
            throw fail("list \(list)")
        }
        let products = events.flatMap(\.products)
        for product in grant.scope.products ?? []
        where !products.contains(where: { $0.name == product || String($0.id) == product }) {
            throw fail("product \(product)")
        }
    }

    /// Pages of one event, until everything there was has been recorded; then detection.
    private func download(
        _ part: Segments.Part, of segment: Segments.Segment, _ server: any TicketServer
    ) async throws(SyncStop) {
        let grant = segment.grant.grant
        guard let definition = part.definition else { return }
        let mapping = TicketMapping(
            sealing: sealing, grant: grant, secrets: try secrets(of: grant),
            definition: definition)
        var progress = part.progress
        progress.grant = grant.version
        while true {
            let page: CatalogPage
            do throws(ServerError) {
                page = try await server.page(
                    of: progress.event, from: progress.cursor.isEmpty ? nil : progress.cursor)
            } catch {
                throw .failed(error)
            }
            guard page.isComplete || page.cursor != progress.cursor else {
                throw .failed(
                    ServerError(
                        .badAnswer, "The server sent the same page twice.",
                        hint: "It is asked again."))
            }
            for skip in page.skipped.prefix(Self.toldSkips) {
                logger.warning("segment \(grant.name): left out \(skip)")
            }
            try await record(page, mapping, &progress)
            if page.isComplete { break }
        }
        try await detect(progress, grant.name)
    }

    private func record(
        _ page: CatalogPage, _ mapping: TicketMapping, _ progress: inout SegmentProgress
    ) async throws(SyncStop) {
        let tickets = mapping.tickets(page)
        let recorded = work[progress.segment]?.recorded[progress.event]
        var rest = tickets[...]
        let isDelta = progress.step == .ready
        repeat {
            let chunk = rest.prefix(Self.recordTickets)
            rest = rest.dropFirst(chunk.count)
            progress.received += UInt64(chunk.count)
            progress.expected = page.expected.map { UInt64(max(0, $0)) } ?? progress.expected
            progress.at = wallNow()
            if rest.isEmpty {
                progress.skipped += UInt64(page.skipped.count)
                progress.cursor = page.cursor
                // A mark that only moved on is not worth a record: asking again costs nothing.
                // But a cursor recorded within a round would have every later round end there.
                if isDelta, tickets.isEmpty, !page.isComplete || isAtRest(recorded, of: progress) {
                    return
                }
                if !isDelta && page.isComplete { progress.step = .detect }
            }
            try await port.record(
                .segmentPage(SegmentPage(progress: progress, tickets: Array(chunk))))
            work[progress.segment]?.recorded[progress.event] = progress.cursor
        } while !rest.isEmpty
        if page.isComplete { work[progress.segment]?.atRest[progress.event] = progress.cursor }
    }

    /// Whether the log's cursor asks for what changed, from the beginning of a round.
    private func isAtRest(_ recorded: String?, of progress: SegmentProgress) -> Bool {
        recorded != nil && recorded == work[progress.segment]?.atRest[progress.event]
    }

    /// The patent's detection: redemption opens only when all that the server counts is stored.
    private func detect(_ found: SegmentProgress, _ name: String) async throws(SyncStop) {
        guard found.step == .detect else { return }
        var progress = found
        let segment = try await current(name)
        guard let part = segment.part(progress.event) else { throw .changed }
        let missing =
            Int64(progress.expected ?? 0) - Int64(part.stored)
            - Int64(min(progress.skipped, UInt64(Int64.max)))
        if missing > 0 {
            // Read from the beginning: tickets may have moved between pages.
            progress.step = .download
            progress.cursor = ""
            progress.received = 0
            progress.skipped = 0
            try await port.record(.segmentPage(SegmentPage(progress: progress)))
            throw .failed(
                ServerError(
                    .badAnswer,
                    "The server counts \(progress.expected ?? 0) tickets of \(progress.event), and "
                        + "sent \(part.stored).",
                    hint: "It is read again from the beginning."))
        }
        progress.step = .ready
        progress.at = wallNow()
        try await port.record(.segmentPage(SegmentPage(progress: progress)))
        logger.notice(
            "segment \(name): event \(progress.event) is complete with \(part.stored) tickets")
    }

    /// After a change of the grant, marks anew what is here already, without the server. Returns
    /// true where it did.
    func remark(_ segment: Segments.Segment) async throws(SyncStop) -> Bool {
        let grant = segment.grant.grant
        guard let before = segment.progress, before.grant != grant.version,
            before.step == .ready
        else { return false }
        let secrets = try secrets(of: grant)
        for part in segment.coveredParts
        where part.progress.step == .ready && part.progress.grant != grant.version {
            guard let definition = part.definition else { continue }
            let mapping = TicketMapping(
                sealing: sealing, grant: grant, secrets: secrets, definition: definition)
            try await remark(part, mapping)
        }
        let isWhole = grant.scope.events?.allSatisfy { segment.part($0) != nil } ?? true
        if isWhole { try await advance(segment, to: .ready) }
        return true
    }

    private func remark(_ part: Segments.Part, _ mapping: TicketMapping) async throws(SyncStop) {
        var progress = part.progress
        var rest = await port.ticketIDs(of: mapping.grant.name, event: progress.event)[...]
        while !rest.isEmpty {
            let tickets = await port.tickets(Array(rest.prefix(Self.recordTickets)))
            rest = rest.dropFirst(Self.recordTickets)
            var changed: [Ticket] = []
            for known in tickets where known.status != .revoked {
                guard let details = sealing.open(known.sealedDetails) else { continue }
                var ticket = known
                mapping.mark(&ticket, details)
                if ticket != known { changed.append(ticket) }
            }
            guard !changed.isEmpty else { continue }
            progress.grant = mapping.grant.version
            progress.step = .mark
            try await port.record(
                .segmentPage(SegmentPage(progress: progress, tickets: changed)))
        }
        progress.grant = mapping.grant.version
        progress.step = .ready
        progress.at = wallNow()
        try await port.record(.segmentPage(SegmentPage(progress: progress)))
    }
}
