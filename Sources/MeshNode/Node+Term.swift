import MeshConsensus
import MeshLedger
import MeshModel

extension Node {
    mutating func beginTerm(adopting register: Register, epoch: Epoch) {
        candidacy = nil
        host = nil
        // What was heard of an earlier host's chain says nothing of this one.
        for peer in roster.entries { peers[peer.kiosk]?.length = 0 }
        var adopted = register
        if dropped.contains(.candidateInSync), !register.includes(member) {
            adopted.inSync.append(member)
        }
        var term = Term(adopting: adopted, member: member, epoch: epoch, at: now.tick)
        term.deposed = followed
        followed = nil
        if dropped.contains(.recordAnew) { term.keeper.skipRecording() }
        term.nextResend = now.tick + timing.resend
        self.term = term
        report(.elected(epoch))
        sendRegister()
    }

    /// Moves the reign on as far as what has arrived allows.
    mutating func driveTerm() {
        guard let held = term else { return }
        if isStuck(member, in: held) {
            return endTerm(why: "the own disk takes nothing; it may be full")
        }
        removeGoneMembers()
        if term!.nextHeartbeat <= now.tick { beat() }
        if term!.nextResend <= now.tick {
            term!.nextResend = now.tick + timing.resend
            sendRegister()
            if term!.phase == .collecting { sendCollect() }
        }
        if term!.phase == .recording && term!.keeper.isRecorded(at: term!.epoch) {
            term!.phase = .collecting
            // Who was gone before the election leaves now, not at the next heartbeat.
            removeGoneMembers()
            sendCollect()
        }
        if term!.phase == .collecting { startEpochIfGathered() }
        // A member may have sent blocks of a later epoch: then this reign is over.
        guard term != nil else { return }
        advanceCommit()
        if term!.phase == .serving {
            decideRequests()
            advanceTransfer()
        }
        push()
        noteProgress()
    }

    // MARK: the register

    /// Sends the newest change in flight to the voters that have not confirmed it.
    mutating func sendRegister() {
        guard let keeper = term?.keeper, let register = keeper.inFlight.last else { return }
        var asked = keeper.recorded.voters
        for other in register.voters where !asked.contains(other) { asked.append(other) }
        for other in asked where !keeper.acceptedBy.contains(other) {
            if other == voter {
                accept(register)
                let done = DiskOrder.Completion.recordedSelf(
                    epoch: register.epoch, version: register.version)
                disk.staged.append(done)
            } else if other.kiosk != kiosk {
                send(.record(register), to: other.kiosk)
            }
        }
    }

    mutating func recorded(_ voter: Voter, _ epoch: Epoch, _ version: UInt64) {
        guard term?.epoch == epoch,
            let register = term?.keeper.accept(from: voter, epoch: epoch, version: version)
        else { return }
        accept(register)
        report(.registerRecorded(register))
        // Everybody may know at once, and a new member is told what it is now part of.
        term?.nextHeartbeat = now.tick
    }

    // MARK: inheriting

    mutating func sendCollect() {
        guard let term else { return }
        for other in term.keeper.required(dropping: dropped)
        where other.kiosk != kiosk && term.collected[other] == nil {
            send(.collect(epoch: term.epoch), to: other.kiosk)
        }
    }

    mutating func receiveCollected(_ epoch: Epoch, _ other: Member, _ vector: VersionVector) {
        guard term?.epoch == epoch, term?.phase == .collecting else { return }
        peers[other.kiosk]?.logIncarnation = other.incarnation
        term?.collected[other] = vector
    }

    /// Writes the epoch start once every required member's chains are held here.
    private mutating func startEpochIfGathered() {
        guard let term else { return }
        var isGathered = true
        for other in term.keeper.required(dropping: dropped) where other.kiosk != kiosk {
            guard let vector = term.collected[other] else {
                isGathered = false
                continue
            }
            if !ledger.vector.covers(vector) {
                isGathered = false
                pull(from: other.kiosk)
            }
        }
        guard isGathered else { return }
        self.term?.phase = .starting
        if dropped.contains(.serveAfterEpochStart) {
            if let tip = ledger.tip { ledger.commit(tip) }
            self.term?.phase = .serving
        }
        write([])
        self.term?.nextHeartbeat = now.tick
    }

    // MARK: writing and acknowledging

    /// Appends one block to the own chain and stages it for the disk.
    mutating func write(_ records: [Record]) {
        guard let term else { return }
        let seen = ledger.vector.beyond(term.declared).filter { $0.chain != term.chain }
        let body = BlockBody(
            chain: term.chain, sequence: term.written, parent: ledger.tip,
            parentHash: ledger.tipHash, seen: seen, committed: ledger.applied,
            copies: UInt32(term.keeper.required(dropping: dropped).count), records: records,
            at: now.wall)
        let block = author.seal(body)
        guard case .added = ledger.insert(block) else {
            return endTerm(why: "the own log does not take the next block")
        }
        for entry in seen { self.term?.declared.raise(entry.chain, to: entry.length) }
        self.term?.written += 1
        disk.stagedBlocks.append(block)
    }

    mutating func acknowledged(_ epoch: Epoch, _ other: Member, _ length: UInt64) {
        guard let term, term.epoch == epoch, length <= term.written else { return }
        let known = peers[other.kiosk]?.length ?? 0
        peers[other.kiosk]?.length = max(known, length)
        self.term?.replication.acknowledge(other, durable: length)
    }

    mutating func ownBlocksDurable() {
        guard let term else { return }
        let own = member
        self.term?.replication.acknowledge(own, durable: disk.durable[term.chain])
    }

    private mutating func advanceCommit() {
        guard let keeper = term?.keeper, term!.phase != .recording else { return }
        let required = keeper.required(dropping: dropped)
        let grew = term!.replication.advance(
            required: required, host: member, written: term!.written, dropping: dropped)
        guard grew else { return }
        let committed = term!.replication.committed
        ledger.commit(Position(chain: term!.chain, length: committed))
        answerCommitted(committed)
        if term!.phase == .starting {
            term!.phase = .serving
            report(.serving(term!.epoch))
            requests.markUnsent()
            beat()
        }
    }

    /// Sends new blocks to every kiosk with storage that keeps up; one far behind pulls instead.
    private mutating func push() {
        guard let term, term.written > 0 else { return }
        for peer in linked {
            guard let contact = peers[peer], contact.hasStorage,
                let incarnation = contact.logIncarnation
            else { continue }
            let other = Member(kiosk: peer, incarnation: incarnation)
            let progress = term.replication[other]
            let next = max(progress.next, progress.durable)
            guard next < term.written else { continue }
            self.term?.replication[other].next = term.written
            let isFarBehind =
                term.written - progress.durable > UInt64(RecentBlocks.maximumCount / 2)
            if isFarBehind && !term.keeper.newest.includes(other) { continue }
            let blocks = (next..<term.written).compactMap {
                ledger.recent[Position(chain: term.chain, length: $0 + 1)]
            }
            let append = Append(
                epoch: term.epoch, committed: term.replication.committed, blocks: blocks)
            if !blocks.isEmpty { send(.append(append), to: peer) }
        }
    }

    // MARK: heartbeats

    mutating func beat() {
        guard term != nil else { return }
        term!.nextHeartbeat = now.tick + timing.heartbeat
        for peer in linked { sendHeartbeat(to: peer) }
        considerGrowth()
        considerVoters()
    }

    mutating func sendHeartbeat(to peer: KioskID) {
        guard let term, let contact = peers[peer] else { return }
        let recorded = term.keeper.recorded
        let isConfirmed =
            contact.registerEpoch == recorded.epoch && contact.registerVersion == recorded.version
        let tells = recorded.epoch == term.epoch && !isConfirmed
        let heartbeat = Heartbeat(
            epoch: term.epoch, sentAt: now.tick, length: term.written,
            committed: term.replication.committed, logIncarnation: vote.logIncarnation,
            isServing: isServing, digest: ledger.digest, rosterVersion: roster.version,
            register: tells ? recorded : nil)
        send(.heartbeat(heartbeat), to: peer)
    }

    mutating func receive(_ reply: HeartbeatReply, from: KioskID) {
        guard let term, term.epoch == reply.epoch else { return }
        var contact = peers[from] ?? Peer()
        contact.roundTrip = now.tick.since(reply.sentAt)
        contact.voteIncarnation = reply.voteIncarnation
        contact.logIncarnation = reply.logIncarnation
        contact.hasStorage = reply.hasStorage
        contact.registerEpoch = reply.registerEpoch
        contact.registerVersion = reply.registerVersion
        contact.rosterVersion = reply.rosterVersion
        contact.length = reply.length
        contact.digest = reply.digest
        peers[from] = contact
        if reply.rosterVersion < roster.version { send(.roster(roster), to: from) }
        guard reply.hasStorage else { return }
        let other = Member(kiosk: from, incarnation: reply.logIncarnation)
        acknowledged(reply.epoch, other, reply.length)
        // It holds something that this host does not: evidence to be kept and passed on.
        if reply.length == term.written && reply.digest != ledger.digest,
            now.tick >= contact.askAfter
        {
            let after = now.tick + timing.silence
            peers[from]?.askAfter = after
            send(.askVector, to: from)
        }
    }

    mutating func receiveVector(_ vector: VersionVector, from: KioskID) {
        if configuration.hasStorage && !ledger.vector.covers(vector) { pull(from: from) }
    }

    /// Notes since when the mesh has waited for a disk or a voter.
    private mutating func noteProgress() {
        guard let term else { return }
        let isStuck =
            term.replication.committed < term.written || !term.keeper.inFlight.isEmpty
        if !isStuck {
            self.term?.stuckSince = nil
        } else if term.stuckSince == nil || term.replication.committed > term.stuckAt {
            // Under load something always waits: it is stuck only where nothing moves on.
            self.term?.stuckSince = now.tick
            self.term?.stuckAt = term.replication.committed
        }
    }

    /// True where a request would be decided now, as far as this host can tell.
    package var isServing: Bool {
        guard let term, term.phase == .serving, term.transfer == nil else { return false }
        return term.stuckSince.map { now.tick.since($0) < timing.stalled } ?? true
    }
}
