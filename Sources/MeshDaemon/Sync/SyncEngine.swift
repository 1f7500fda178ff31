import Logging
import MeshControl
import MeshLedger
import MeshModel
import MeshNode
import MeshSync
import MeshWire
import TicketServers

/// Carries out what `SegmentSync` decides: on the host only, and never in the way of redemption.
/// Each segment goes its own way, so that none waits for another's server.
actor SyncEngine {
    /// How often the engine looks whether there is something to do.
    static let pace = Duration.milliseconds(250)
    /// Entries that could not be read are named in the log, at most so many of a page.
    static let toldSkips = 5

    /// What the engine knows of one segment while this process is host.
    private struct Work {
        var sync = SegmentSync()
        var server: (any TicketServer)?
        /// The tickets of the event that is being marked anew, in the order of their ids.
        var marking: [TicketID] = []
        /// Said once, not at every try.
        var toldProblem: String?
        var isRunning = false
        /// The call that is under way, the grant's version for which it was made, and since when;
        /// nil where that waits for no server.
        var call: Task<SyncResult, Never>?
        var calledVersion: WallTime = 0
        var serverCalledAt: ContinuousClock.Instant?
    }

    private let port: SyncPort
    private let sealing: TicketSealing
    private let mesh: MeshID
    private let logger: Logger
    private var work: [String: Work] = [:]

    init(mailbox: Mailbox, sealing: TicketSealing, mesh: MeshID, logger: Logger) {
        port = SyncPort(mailbox: mailbox)
        self.sealing = sealing
        self.mesh = mesh
        self.logger = logger
    }

    /// Runs until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                for name in await dueNames() {
                    group.addTask { await self.round(name) }
                }
                try? await Task.sleep(for: Self.pace)
            }
        }
        await forget()
    }

    /// What an operator ordered.
    func order(_ segment: String, download: Bool, upload: Bool) {
        work[segment, default: Work()].sync.order(download: download, upload: upload)
    }

    /// What only the host knows of its work, for `sync status`.
    func report(_ segments: [Segments.Segment]) -> [SyncReport.Segment] {
        segments.map { segment in
            let known = work[segment.grant.grant.name] ?? Work()
            return SyncReport.Segment(
                segment, known.sync, waiting: known.serverCalledAt.map { $0.duration(to: .now) })
        }
    }

    /// Segments with which something is to be done, and which nobody is at.
    private func dueNames() async -> [String] {
        guard let segments = await port.segments() else {
            await forget()
            return []
        }
        var names: [String] = []
        for segment in segments {
            let name = segment.grant.grant.name
            let known = work[name] ?? Work()
            // A server that hangs does not keep a changed grant waiting.
            if known.isRunning, known.calledVersion != segment.grant.grant.version {
                known.call?.cancel()
            }
            guard !known.isRunning, known.sync.isDue(segment, at: .present) else { continue }
            work[name, default: Work()].isRunning = true
            names.append(name)
        }
        return names
    }

    /// A host that is deposed keeps no connection and no order.
    private func forget() async {
        for (name, known) in work where !known.isRunning { await forget(name) }
    }

    private func forget(_ name: String) async {
        await work.removeValue(forKey: name)?.server?.close()
    }

    /// One call after the other, until there is nothing to do for now.
    private func round(_ name: String) async {
        while let (call, grant, token) = await nextCall(name) {
            let task = Task { await perform(call, grant, sealedToken: token) }
            work[name]?.call = task
            work[name]?.calledVersion = grant.version
            if call.asksServer { work[name]?.serverCalledAt = .now }
            let result = await withTaskCancellationHandler {
                await task.value
            } onCancel: {
                task.cancel()
            }
            work[name]?.call = nil
            work[name]?.serverCalledAt = nil
            guard let segment = await port.segment(name) else { return await forget(name) }
            work[name]?.sync.take(result, segment, at: .present)
        }
        work[name]?.isRunning = false
        tell(name)
    }

    private func nextCall(
        _ name: String
    ) async -> (SyncCall, Grant, sealedToken: [UInt8])? {
        guard !Task.isCancelled, let segment = await port.segment(name),
            let call = work[name]?.sync.next(segment, at: .present)
        else { return nil }
        return (call, segment.grant.grant, segment.sealedToken)
    }

    private func tell(_ name: String) {
        let problem = work[name]?.sync.problem
        let told = work[name]?.toldProblem
        guard problem?.message != told else { return }
        work[name]?.toldProblem = problem?.message
        if let problem {
            logger.warning("segment \(name): \(problem.message) \(problem.hint)")
        } else {
            logger.notice("segment \(name): all is well again")
        }
    }

    // MARK: calls

    private func perform(
        _ call: SyncCall, _ grant: Grant, sealedToken: [UInt8]
    ) async -> SyncResult {
        do throws(ServerError) {
            switch call {
            case .connect: return try await connect(grant, sealedToken)
            case .record(let body): return await record(body)
            case .describe:
                let description = try await server(grant).describe()
                return .described(description.events.map { EventDefinition($0) })
            case .page(let definition, let cursor):
                return try await page(definition, cursor, grant)
            case .mark(let definition, let place):
                return try await mark(definition, from: place, grant)
            case .send(let ids):
                let facts = await port.facts(ids, of: grant.name, sealing: sealing)
                let (receipts, problem) = await FactSender.send(facts, to: try server(grant))
                return .sent(receipts, problem.map { SyncProblem($0) })
            }
        } catch {
            return .failed(SyncProblem(error))
        }
    }

    private func record(_ body: RequestBody) async -> SyncResult {
        let result = await port.record(body)
        if result == .recorded, case .segmentPage(let page) = body,
            page.progress.step == .ready, !page.progress.event.isEmpty, page.tickets.isEmpty
        {
            logger.notice(
                "segment \(page.progress.segment): event \(page.progress.event) is complete")
        }
        return result
    }

    private func server(_ grant: Grant) throws(ServerError) -> any TicketServer {
        if let server = work[grant.name]?.server { return server }
        throw ServerError(
            .unreachable, "The connection was given up.", hint: "It is made again.")
    }

    private func connect(
        _ grant: Grant, _ sealedToken: [UInt8]
    ) async throws(ServerError) -> SyncResult {
        await work[grant.name]?.server?.close()
        work[grant.name]?.server = nil
        let maker = ServerMaker(sealing: sealing, mesh: mesh, logger: logger)
        let known = sealing.open(sealedToken, for: .token).map {
            String(decoding: $0, as: UTF8.self)
        }
        let (server, token) = try await maker.make(
            grant, try GrantSecrets(of: grant, sealing), knownToken: known)
        work[grant.name, default: Work()].server = server
        return .connected(
            sealedToken: token.map { sealing.seal(Array($0.utf8), for: .token) } ?? [],
            batch: server.batchFacts)
    }

    private func mapping(
        _ definition: EventDefinition, _ grant: Grant
    ) throws(ServerError) -> TicketMapping {
        TicketMapping(
            sealing: sealing, grant: grant, secrets: try GrantSecrets(of: grant, sealing),
            definition: definition)
    }

    private func page(
        _ definition: EventDefinition, _ cursor: String, _ grant: Grant
    ) async throws(ServerError) -> SyncResult {
        let mapping = try mapping(definition, grant)
        let page = try await server(grant).page(
            of: definition.slug, from: cursor.isEmpty ? nil : cursor)
        for skip in page.skipped.prefix(Self.toldSkips) {
            logger.warning("segment \(grant.name): left out \(skip)")
        }
        return .page(SyncPage(page, mapping))
    }

    private func mark(
        _ definition: EventDefinition, from place: Int, _ grant: Grant
    ) async throws(ServerError) -> SyncResult {
        let mapping = try mapping(definition, grant)
        if place == 0 {
            work[grant.name]?.marking = await port.ticketIDs(
                of: grant.name, event: definition.slug)
        }
        let ids = work[grant.name]?.marking.dropFirst(place) ?? []
        let tickets = await port.tickets(Array(ids.prefix(SegmentSync.recordTickets)))
        var changed: [Ticket] = []
        for known in tickets where known.status != .revoked {
            guard let details = sealing.open(known.sealedDetails) else { continue }
            var ticket = known
            mapping.mark(&ticket, details)
            if ticket != known { changed.append(ticket) }
        }
        let isLast = ids.count <= SegmentSync.recordTickets
        if isLast { work[grant.name]?.marking = [] }
        return .marked(changed: changed, next: isLast ? nil : place + SegmentSync.recordTickets)
    }
}

extension SyncCall {
    fileprivate var asksServer: Bool {
        switch self {
        case .connect, .describe, .page, .send: true
        case .mark, .record: false
        }
    }
}

extension SyncProblem {
    init(_ error: ServerError) {
        self.init(
            error.message, hint: error.hint, isTransient: error.isTransient,
            retryAfter: error.retryAfterSeconds.map { .seconds(UInt64(max(0, $0))) })
    }
}

extension SyncPage {
    init(_ page: CatalogPage, _ mapping: TicketMapping) {
        self.init(
            tickets: mapping.tickets(page), cursor: page.cursor, isComplete: page.isComplete,
            expected: page.expected.map { UInt64(max(0, $0)) }, skipped: UInt64(page.skipped.count))
    }
}

extension GrantSecrets {
    init(of grant: Grant, _ sealing: TicketSealing) throws(ServerError) {
        guard let bytes = sealing.open(grant.sealed, for: .grant),
            let secrets = try? GrantSecrets(bytes: bytes)
        else {
            throw ServerError(
                .unsupported, "The credentials in grant \(grant.name) cannot be read.",
                hint: "Add the grant again on a kiosk of this mesh.")
        }
        self = secrets
    }
}
