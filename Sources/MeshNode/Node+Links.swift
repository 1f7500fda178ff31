import MeshConsensus
import MeshLedger
import MeshModel

extension Node {
    mutating func linkUp(_ peer: KioskID) {
        guard roster.admits(peer), peer != kiosk else { return }
        peers[peer, default: Peer()].isLinked = true
        if !linked.contains(peer) {
            linked.append(peer)
            linked.sort()
        }
        send(.hello(hello), to: peer)
        if term != nil { sendHeartbeat(to: peer) }
    }

    mutating func linkDown(_ peer: KioskID) {
        guard isLinked(peer) else { return }
        peers[peer]?.isLinked = false
        linked.removeAll { $0 == peer }
        guard let host, host.kiosk == peer else { return }
        // A closed connection is noticed at once: no need to wait for the silence.
        self.host = nil
        report(.hostLost(peer))
        if let rank = known?.rank(of: kiosk) {
            let wait = timing.closedRankDelay * UInt64(rank)
            electionDeadline = now.tick + wait + jitter(within: timing.closedRankDelay)
        }
    }

    var hello: Hello {
        Hello(
            fence: vote.fence, register: vote.accepted, voteIncarnation: vote.voteIncarnation,
            logIncarnation: vote.logIncarnation, hasStorage: configuration.hasStorage,
            rosterVersion: roster.version)
    }

    mutating func receive(_ hello: Hello, from: KioskID) {
        peers[from]?.voteIncarnation = hello.voteIncarnation
        peers[from]?.logIncarnation = hello.logIncarnation
        peers[from]?.hasStorage = hello.hasStorage
        peers[from]?.rosterVersion = hello.rosterVersion
        highestEpochSeen = max(highestEpochSeen, hello.fence)
        if let register = hello.register, register.isNewer(than: known) { learn(register) }
        if hello.rosterVersion < roster.version { send(.roster(roster), to: from) }
    }

    /// Takes note of a register that is not proved to be recorded: it only tells whom to ask.
    mutating func learn(_ register: Register) {
        guard register.isNewer(than: known) else { return }
        let mayCampaign = known?.includes(member) ?? false
        known = register
        if register.includes(member), !mayCampaign, term == nil, candidacy == nil {
            electionDeadline = min(electionDeadline, now.tick + electionDelay())
        }
    }

    /// Takes a newer roster from a member: a kiosk without a log has no other source, and one with
    /// a log needs the keys of those whose blocks it is about to read.
    mutating func adopt(_ newer: Roster) {
        guard newer.version > roster.version else { return }
        let before = roster
        let revoked = newer.entries.filter { $0.isRevoked && before.admits($0.kiosk) }
        // The last word on this link: a kiosk that knows it was revoked tells its visitors so.
        for entry in revoked where isLinked(entry.kiosk) { send(.roster(newer), to: entry.kiosk) }
        roster = newer
        effects.append(.roster(newer))
        for entry in revoked {
            report(.revoked(entry.kiosk))
            linkDown(entry.kiosk)
        }
    }

    mutating func adoptRosterFromLog() {
        guard ledger.state.roster.version > roster.version else { return }
        adopt(ledger.state.roster)
    }

    /// Silence that this kiosk waits for before it stands for election: members further back in
    /// the in-sync set wait longer.
    func electionSilence() -> Span64 {
        timing.silence + timing.rankDelay * UInt64(known?.rank(of: kiosk) ?? 0)
    }

    mutating func electionDelay() -> Span64 { electionSilence() + jitter(within: timing.jitter) }

    mutating func jitter(within span: Span64) -> Span64 {
        Span64(nanoseconds: random.below(span.nanoseconds + 1))
    }

    /// True where the kiosk has a link and was heard within the silence.
    func isAlive(_ peer: KioskID) -> Bool {
        guard let contact = peers[peer], contact.isLinked, let heard = contact.lastHeard
        else { return false }
        return now.tick.since(heard) <= timing.silence
    }
}
