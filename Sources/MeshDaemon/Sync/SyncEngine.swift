import Logging
import MeshControl
import MeshLedger
import MeshModel
import MeshNode
import MeshWire
import TicketServers

/// Moves data between the mesh and its ticket servers: on the host only, and never in the way of
/// redemption. Everything that a new host must know is recorded; what is here may be lost.
actor SyncEngine {
    /// How often the engine looks whether there is something to do.
    static let pace = Duration.milliseconds(250)
    /// How often a segment that is complete is asked for what changed.
    static let deltaInterval = Duration.seconds(10)
    /// How often events, lists and rules are read anew.
    static let describeInterval = Duration.seconds(120)
    /// Waits after trouble: doubled from the first to the last.
    static let firstRetry = Duration.seconds(1)
    static let lastRetry = Duration.seconds(60)

    /// What the engine knows of one segment while this process lives.
    struct Work {
        var server: (any TicketServer)?
        /// The version of the grant that `server` was made for.
        var version: WallTime = 0
        var problem: ServerError?
        var failures = 0
        var notBefore = ContinuousClock.now
        var nextDelta = ContinuousClock.now
        var nextDescription = ContinuousClock.now
        var wantsDownload = false
        var wantsUpload = false
        var isDownloading = false
        var isUploading = false
        /// For each event the cursor that was recorded last, and the one with which a round ended.
        var recorded: [String: String] = [:]
        var atRest: [String: String] = [:]
        var lastDownload: WallTime?
        var lastUpload: WallTime?
        /// Said once, not at every try.
        var toldProblem: String?
    }

    let port: SyncPort
    let sealing: TicketSealing
    let mesh: MeshID
    let logger: Logger
    var work: [String: Work] = [:]

    init(mailbox: Mailbox, sealing: TicketSealing, mesh: MeshID, logger: Logger) {
        port = SyncPort(mailbox: mailbox)
        self.sealing = sealing
        self.mesh = mesh
        self.logger = logger
    }

    /// Runs until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            let view = await port.view()
            if view.isHost {
                await withTaskGroup(of: Void.self) { group in
                    for segment in view.segments where isDue(segment) {
                        group.addTask { await self.sync(segment) }
                    }
                }
            } else {
                await forget()
            }
            try? await Task.sleep(for: Self.pace)
        }
        await forget()
    }

    /// What an operator ordered.
    func order(_ segment: String, download: Bool, upload: Bool) {
        work[segment, default: Work()].wantsDownload =
            download || work[segment]?.wantsDownload == true
        work[segment, default: Work()].wantsUpload = upload || work[segment]?.wantsUpload == true
        work[segment]?.notBefore = .now
        if download {
            work[segment]?.nextDelta = .now
            work[segment]?.nextDescription = .now
        }
    }

    /// A host that is deposed keeps no connection and no order.
    private func forget() async {
        for name in work.keys.sorted() { await work[name]?.server?.close() }
        work.removeAll()
    }

    private func isDue(_ segment: Segments.Segment) -> Bool {
        let grant = segment.grant.grant
        let known = work[grant.name] ?? Work()
        guard known.notBefore <= .now else { return false }
        if grant.upload == .courier {
            // Only what a changed grant makes of tickets that are here.
            return segment.progress?.step == .ready && segment.progress?.grant != grant.version
        }
        let uploads =
            segment.uploads.pendingCount > 0
            && (known.wantsUpload || grant.upload == .continuous)
        if uploads || known.wantsUpload { return true }
        guard !grant.isWithdrawn else { return false }
        return known.wantsDownload || !segment.isReady || known.nextDelta <= .now
    }

    private func sync(_ segment: Segments.Segment) async {
        let name = segment.grant.grant.name
        do throws(SyncStop) {
            if segment.grant.grant.upload == .courier {
                _ = try await remark(segment)
                return settle(name, nil)
            }
            let server = try await server(for: segment)
            // What the server does not have yet goes first: a download may take long.
            try await upload(name, server)
            work[name]?.problem = nil
            if !segment.grant.grant.isWithdrawn { try await download(segment, server) }
            settle(name, nil)
        } catch {
            switch error {
            case .notHost, .changed: work[name]?.isDownloading = false
            case .failed(let problem): settle(name, problem)
            }
            work[name]?.isUploading = false
        }
    }

    private func settle(_ name: String, _ problem: ServerError?) {
        work[name, default: Work()].problem = problem
        work[name]?.isDownloading = false
        guard let problem else {
            if work[name]?.toldProblem != nil {
                logger.notice("segment \(name): all is well again")
            }
            work[name]?.failures = 0
            work[name]?.toldProblem = nil
            return
        }
        let failures = work[name]?.failures ?? 0
        work[name]?.failures = failures + 1
        var wait = Self.firstRetry
        for _ in 0..<min(failures, 6) { wait = min(wait * 2, Self.lastRetry) }
        if !problem.isTransient { wait = Self.lastRetry }
        if let asked = problem.retryAfterSeconds {
            wait = max(wait, min(.seconds(asked), Self.lastRetry * 10))
        }
        work[name]?.notBefore = .now + wait
        if work[name]?.toldProblem != problem.message {
            work[name]?.toldProblem = problem.message
            logger.warning("segment \(name): \(problem.message) \(problem.hint)")
        }
    }

    /// The connection to the segment's server, made anew where the grant changed.
    private func server(
        for segment: Segments.Segment
    ) async throws(SyncStop) -> any TicketServer {
        let grant = segment.grant.grant
        if let known = work[grant.name], known.version == grant.version, let server = known.server {
            return server
        }
        await work[grant.name]?.server?.close()
        let secrets = try secrets(of: grant)
        let maker = ServerMaker(sealing: sealing, mesh: mesh, logger: logger)
        do throws(ServerError) {
            let (server, token) = try await maker.make(
                grant, secrets, knownToken: token(of: segment))
            if let token {
                let sealed = sealing.seal(Array(token.utf8), for: .token)
                try await recordToken(sealed, grant)
            }
            work[grant.name, default: Work()].server = server
            work[grant.name]?.version = grant.version
            return server
        } catch {
            throw .failed(error)
        }
    }

    private func recordToken(_ sealed: [UInt8], _ grant: Grant) async throws(ServerError) {
        let progress = SegmentProgress(
            segment: grant.name, event: "", grant: grant.version, step: .acquire, at: wallNow())
        do throws(SyncStop) {
            try await port.record(
                .segmentPage(SegmentPage(progress: progress, sealedToken: sealed)))
        } catch {
            throw ServerError(
                .busy, "The server's token could not be recorded.",
                hint: "Make a new enrolment in the ticket server and add the grant again.")
        }
    }

    private func token(of segment: Segments.Segment) -> String? {
        sealing.open(segment.sealedToken, for: .token).map { String(decoding: $0, as: UTF8.self) }
    }

    func secrets(of grant: Grant) throws(SyncStop) -> GrantSecrets {
        do throws(ServerError) { return try GrantSecrets(of: grant, sealing) } catch {
            throw .failed(error)
        }
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
