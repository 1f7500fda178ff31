import MeshConsensus
import MeshLedger
package import MeshModel

extension Node {
    // MARK: the in-sync set

    /// Takes kiosks out of the set whose link is closed or silent, whose log is another one now,
    /// or who were revoked. Until the voters have recorded that, their disks stay required.
    mutating func removeGoneMembers() {
        guard let term, term.phase != .recording else { return }
        let isWhole = term.keeper.newest.inSync.allSatisfy { other in
            other.kiosk == kiosk || isPresent(other, in: term)
        }
        guard !isWhole else { return }
        let present = term.keeper.newest.inSync.filter { other in
            other.kiosk == kiosk || isPresent(other, in: term)
        }
        let gone = term.keeper.newest.inSync.filter { !present.contains($0) }
        guard self.term?.keeper.propose(inSync: present) != nil else { return }
        for other in gone { report(.memberLeft(other.kiosk)) }
        sendRegister()
    }

    private func isPresent(_ other: Member, in term: Term) -> Bool {
        guard roster.admits(other.kiosk), let contact = peers[other.kiosk], contact.isLinked
        else { return false }
        if let incarnation = contact.logIncarnation, incarnation != other.incarnation,
            !dropped.contains(.incarnations)
        {
            return false
        }
        if isStuck(other, in: term) { return false }
        // Only a host speaks all the time: the others have the whole silence from now on, the one
        // before has had it already.
        var heard = contact.lastHeard ?? term.began
        if other.kiosk != term.deposed { heard = max(heard, term.began) }
        return now.tick.since(heard) <= timing.silence
    }

    /// Whether the mesh has waited too long for this disk, though its kiosk is there.
    func isStuck(_ other: Member, in term: Term) -> Bool {
        if term.phase == .collecting, other.kiosk != kiosk, term.collected[other] == nil {
            // It answers once its fence is fsynced, and talks all the same while it is not.
            return now.tick.since(term.began) > timing.diskPatience
        }
        guard let since = term.stuckSince, now.tick.since(since) > timing.diskPatience else {
            return false
        }
        let committed = term.replication.committed
        return committed < term.written && term.replication[other].durable <= committed
    }

    /// Adds kiosks with storage that have caught up.
    mutating func considerGrowth() {
        guard let term, term.phase == .serving, term.keeper.inFlight.isEmpty else { return }
        var grown = term.keeper.recorded.inSync
        for peer in linked where !grown.contains(where: { $0.kiosk == peer }) {
            guard let contact = peers[peer], contact.hasStorage, roster.admits(peer),
                isAlive(peer), let incarnation = contact.logIncarnation
            else { continue }
            let other = Member(kiosk: peer, incarnation: incarnation)
            // It was taken out for that, and nothing has been acknowledged without it yet.
            guard !isStuck(other, in: term) else { continue }
            let durable = term.replication[other].durable
            let isCaughtUp = durable >= 1 && durable >= term.replication.committed
            guard isCaughtUp || dropped.contains(.learnerCaughtUp) else { continue }
            grown.append(other)
            report(.memberJoined(peer))
        }
        guard grown.count > term.keeper.recorded.inSync.count,
            self.term?.keeper.propose(inSync: grown) != nil
        else { return }
        sendRegister()
    }

    // MARK: the voters

    /// Most voters that the register ever names: more make elections slower, not safer.
    static var maximumVoters: Int { 7 }

    /// Brings the voters one step nearer to what the mesh should have.
    mutating func considerVoters() {
        guard let term, term.phase == .serving, term.keeper.inFlight.isEmpty,
            let voters = nextVoters(term.keeper.recorded),
            self.term?.keeper.propose(voters: voters) != nil
        else { return }
        sendRegister()
    }

    /// The voters after one addition or removal; nil where they are as they should be.
    ///
    /// Odd numbers only are kept: a second voter alone would make the mesh weaker, so two are
    /// added where two can be.
    private func nextVoters(_ register: Register) -> [Voter]? {
        let voters = register.voters
        if voters.count > 1, let unfit = voters.firstIndex(where: isUnfit) {
            return voters.removing(at: unfit)
        }
        let addable = addableVoters(besides: voters)
        let lost = voters.firstIndex(where: isLongLost)
        if voters.count % 2 == 0 {
            if let lost { return voters.removing(at: lost) }
            if voters.count < Self.maximumVoters, let next = addable.first {
                return voters + [next]
            }
            return voters.removing(at: weakest(of: voters))
        }
        if voters.count < Self.maximumVoters, addable.count >= 2 { return voters + [addable[0]] }
        if lost != nil, voters.count > 1, let next = addable.first { return voters + [next] }
        // A kiosk without storage votes only while there are too few others.
        if voters.count > 1, voters.contains(where: isWitness), let next = addable.first,
            !isWitness(next)
        {
            return voters + [next]
        }
        return nil
    }

    private func isWitness(_ other: Voter) -> Bool {
        other.kiosk != kiosk && peers[other.kiosk]?.hasStorage == false
    }

    /// Kiosks that could vote: present, with storage before those without, in order of key.
    private func addableVoters(besides voters: [Voter]) -> [Voter] {
        var stored: [Voter] = []
        var witnesses: [Voter] = []
        if !voters.contains(voter) { stored.append(voter) }
        for peer in linked where isAlive(peer) && roster.admits(peer) {
            // One that is carried away takes no vote along.
            if roster[peer]?.isTerminal == true { continue }
            guard !voters.contains(where: { $0.kiosk == peer }), let contact = peers[peer],
                let incarnation = contact.voteIncarnation
            else { continue }
            let other = Voter(kiosk: peer, incarnation: incarnation)
            if contact.hasStorage { stored.append(other) } else { witnesses.append(other) }
        }
        return stored + witnesses
    }

    /// Revoked, or its vote file was lost: it must not count, and never will again as it is.
    private func isUnfit(_ other: Voter) -> Bool {
        guard other.kiosk != kiosk else { return false }
        if !roster.admits(other.kiosk) { return true }
        let incarnation = peers[other.kiosk]?.voteIncarnation
        return incarnation != nil && incarnation != other.incarnation
    }

    private func isLongLost(_ other: Voter) -> Bool {
        guard other.kiosk != kiosk, let term else { return false }
        let heard = max(peers[other.kiosk]?.lastHeard ?? term.began, term.began)
        return !isAlive(other.kiosk) && now.tick.since(heard) > timing.voterReplacement
    }

    private func weakest(of voters: [Voter]) -> Int {
        let others = voters.indices.filter { voters[$0].kiosk != kiosk }
        return others.last { !isAlive(voters[$0].kiosk) }
            ?? others.last { peers[voters[$0].kiosk]?.hasStorage == false } ?? others.last ?? 0
    }

    // MARK: handing over

    /// Why the reign cannot go to `target`; nil where it can.
    package func transferProblem(_ target: KioskID) -> String? {
        guard let term, term.phase == .serving else { return "this kiosk is not the host" }
        guard target != kiosk else { return "it is the host already" }
        guard term.keeper.recorded.inSync.contains(where: { $0.kiosk == target }) else {
            return "it is not in sync: a host needs the whole log"
        }
        guard isAlive(target) else { return "it is not reachable" }
        return nil
    }

    mutating func beginTransfer(to target: KioskID) {
        guard transferProblem(target) == nil else { return }
        let deadline = now.tick + timing.silence
        term?.transfer = Term.Transfer(target: target, deadline: deadline)
    }

    /// Tells the target to campaign once everything written is acknowledged.
    mutating func advanceTransfer() {
        guard let term, let transfer = term.transfer else { return }
        if transfer.deadline <= now.tick {
            self.term?.transfer = nil
        } else if !transfer.isSent && term.replication.committed == term.written
            && term.keeper.inFlight.isEmpty
        {
            self.term?.transfer?.isSent = true
            send(.takeOver(epoch: term.epoch), to: transfer.target)
        }
    }
}

extension Array {
    fileprivate func removing(at index: Int) -> [Element] {
        var rest = self
        rest.remove(at: index)
        return rest
    }
}
