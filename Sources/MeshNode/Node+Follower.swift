import MeshConsensus
import MeshLedger
import MeshModel

extension Node {
    /// Whether a message of a host at `epoch` is obeyed; below the fence it is refused.
    private mutating func obey(_ epoch: Epoch, from: KioskID) -> Bool {
        if epoch < vote.fence && !dropped.contains(.refuseBelowFence) {
            send(.refused(fence: vote.fence), to: from)
            return false
        }
        if epoch >= vote.fence {
            stepDown(below: epoch, why: "\(from) is host of epoch \(epoch)")
            if let candidacy, candidacy.epoch <= epoch { abandonCandidacy() }
            raiseFence(to: epoch)
        }
        return term == nil
    }

    private mutating func follow(_ kiosk: KioskID, epoch: Epoch, chain: ChainID, serving: Bool?) {
        electionDeadline = now.tick + electionDelay()
        let isNew = host?.kiosk != kiosk || host?.epoch != epoch
        let wasServing = host?.isServing ?? false
        if isNew {
            host = HostContact(
                kiosk: kiosk, epoch: epoch, chain: chain, isServing: serving ?? false,
                lastHeard: now.tick)
            followed = kiosk
            report(.followsHost(kiosk, epoch))
        } else {
            host?.chain = chain
            host?.lastHeard = now.tick
            if let serving { host?.isServing = serving }
        }
        if host?.isServing == true && (isNew || !wasServing) { requests.markUnsent() }
    }

    mutating func receive(_ heartbeat: Heartbeat, from: KioskID) {
        guard obey(heartbeat.epoch, from: from) else { return }
        let chain = ChainID(
            origin: from, incarnation: heartbeat.logIncarnation, epoch: heartbeat.epoch)
        follow(from, epoch: heartbeat.epoch, chain: chain, serving: heartbeat.isServing)
        host?.length = heartbeat.length
        host?.digest = heartbeat.digest
        if let register = heartbeat.register { accept(register) }
        if configuration.hasStorage {
            if heartbeat.committed > 0 {
                ledger.commit(Position(chain: chain, length: heartbeat.committed))
            }
            let held = ledger.length(of: chain)
            if held < heartbeat.length
                || (held == heartbeat.length && ledger.digest != heartbeat.digest)
            {
                pull(from: from)
            }
        }
        reply(to: heartbeat, from: from, chain: chain)
    }

    private mutating func reply(to heartbeat: Heartbeat, from: KioskID, chain: ChainID) {
        let reply = HeartbeatReply(
            epoch: heartbeat.epoch, sentAt: heartbeat.sentAt,
            voteIncarnation: vote.voteIncarnation, logIncarnation: vote.logIncarnation,
            hasStorage: configuration.hasStorage, length: disk.durable[chain],
            digest: ledger.digest, registerEpoch: vote.accepted?.epoch ?? 0,
            registerVersion: vote.accepted?.version ?? 0, rosterVersion: roster.version)
        // The fence and the register it speaks of must be durable first.
        if disk.stagedVote {
            disk.staged.append(.send(.heartbeatReply(reply), to: from))
        } else {
            send(.heartbeatReply(reply), to: from)
        }
    }

    mutating func receive(_ append: Append, from: KioskID) {
        guard configuration.hasStorage, let first = append.blocks.first,
            first.body.chain.origin == from, first.body.chain.epoch == append.epoch,
            obey(append.epoch, from: from)
        else { return }
        let chain = first.body.chain
        follow(from, epoch: append.epoch, chain: chain, serving: nil)
        let gap = take(append.blocks, from: from)
        if append.committed > 0 {
            ledger.commit(Position(chain: chain, length: append.committed))
        }
        if gap { pull(from: from) }
        disk.staged.append(.acknowledge(append.epoch))
    }

    mutating func receiveBlocks(_ blocks: [Block], from: KioskID) {
        guard configuration.hasStorage else { return }
        peers[from]?.wantAfter = now.tick
        let before = ledger.blockCount
        let gap = take(blocks, from: from)
        guard let host, term == nil else { return }
        disk.staged.append(.acknowledge(host.epoch))
        let isBehind = gap || ledger.length(of: host.chain) < host.length
        if isBehind && ledger.blockCount > before { pull(from: from) }
    }

    /// Puts blocks into the ledger and stages them for the disk. True where something that they
    /// depend on is not held.
    mutating func take(_ blocks: [Block], from: KioskID) -> Bool {
        var gap = false
        for block in blocks {
            // Nobody else may write in this kiosk's name while it reigns.
            if block.body.chain == term?.chain { continue }
            switch ledger.insert(block) {
            case .added: disk.stagedBlocks.append(block)
            case .known: break
            case .missing: gap = true
            case .conflicting(let why): report(.refusedBlock(from: from, why: why))
            }
        }
        return gap
    }

    /// Asks a kiosk for everything that this one lacks, at most once per `resend`.
    mutating func pull(from peer: KioskID) {
        guard isLinked(peer), let contact = peers[peer], now.tick >= contact.wantAfter
        else { return }
        let after = now.tick + timing.resend
        peers[peer]?.wantAfter = after
        send(.want(ledger.vector.entries), to: peer)
    }

    /// Sends what the other lacks, oldest epoch first: that is the order of dependency.
    mutating func serve(_ vector: VersionVector, to peer: KioskID) {
        guard configuration.hasStorage else { return }
        var missing: [VersionVector.Entry] = []
        for entry in ledger.vector.beyond(vector) {
            missing.append(VersionVector.Entry(chain: entry.chain, length: vector[entry.chain]))
        }
        guard !missing.isEmpty else { return }
        if let blocks = recentBlocks(missing) {
            send(.blocks(blocks), to: peer)
        } else {
            effects.append(.sendStored(missing, to: peer))
        }
    }

    /// All blocks from these lengths on, where memory has them and they fit one message.
    private func recentBlocks(_ missing: [VersionVector.Entry]) -> [Block]? {
        var blocks: [Block] = []
        var size = 0
        for entry in missing {
            for length in (entry.length + 1)...ledger.length(of: entry.chain) {
                guard let block = ledger.recent[Position(chain: entry.chain, length: length)]
                else { return nil }
                size += block.bytes.count
                if size > MeshMessage.maximumBlockBytes && !blocks.isEmpty { return blocks }
                blocks.append(block)
            }
        }
        return blocks
    }

    /// Tells the host how much of its chain is fsynced here, with all that it depends on.
    mutating func acknowledgeToHost(_ epoch: Epoch) {
        guard let host, host.epoch == epoch, term == nil else { return }
        guard vote.fence == epoch || dropped.contains(.refuseBelowFence) else { return }
        let length = disk.durable[host.chain]
        guard length > 0 else { return }
        send(
            .appended(epoch: epoch, logIncarnation: vote.logIncarnation, length: length),
            to: host.kiosk)
    }

    /// A voter's part of a register change.
    mutating func receiveRecord(_ register: Register, from: KioskID) {
        guard register.host == from else { return }
        guard register.epoch >= vote.fence else {
            return send(.refused(fence: vote.fence), to: from)
        }
        stepDown(below: register.epoch, why: "\(from) is host of epoch \(register.epoch)")
        if let candidacy, candidacy.epoch <= register.epoch { abandonCandidacy() }
        raiseFence(to: register.epoch)
        electionDeadline = now.tick + electionDelay()
        if let accepted = vote.accepted, accepted.isNewer(than: register) { return }
        accept(register)
        let reply = MeshMessage.recorded(
            epoch: register.epoch, version: register.version,
            voteIncarnation: vote.voteIncarnation)
        disk.staged.append(.send(reply, to: from))
    }

    /// A new host gathers what its members hold: from now on nothing of a lower epoch is
    /// acknowledged here.
    mutating func receiveCollect(_ epoch: Epoch, from: KioskID) {
        guard configuration.hasStorage, obey(epoch, from: from) else { return }
        electionDeadline = now.tick + electionDelay()
        let reply = MeshMessage.collected(
            epoch: epoch, logIncarnation: vote.logIncarnation, vector: ledger.vector)
        disk.staged.append(.send(reply, to: from))
    }
}
