package import MeshModel

/// The host's side of the register at its epoch: what is recorded, what is on its way.
///
/// A change once sent is never abandoned, only recorded or superseded by a later version; each is
/// built on the last one sent. At most one voter is added or removed among the changes in flight.
package struct RegisterKeeper: Hashable, Sendable {
    /// Changes in flight at most; the host makes them one at a time except for shrinking.
    package static let maximumInFlight = 16

    /// The last register known to be recorded. Before the first change is recorded this is the one
    /// adopted from an earlier epoch.
    package private(set) var recorded: Register
    /// Sent and not recorded, oldest first.
    package private(set) var inFlight: [Register] = []
    /// Voters that accepted the newest change.
    package private(set) var acceptedBy: [Voter] = []

    /// Starts from the register that the promises gave, and sends it anew at the own epoch.
    package init(adopting adopted: Register, host: KioskID, epoch: Epoch) {
        recorded = adopted
        var anew = adopted
        anew.epoch = epoch
        // The epoch is higher: a version that a peer made up may wrap, and harms nothing.
        anew.version &+= 1
        anew.host = host
        inFlight = [anew]
    }

    package var newest: Register { inFlight.last ?? recorded }

    /// True once a register of the own epoch is recorded.
    package func isRecorded(at epoch: Epoch) -> Bool { recorded.epoch == epoch }

    /// Whose disks an acknowledgement needs: the last recorded set and all sent later.
    package func required(dropping rules: DroppedRules) -> [Member] {
        if rules.contains(.oldSetWhileChanging) { return newest.inSync }
        if rules.contains(.newSetWhileChanging) { return recorded.inSync }
        var union = recorded.inSync
        for register in inFlight {
            for member in register.inSync where !union.contains(member) { union.append(member) }
        }
        return union
    }

    /// Sends the next version with another in-sync set. Nil where too many are in flight.
    package mutating func propose(inSync: [Member]) -> Register? {
        guard inFlight.count < Self.maximumInFlight, !inSync.isEmpty else { return nil }
        return send { $0.inSync = inSync }
    }

    /// Sends the next version with one voter more or less. Nil while anything is in flight, or
    /// where the voters differ by more than one.
    package mutating func propose(voters: [Voter]) -> Register? {
        guard inFlight.isEmpty, !voters.isEmpty else { return nil }
        let added = voters.count { !recorded.voters.contains($0) }
        let removed = recorded.voters.count { !voters.contains($0) }
        guard added + removed == 1 else { return nil }
        return send { $0.voters = voters }
    }

    private mutating func send(_ change: (inout Register) -> Void) -> Register {
        var next = newest
        next.version &+= 1
        change(&next)
        inFlight.append(next)
        acceptedBy = []
        return next
    }

    /// A voter has fsynced a version. Returns the register where that recorded it.
    ///
    /// Needs a majority of the voters recorded last and of those the change names, so that both
    /// quorums of a voter change overlap with every other.
    package mutating func accept(from voter: Voter, epoch: Epoch, version: UInt64) -> Register? {
        guard let newest = inFlight.last, newest.epoch == epoch, newest.version == version
        else { return nil }
        if !acceptedBy.contains(voter) { acceptedBy.append(voter) }
        guard recorded.voters.hasMajority(in: acceptedBy), newest.voters.hasMajority(in: acceptedBy)
        else { return nil }
        recorded = newest
        inFlight = []
        acceptedBy = []
        return newest
    }

    /// Simulator only: takes the change for recorded without asking anybody.
    package mutating func skipRecording() {
        recorded = newest
        inFlight = []
        acceptedBy = []
    }
}
