import MeshConsensus
import MeshLedger
import MeshModel

extension Node {
    // MARK: standing for election

    /// The election timer ran out: asks the voters whether they would promise.
    mutating func considerCandidacy() {
        electionDeadline = now.tick + electionDelay()
        let basis = dropped.contains(.adoptNewest) ? vote.accepted : known
        guard term == nil, candidacy == nil, !isRevoked else { return }
        guard let basis, mayCampaign(by: basis) else { return tellRegister() }
        campaign(basis, isTransfer: false)
    }

    /// Without a host, whoever may not campaign says what register it has: the one that may was
    /// perhaps cut off when it joined the set, and would never learn of it on a link that holds.
    private mutating func tellRegister() {
        for peer in linked { send(.hello(hello), to: peer) }
    }

    /// Whether a register names this log: nobody else may become host.
    private func mayCampaign(by register: Register?) -> Bool {
        if dropped.contains(.candidateInSync) { return configuration.hasStorage }
        return register?.includes(member) ?? false
    }

    private mutating func campaign(_ known: Register, isTransfer: Bool) {
        let highest = max(highestEpochSeen, vote.fence)
        // A peer may make up any number, the last one too.
        guard highest < .max else { return }
        let epoch = highest + 1
        candidacy = Candidacy(epoch: epoch, known: known, isTransfer: isTransfer)
        candidacyDeadline = now.tick + timing.campaign + jitter(within: timing.campaign)
        if isTransfer {
            fenceCampaign(epoch)
            return
        }
        for voter in known.voters where voter.kiosk != kiosk {
            send(.preVote(epoch: epoch), to: voter.kiosk)
        }
        if known.voters.contains(voter) { granted(by: voter) }
    }

    mutating func receivePreVote(_ epoch: Epoch, from: KioskID) {
        let hostLives =
            term != nil
            || host.map { $0.kiosk != from && isAlive($0.kiosk) && recentlyHeard($0) } ?? false
        let reply = PreVoteReply(
            epoch: epoch, isGranted: epoch > vote.fence && !hostLives,
            fence: vote.fence, voteIncarnation: vote.voteIncarnation, register: vote.accepted)
        send(.preVoteReply(reply), to: from)
    }

    private func recentlyHeard(_ host: HostContact) -> Bool {
        now.tick.since(host.lastHeard) <= timing.silence
    }

    mutating func receive(_ reply: PreVoteReply, from: KioskID) {
        highestEpochSeen = max(highestEpochSeen, reply.fence)
        if let register = reply.register { learn(register) }
        guard let candidacy, candidacy.phase == .preVote, candidacy.epoch == reply.epoch
        else { return }
        guard mayCampaign(by: known) || dropped.contains(.adoptNewest) else {
            return abandonCandidacy()
        }
        if reply.isGranted {
            granted(by: Voter(kiosk: from, incarnation: reply.voteIncarnation))
        }
    }

    private mutating func granted(by voter: Voter) {
        guard candidacy?.grant(from: voter) == true, let epoch = candidacy?.epoch else { return }
        candidacy?.enter(.fencing)
        fenceCampaign(epoch)
    }

    /// Fsyncs the campaign's epoch before anybody hears of it: no epoch is used twice.
    private mutating func fenceCampaign(_ epoch: Epoch) {
        guard epoch > vote.fence else { return abandonCandidacy() }
        raiseFence(to: epoch)
        promisedTo = kiosk
        host = nil
        report(.campaigning(epoch))
        if dropped.contains(.fsyncPromise) {
            campaignFenced(epoch)
        } else {
            disk.staged.append(.fenced(epoch))
        }
    }

    mutating func campaignFenced(_ epoch: Epoch) {
        guard let candidacy, candidacy.epoch == epoch, candidacy.phase == .fencing,
            vote.fence == epoch
        else { return }
        self.candidacy?.enter(.promising)
        for voter in candidacy.known.voters where voter.kiosk != kiosk {
            send(.prepare(epoch: epoch), to: voter.kiosk)
        }
        receivePromise(epoch, voter, vote.accepted)
    }

    // MARK: promising

    mutating func receivePrepare(_ epoch: Epoch, from: KioskID) {
        let isRepeat = epoch == vote.fence && promisedTo == from
        guard epoch > vote.fence || isRepeat else {
            return send(.refused(fence: vote.fence), to: from)
        }
        stepDown(below: epoch, why: "\(from) campaigns")
        raiseFence(to: epoch)
        promisedTo = from
        host = nil
        electionDeadline = now.tick + electionDelay()
        let promise = MeshMessage.promise(
            epoch: epoch, voteIncarnation: vote.voteIncarnation, accepted: vote.accepted)
        if dropped.contains(.fsyncPromise) {
            send(promise, to: from)
        } else {
            disk.staged.append(.send(promise, to: from))
        }
    }

    mutating func receivePromise(_ epoch: Epoch, _ voter: Voter, _ accepted: Register?) {
        guard let current = candidacy, current.epoch == epoch, current.phase == .promising
        else { return }
        let asked = current.known.voters
        candidacy?.promise(from: voter, accepted: accepted)
        // The newest register may name voters that were not asked yet.
        for other in candidacy?.known.voters ?? []
        where other.kiosk != kiosk && !asked.contains(other) {
            send(.prepare(epoch: epoch), to: other.kiosk)
        }
        switch candidacy?.verdict(for: member, dropping: dropped) {
        case .elected(let adopted): beginTerm(adopting: adopted, epoch: epoch)
        case .notInSync(let register):
            abandonCandidacy()
            learn(register)
        case .waiting, nil: break
        }
    }

    mutating func abandonCandidacy() {
        candidacy = nil
        electionDeadline = now.tick + electionDelay()
    }

    // MARK: being deposed

    mutating func receiveRefusal(_ fence: Epoch) {
        highestEpochSeen = max(highestEpochSeen, fence)
        if let candidacy, candidacy.epoch <= fence, candidacy.phase != .preVote {
            abandonCandidacy()
        }
        stepDown(below: fence, why: "refused by a kiosk that promised epoch \(fence)")
    }

    /// Ends a reign or a candidacy of an epoch lower than `epoch`.
    mutating func stepDown(below epoch: Epoch, why: String) {
        if let candidacy, candidacy.epoch < epoch { abandonCandidacy() }
        guard let term, term.epoch < epoch else { return }
        endTerm(why: why)
    }

    mutating func endTerm(why: String) {
        guard let term else { return }
        self.term = nil
        report(.steppedDown(term.epoch, why: why))
        electionDeadline = now.tick + electionDelay()
        requests.markUnsent()
    }

    /// Simulator only: the bug of a host that goes on in its epoch after a restart.
    mutating func resumeReign() {
        guard let accepted = vote.accepted, accepted.host == kiosk, accepted.epoch == vote.fence
        else { return }
        var term = Term(adopting: accepted, member: member, epoch: accepted.epoch, at: now.tick)
        term.keeper.skipRecording()
        term.written = ledger.length(of: term.chain)
        term.phase = term.written > 0 ? .serving : .collecting
        term.replication.acknowledge(member, durable: term.written)
        self.term = term
    }

    /// Campaigns at an operator's word.
    mutating func takeOver() {
        guard term == nil, !isRevoked, let known, known.includes(member) else { return }
        candidacy = nil
        campaign(known, isTransfer: true)
    }

    mutating func receiveTakeOver(_ epoch: Epoch, from: KioskID) {
        guard let host, host.kiosk == from, host.epoch == epoch, epoch == vote.fence,
            term == nil, !isRevoked, let known, known.includes(member)
        else { return }
        candidacy = nil
        campaign(known, isTransfer: true)
    }
}
