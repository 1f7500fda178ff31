import MeshConsensus
import MeshCrypto
import MeshLedger
import MeshModel
import MeshNode
import MeshSync
import MeshWire

/// What a run has that includes a ticket server.
struct OfficeWorld {
    /// Tickets that a host marks anew in one go: few, so that much can happen meanwhile.
    private static let markedAtOnce = 8

    var office = TicketOffice()
    /// Of its own, so that a run without a server is as it would be without this.
    var random: SplitMix64
    let operatorKey: OperatorKey
    /// Chances in 100 that a call goes wrong.
    var trouble: UInt64
    /// Until when nothing reaches the server.
    var awayUntil: UInt64 = 0
    var grants = 0
    /// The newest grant, and the request that installs it.
    var grant: (signed: SignedGrant, request: RequestID)?
    /// Whether the mesh has it.
    var isInstalled = false
    /// Records that an engine waits for: where, and in which process.
    var records: [RequestID: (kiosk: Int, boot: Int)] = [:]
}

// A ticket server outside, and the work of the hosts with it: what the daemon's engine does.
extension World {
    private static let lookPace = second / 4
    private static let recordPatience = Span64.seconds(20)

    /// Runs with an even share of everything else: one seed in three.
    static func hasOffice(_ options: RunOptions) -> Bool {
        options.hasOffice ?? (options.seed % 3 == 0)
    }

    /// Opens the server, with the first tickets sold. Returns the id of the mesh, whose admin key
    /// has named an operator.
    func openOffice() -> MeshID {
        var random = SplitMix64(seed: options.seed ^ 0x6f66_6669_6365)
        func seed(_ random: inout SplitMix64) -> [UInt8] {
            var bytes: [UInt8] = []
            for _ in 0..<4 { appendBigEndian(random.next(), to: &bytes) }
            return bytes
        }
        let admin = SigningKey(seed: seed(&random))
        guard let key = Key32(admin.publicKey),
            let ada = try? OperatorKey.make(
                name: "ada", admin: admin, at: Self.wallStart, seed: seed(&random))
        else { preconditionFailure("keys of 32 bytes") }
        let trouble = [0, 5, 20, 40][Int(random.below(4))] as UInt64
        var world = OfficeWorld(random: random, operatorKey: ada, trouble: trouble)
        for ticket in visitors.tickets { world.office.sell(ticket) }
        office = world
        return Charter.meshID(of: key)
    }

    func scheduleOffice() {
        guard office != nil else { return }
        queue.push(.look, at: Self.second / 4)
        queue.push(.operate, at: 3 * Self.second)
        queue.push(.outage, at: 20 * Self.second)
    }

    // MARK: the operator

    /// An operator's work: a grant, then another; orders; and what the server refused again.
    func operate() {
        guard var world = office else { return }
        queue.push(.operate, at: time + 2 * Self.second + world.random.below(3 * Self.second))
        // Rather while the data of the one before is on its way.
        let chance: UInt64 = kiosks.contains { segment(at: $0.index)?.isReady == false } ? 4 : 15
        let wantsAnother = !isHealing && world.isInstalled && world.random.below(chance) == 0
        if world.grant == nil || wantsAnother { world.makeGrant(at: Self.wallStart) }
        if !isHealing && world.random.below(3) == 0 {
            world.office.cancel(Int(world.random.below(UInt64(world.office.count))))
        }
        let asks = !world.isInstalled ? world.grant : nil
        let isRetrying = isHealing || world.random.below(4) == 0
        let orders = isHealing || world.random.below(6) == 0
        let kiosk = Int(world.random.below(UInt64(kiosks.count)))
        office = world
        if let asks {
            input(
                .request(asks.request, .grant(asks.signed), patience: Self.patience), at: kiosk)
        }
        guard let host = kiosks.first(where: { segment(at: $0.index) != nil }) else { return }
        if orders { host.process?.sync.order(download: true, upload: true) }
        let quarantined = segment(at: host.index)?.uploads.quarantined ?? []
        if isRetrying, !quarantined.isEmpty {
            let receipts = quarantined.prefix(100).map { Receipt(fact: $0.fact, result: .retried) }
            input(
                .request(officeKey(), .receipts(receipts), patience: Self.patience),
                at: host.index)
        }
    }

    private func officeKey() -> RequestID {
        Key16(high: office?.random.next() ?? 0, low: office?.random.next() ?? 0)
    }

    /// After all faults: the server takes everything.
    func healOffice() {
        office?.awayUntil = 0
        office?.trouble = 0
        office?.office.isLenient = true
    }

    /// Nothing reaches the server for a while.
    func causeOutage() {
        guard !isHealing, var world = office else { return }
        let length = Self.second * (1 + world.random.below(40))
        queue.push(.outage, at: time + length + Self.second * (10 + world.random.below(80)))
        if !options.without.contains(.uplink) {
            world.awayUntil = time + length
            log(nil, "the ticket server cannot be reached")
            office = world
            return count(.uplink)
        }
        office = world
    }

    // MARK: the hosts' engine

    /// The segment, where that kiosk decides requests as host.
    private func segment(at index: Int) -> Segments.Segment? {
        guard let node = kiosks[index].process?.node, node.term != nil, node.servingHost != nil
        else { return nil }
        return node.ledger.state.segments[TicketOffice.segment]
    }

    /// Every host looks whether there is something to do.
    func look() {
        queue.push(.look, at: time + Self.lookPace)
        for kiosk in kiosks {
            guard let process = kiosk.process, !process.isSyncing else { continue }
            // A host that is deposed keeps no order.
            if segment(at: kiosk.index) == nil {
                process.sync = SegmentSync(dropping: options.dropped)
            } else {
                advanceSync(kiosk.index)
            }
        }
    }

    private func advanceSync(_ index: Int) {
        let kiosk = kiosks[index]
        guard let process = kiosk.process else { return }
        process.isSyncing = false
        guard let segment = segment(at: index),
            let call = process.sync.next(segment, at: kiosk.now(time))
        else { return }
        process.isSyncing = true
        trace(9, index)
        if wantsLog { log(index, Self.words(call)) }
        guard case .record(let body) = call else {
            return perform(call, under: segment.grant.grant, at: index)
        }
        let request = officeKey()
        office?.records[request] = (index, kiosk.boot)
        input(.request(request, body, patience: Self.recordPatience), at: index)
    }

    private static func words(_ call: SyncCall) -> String {
        switch call {
        case .connect: return "connects to the ticket server"
        case .describe: return "asks the ticket server what it has"
        case .page(let definition, let cursor): return "asks for \(definition.slug) at \(cursor)"
        case .mark(let definition, let place): return "marks \(definition.slug) from \(place)"
        case .send(let facts): return "sends \(facts.count) facts"
        case .record(.segmentPage(let page)):
            let progress = page.progress
            return "records \(progress.event) \(progress.step) at \(progress.cursor) under grant "
                + "\(progress.grant - wallStart), \(page.tickets.count) tickets"
        case .record: return "records receipts"
        }
    }

    /// Asks the server; the answer comes some time later, if at all.
    private func perform(_ call: SyncCall, under grant: Grant, at index: Int) {
        guard var world = office, let node = kiosks[index].process?.node else { return }
        let wait = 5_000_000 + world.random.below(150_000_000)
        let isAway = time < world.awayUntil
        let goesWrong =
            !options.without.contains(.server)
            && world.random.below(100) < world.trouble
        var result = SyncResult.failed(SyncProblem("cannot be reached", hint: ""))
        var delay = isAway ? Self.second * (1 + world.random.below(5)) : wait
        switch call {
        case .mark(let definition, let place):
            // Needs no server.
            result = world.mark(definition, from: place, grant, node.ledger.state)
            delay = wait
        case _ where isAway: break
        case .send(let ids):
            // What went wrong may have gone wrong after some of it was stored.
            let reached = goesWrong ? Int(world.random.below(UInt64(ids.count + 1))) : ids.count
            let receipts = world.office.take(Array(ids.prefix(reached)), node.ledger.state)
            let told = goesWrong ? Int(world.random.below(UInt64(reached + 1))) : reached
            result = .sent(
                Array(receipts.prefix(told)),
                goesWrong ? SyncProblem("broke off", hint: "") : nil)
        case _ where goesWrong:
            let hangs = world.random.below(3) == 0
            delay = hangs ? 30 * Self.second : wait
            result = .failed(
                SyncProblem(
                    "error", hint: "",
                    retryAfter: world.random.below(4) == 0 ? .seconds(3) : nil))
        case .connect: result = .connected(sealedToken: [], batch: 1)
        case .describe: result = .described(world.office.definitions)
        case .page(let definition, let cursor):
            var page = world.office.page(of: definition.slug, from: cursor, under: grant)
            // Of a first reading something is left out now and then: the server counts more.
            if cursor.isEmpty || cursor.hasPrefix("0/"), world.trouble > 0,
                world.random.below(20) == 0
            {
                _ = page.tickets.popLast()
            }
            result = .page(page)
        case .record: break
        }
        office = world
        if goesWrong && !isAway { count(.server) }
        queue.push(.served(result, at: index, boot: kiosks[index].boot), at: time + delay)
    }

    /// An answer of the server, or of the host to a record, is there.
    func served(_ result: SyncResult, at index: Int, boot: Int) {
        let kiosk = kiosks[index]
        guard kiosk.boot == boot, let process = kiosk.process else { return }
        if kiosk.pausedUntil > time {
            return queue.push(.served(result, at: index, boot: boot), at: kiosk.pausedUntil)
        }
        guard let segment = segment(at: index) else {
            process.sync = SegmentSync(dropping: options.dropped)
            process.isSyncing = false
            return
        }
        process.sync.take(result, segment, at: kiosk.now(time))
        if case .recorded = result { observe(.recorded(at: index)) }
        advanceSync(index)
    }

    /// True where the answer was to something that the operator or an engine had asked.
    func isOfficeAnswer(_ answer: Answer) -> Bool {
        guard let world = office else { return false }
        if answer.request == world.grant?.request {
            if case .done = answer.outcome, office?.isInstalled == false {
                log(nil, "grant \(world.grants) is installed")
                office?.isInstalled = true
                ambushGrant()
            }
            return true
        }
        guard let (kiosk, boot) = world.records[answer.request] else { return false }
        office?.records[answer.request] = nil
        let result: SyncResult =
            switch answer.outcome {
            case .done: .recorded
            case .denied(let denial) where denial != .grantChanged:
                .failed(SyncProblem("\(denial)", hint: "", isTransient: false))
            default: .notRecorded
            }
        queue.push(.served(result, at: kiosk, boot: boot), at: time + 1)
        return true
    }

    /// Hosts die readily while they make the data fit a new grant.
    private func ambushGrant() {
        guard var world = office, !isHealing, !options.without.contains(.ambush),
            plan.ambush > 0, world.random.below(3) == 0,
            let host = kiosks.first(where: { segment(at: $0.index) != nil })
        else { return }
        let at = time + world.random.below(Self.second)
        office = world
        queue.push(.strike(.crash, at: host.index, boot: host.boot), at: at)
    }

    /// What keeps the data of the server and of the mesh apart; nil where they agree.
    var dataDiffer: String? {
        guard let world = office,
            let host = kiosks.first(where: { $0.process?.node.isServing == true }),
            let state = host.process?.node.ledger.state
        else { return nil }
        guard world.isInstalled, let grant = world.grant?.signed.grant else {
            return "the grant is not installed"
        }
        guard let segment = state.segments[TicketOffice.segment], segment.isReady,
            segment.grant.grant == grant
        else { return "the segment is not ready" }
        if segment.uploads.pendingCount > 0 {
            return "\(segment.uploads.pendingCount) facts wait for the server"
        }
        if !segment.uploads.quarantined.isEmpty {
            return "\(segment.uploads.quarantined.count) facts are in quarantine"
        }
        for number in 0..<world.office.count {
            let sold = world.office.ticket(number, under: grant)
            if state.catalogue[sold.id]?.ticket != sold {
                return "ticket \(number) is not as the server has it"
            }
        }
        return nil
    }
}

extension OfficeWorld {
    mutating func makeGrant(at start: WallTime) {
        grants += 1
        let isNarrow = random.below(2) == 0
        let grant = Grant(
            name: TicketOffice.segment, version: start + WallTime(grants),
            server: Grant.ServerReference(kind: "pretix", address: "https://tickets.example"),
            scope: Grant.Scope(
                events: random.below(2) == 0 ? nil : TicketOffice.events,
                products: isNarrow ? ["1"] : nil),
            upload: random.below(3) == 0 ? .manual : .continuous, operatorName: "ada", sealed: [])
        let bytes = operatorKey.sign(grant)
        self.grant = (
            SignedGrant(verified: grant, bytes: bytes),
            Key16(high: random.next(), low: random.next())
        )
        isInstalled = false
    }

    /// Marks tickets anew, some at a time.
    func mark(
        _ definition: EventDefinition, from place: Int, _ grant: Grant, _ state: MeshState
    ) -> SyncResult {
        let numbers = (0..<office.count).filter {
            TicketOffice.event(of: $0) == definition.slug
        }
        let chunk = numbers.dropFirst(place).prefix(Self.markedAtOnce)
        let changed = chunk.compactMap { number -> Ticket? in
            guard let known = state.catalogue[office.ticket(number, under: grant).id]?.ticket
            else { return nil }
            var ticket = office.ticket(number, under: grant)
            // Only the marks: what else changed at the server is not known yet.
            guard ticket.marks != known.marks else { return nil }
            ticket.status = known.status
            ticket.contentDigest = known.contentDigest ^ 1
            return ticket
        }
        let next = place + Self.markedAtOnce
        return .marked(changed: changed, next: next < numbers.count ? next : nil)
    }
}
