import MeshConsensus
import MeshLedger
package import MeshModel

extension Node {
    /// What this kiosk does in the mesh now.
    package enum Role: Hashable, Sendable { case host, standby, kiosk }

    /// How a kiosk looks from here.
    package enum Presence: Hashable, Sendable { case ok, suspect, lost, revoked }

    /// The host as this kiosk knows it; nil while it knows none that serves.
    package var servingHost: (kiosk: KioskID, epoch: Epoch)? {
        if let term { return isServing ? (kiosk, term.epoch) : nil }
        return host.flatMap { $0.isServing ? ($0.kiosk, $0.epoch) : nil }
    }

    package func role(of other: KioskID) -> Role {
        if other == kiosk ? term != nil : host?.kiosk == other { return .host }
        guard let member = known?.inSync.first(where: { $0.kiosk == other }) else { return .kiosk }
        // A log that was lost since is no longer the one that the register names.
        let incarnation = other == kiosk ? vote.logIncarnation : peers[other]?.logIncarnation
        return incarnation ?? member.incarnation == member.incarnation ? .standby : .kiosk
    }

    /// Only host and kiosks exchange heartbeats; of the rest a kiosk knows no more than its link.
    package func presence(of other: KioskID) -> Presence {
        guard roster.admits(other) else { return .revoked }
        if other == kiosk || isAlive(other) { return .ok }
        guard isLinked(other) else { return .lost }
        return term != nil || host?.kiosk == other ? .suspect : .ok
    }

    /// Blocks that a kiosk with storage has not confirmed; nil where that is not known here. Only
    /// the host knows it of the others.
    package func lag(of other: KioskID) -> UInt64? {
        if let term {
            if other == kiosk { return 0 }
            guard isAlive(other), let contact = peers[other], contact.hasStorage else { return nil }
            if contact.length < term.written { return term.written - contact.length }
            return contact.digest == ledger.digest ? 0 : 1
        }
        guard other == kiosk, configuration.hasStorage, let host else { return nil }
        let durable = disk.durable[host.chain]
        if durable < host.length { return host.length - durable }
        return durable == ledger.length(of: host.chain) ? 0 : 1
    }

    /// Requests that wait: made here, or as host held undecided or unacknowledged.
    package var waitingCount: Int {
        requests.count + (term?.heldCount ?? 0)
    }

    /// How much of the log is fsynced here.
    package var durableVector: VersionVector { disk.durable }

    /// Whether the fence allows this kiosk to speak for an epoch; for checkers.
    package var fence: Epoch { vote.fence }
}
