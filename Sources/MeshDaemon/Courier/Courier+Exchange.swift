import Logging
import MeshModel
import MeshStorage
import MeshSync
import MeshWire
import TicketServers

extension Courier {
    /// Tries of a call that fails for a reason that may pass, where it fails soon.
    private static let tries = 3
    private static let soon = Duration.seconds(10)
    private static let retryPause = Duration.seconds(1)

    /// Talks to the servers of all segments: facts go there, catalogues come. What fails is told in
    /// the balance; all that was done stays, and the next exchange goes on there.
    /// - Parameter patience: after so long what is under way is broken off; nil is no limit.
    package func exchange(
        within patience: Duration?, _ tell: @escaping @Sendable (Progress) -> Void
    ) async throws(DaemonError) -> [Balance] {
        let exchanging = Task { () -> Result<[Balance], DaemonError> in
            do throws(DaemonError) { return .success(try await exchange(tell)) } catch {
                return .failure(error)
            }
        }
        let watch = Task {
            guard let patience else { return }
            try? await Task.sleep(for: patience)
            exchanging.cancel()
        }
        defer { watch.cancel() }
        return try await exchanging.value.get()
    }

    private func exchange(
        _ tell: @Sendable (Progress) -> Void
    ) async throws(DaemonError) -> [Balance] {
        var balances: [Balance] = []
        for segment in try segments() {
            let grant: Grant
            do { grant = try member.grants.open(segment.grant).grant } catch {
                throw DaemonError("bad_grant", "\(error.message).")
            }
            var problem: ServerError?
            do throws(CourierStop) { try await exchange(segment, grant, tell) } catch {
                switch error {
                case .server(let trouble): problem = trouble
                case .here(let trouble): throw trouble
                }
            }
            var balance = try self.balance(segment, grant)
            balance.problem = problem.map { "\($0.message) \($0.hint)" }
            if problem != nil, Task.isCancelled {
                balance.problem =
                    "\(grant.server.address) did not answer within the time given by --timeout. "
                    + "Give the command again."
            }
            balances.append(balance)
        }
        return balances
    }

    private func exchange(
        _ segment: CourierStore.Segment, _ grant: Grant, _ tell: @Sendable (Progress) -> Void
    ) async throws(CourierStop) {
        let server = try await server(segment, grant)
        do throws(CourierStop) {
            try await upload(segment.name, server, tell)
            if !grant.isWithdrawn { try await download(grant, server, tell) }
        } catch {
            await server.close()
            throw error
        }
        await server.close()
    }

    private func server(
        _ segment: CourierStore.Segment, _ grant: Grant
    ) async throws(CourierStop) -> any TicketServer {
        let maker = ServerMaker(sealing: member.sealing, mesh: member.mesh, logger: logger)
        let known = member.sealing.open(segment.token, for: .token).map {
            String(decoding: $0, as: UTF8.self)
        }
        let (server, token) = try await trying { () async throws(ServerError) in
            try await maker.make(
                grant, try GrantSecrets(of: grant, member.sealing), knownToken: known)
        }
        if let token {
            var kept = segment
            kept.token = member.sealing.seal(Array(token.utf8), for: .token)
            try here { () throws(StorageError) in try store.keep(kept) }
        }
        return server
    }

    // MARK: facts

    private func upload(
        _ segment: String, _ server: any TicketServer, _ tell: @Sendable (Progress) -> Void
    ) async throws(CourierStop) {
        let all = try here { () throws(StorageError) in try store.counts(segment)[nil] ?? 0 }
        var done = 0
        var tries = 1
        while true {
            let start = ContinuousClock.now
            let kept = try here { () throws(StorageError) in
                try store.waiting(segment, limit: max(SegmentSync.roundFacts, server.batchFacts))
            }
            guard !kept.isEmpty else { return }
            let (receipts, problem) = await FactSender.send(
                kept.compactMap { waiting($0) }, to: server)
            let settled = receipts.compactMap { receipt -> CourierStore.Fact? in
                guard let (result, words) = receipt.carried else { return nil }
                return CourierStore.Fact(
                    request: receipt.fact.bytes, body: [], attempt: receipt.attempt,
                    result: result, words: words)
            }
            try here { () throws(StorageError) in try store.settle(settled) }
            done += settled.count
            tell(Progress(segment: segment, isUpload: true, done: done, all: all))
            if let problem {
                guard mayTryAgain(problem, tries, since: start) else { throw .server(problem) }
                tries += 1
                try? await Task.sleep(for: Self.retryPause)
            }
        }
    }

    private func waiting(_ kept: CourierStore.Fact) -> WaitingFact? {
        guard let id = RequestID(kept.request) else { return nil }
        guard let plain = member.sealing.open(kept.body, for: .bundle),
            case .fact(let fact)? = try? BundleItem(bytes: plain, grants: member.grants)
        else {
            return WaitingFact(id: id, ticket: id, upload: nil, attempt: kept.attempt)
        }
        return WaitingFact(fact)
    }

    // MARK: catalogues

    private func download(
        _ grant: Grant, _ server: any TicketServer, _ tell: @Sendable (Progress) -> Void
    ) async throws(CourierStop) {
        let description = try await trying { () async throws(ServerError) in
            try await server.describe()
        }
        let events = description.events.map { EventDefinition($0) }
        if let missing = SegmentSync.missing(grant, in: events) {
            throw .server(ServerError(.notFound, missing.message, hint: missing.hint))
        }
        let known: [Part]
        do throws(DaemonError) { known = try parts(of: grant) } catch { throw .here(error) }
        for event in events where grant.scope.covers(event: event.slug) {
            let part = known.first { $0.event == event.slug }
            try await download(event, of: grant, part, server, tell)
        }
    }

    /// Pages of one event, until everything there is has been kept and counted.
    private func download(
        _ definition: EventDefinition, of grant: Grant, _ part: Part?,
        _ server: any TicketServer, _ tell: @Sendable (Progress) -> Void
    ) async throws(CourierStop) {
        let mapping = TicketMapping(
            sealing: member.sealing, grant: grant,
            secrets: try await trying { () async throws(ServerError) in
                try GrantSecrets(of: grant, member.sealing)
            },
            definition: definition)
        var progress =
            part?.page.progress
            ?? SegmentProgress(
                segment: grant.name, event: definition.slug, grant: grant.version,
                step: .download, at: wallNow())
        while true {
            let cursor = progress.cursor
            let page = try await trying { () async throws(ServerError) in
                try await server.page(
                    of: definition.slug, from: cursor.isEmpty ? nil : cursor)
            }
            guard page.isComplete || page.cursor != cursor else {
                throw .server(
                    ServerError(
                        .badAnswer, "The server sent the same page twice.",
                        hint: "Give the command again."))
            }
            for skip in page.skipped.prefix(SyncEngine.toldSkips) {
                logger.warning("segment \(grant.name): left out \(skip)")
            }
            let tickets = mapping.tickets(page)
            let isDelta = progress.step == .ready
            progress.received = (cursor.isEmpty ? 0 : progress.received) + UInt64(tickets.count)
            progress.skipped =
                (cursor.isEmpty ? 0 : progress.skipped) + UInt64(page.skipped.count)
            progress.expected = page.expected.map { UInt64(max(0, $0)) } ?? progress.expected
            progress.cursor = page.cursor
            progress.at = wallNow()
            if page.isComplete && !isDelta { progress.step = .detect }
            try keep(progress, definition, tickets, isFirst: cursor.isEmpty)
            tell(
                Progress(
                    segment: grant.name, isUpload: false, done: Int(progress.received),
                    all: progress.expected.map { Int(clamping: $0) }))
            if page.isComplete { break }
        }
        if progress.step == .detect { try detect(&progress, definition, grant) }
    }

    private func keep(
        _ progress: SegmentProgress, _ definition: EventDefinition, _ tickets: [Ticket],
        isFirst: Bool
    ) throws(CourierStop) {
        let page = SegmentPage(progress: progress, definition: definition)
        try here { () throws(StorageError) in
            try store.keep(
                segment: progress.segment, event: progress.event,
                progress: DiskCoding.encode(page),
                tickets: tickets.map {
                    CourierStore.Ticket(
                        id: $0.id.bytes, bytes: DiskCoding.encode($0),
                        isCounted: $0.status != .revoked)
                },
                isFirst: isFirst)
        }
    }

    /// Complete is what holds as many tickets as the server counts.
    private func detect(
        _ progress: inout SegmentProgress, _ definition: EventDefinition, _ grant: Grant
    ) throws(CourierStop) {
        let found: [Part]
        do throws(DaemonError) { found = try parts(of: grant) } catch { throw .here(error) }
        let stored = found.first { $0.event == progress.event }?.ticketCount ?? 0
        let counted = Int(clamping: progress.expected ?? 0)
        if counted > stored + Int(clamping: progress.skipped) {
            progress.step = .download
            progress.cursor = ""
            try keep(progress, definition, [], isFirst: false)
            throw .server(
                ServerError(
                    .badAnswer,
                    "The server counts \(counted) tickets of \(progress.event), "
                        + "and sent \(stored).",
                    hint: "Give the command again: it is read from the beginning."))
        }
        progress.step = .ready
        try keep(progress, definition, [], isFirst: false)
    }

    // MARK: trying

    private func trying<Value: Sendable>(
        _ call: () async throws(ServerError) -> Value
    ) async throws(CourierStop) -> Value {
        var tries = 1
        while true {
            let start = ContinuousClock.now
            do throws(ServerError) { return try await call() } catch {
                guard mayTryAgain(error, tries, since: start) else { throw .server(error) }
                tries += 1
                try? await Task.sleep(for: Self.retryPause)
            }
        }
    }

    /// A server that hangs has taken its time already: somebody waits for the command.
    private func mayTryAgain(
        _ problem: ServerError, _ tries: Int, since start: ContinuousClock.Instant
    ) -> Bool {
        problem.isTransient && tries < Self.tries && !Task.isCancelled
            && start.duration(to: .now) < Self.soon
    }

    private func here<Value>(
        _ body: () throws(StorageError) -> Value
    ) throws(CourierStop) -> Value {
        do { return try body() } catch { throw .here(DaemonError(error)) }
    }
}

/// Why an exchange stops.
private enum CourierStop: Error {
    case server(ServerError)
    case here(DaemonError)
}

extension WaitingFact {
    init(_ fact: BundleFact) {
        guard !fact.key.isEmpty || !fact.secret.isEmpty else {
            self.init(
                id: fact.request, ticket: fact.ticket, upload: nil, attempt: fact.attempt)
            return
        }
        let kind: UploadFact.Kind =
            switch fact.kind {
            case .redeemed: .redeemed
            case .rejected: .rejected(reason: fact.reason)
            case .annulled: .annulled
            }
        self.init(
            id: fact.request, ticket: fact.ticket,
            upload: UploadFact(
                kind: kind, requestID: fact.nonce.hex, event: fact.event, list: fact.list,
                key: fact.key, secret: fact.secret, isExit: fact.isExit, at: fact.at,
                kiosk: fact.kiosk, guarantee: fact.guarantee, note: fact.note),
            attempt: fact.attempt)
    }
}

extension BundleFact {
    init(_ fact: WaitingFact, segment: String) {
        guard let upload = fact.upload else {
            self.init(
                segment: segment, request: fact.id, ticket: fact.ticket, kind: .redeemed,
                nonce: fact.id)
            attempt = fact.attempt
            return
        }
        var reason = ""
        let kind: Kind
        switch upload.kind {
        case .redeemed: kind = .redeemed
        case .rejected(let why): (kind, reason) = (.rejected, why)
        case .annulled: kind = .annulled
        }
        let nonce = MeshModel.bytes(hexadecimal: upload.requestID).flatMap { RequestID($0) }
        self.init(
            segment: segment, request: fact.id, ticket: fact.ticket, kind: kind,
            nonce: nonce ?? fact.id)
        self.reason = reason
        event = upload.event
        list = upload.list
        key = upload.key
        secret = upload.secret
        isExit = upload.isExit
        at = upload.at
        kiosk = upload.kiosk
        guarantee = upload.guarantee
        note = upload.note
        attempt = fact.attempt
    }
}
