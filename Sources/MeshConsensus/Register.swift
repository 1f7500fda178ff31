package import MeshModel

/// A kiosk of the in-sync set, with the incarnation of its log: a wiped log is another member.
package struct Member: Hashable, Sendable {
    package let kiosk: KioskID
    package let incarnation: Incarnation

    package init(kiosk: KioskID, incarnation: Incarnation) {
        self.kiosk = kiosk
        self.incarnation = incarnation
    }
}

/// A kiosk that keeps the register, with the incarnation of its vote file: a lost vote file is
/// another voter, so that promises it forgot are never counted again.
package struct Voter: Hashable, Sendable {
    package let kiosk: KioskID
    package let incarnation: Incarnation

    package init(kiosk: KioskID, incarnation: Incarnation) {
        self.kiosk = kiosk
        self.incarnation = incarnation
    }
}

/// The configuration register of PacificA's configuration manager, kept by a majority of voters
/// (Lin et al., MSR-TR-2008-25): who is host, whose disks an acknowledgement needs, who votes.
///
/// Ordered by (epoch, version).
package struct Register: Hashable, Sendable {
    package var epoch: Epoch
    package var version: UInt64
    package var host: KioskID
    /// In order of preference for the next host; the host is always among them.
    package var inSync: [Member]
    /// 1, 3, 5 or 7 kiosks; an even number only on the way between two odd ones.
    package var voters: [Voter]

    package init(
        epoch: Epoch, version: UInt64, host: KioskID, inSync: [Member], voters: [Voter]
    ) {
        self.epoch = epoch
        self.version = version
        self.host = host
        self.inSync = inSync
        self.voters = voters
    }

    /// True where this register supersedes `other`.
    package func isNewer(than other: Register?) -> Bool {
        guard let other else { return true }
        return epoch != other.epoch ? epoch > other.epoch : version > other.version
    }

    package func includes(_ member: Member) -> Bool { inSync.contains(member) }

    package func isVoter(_ kiosk: KioskID) -> Bool { voters.contains { $0.kiosk == kiosk } }

    /// Position in the in-sync set, from 0: the delay before candidacy grows with it.
    package func rank(of kiosk: KioskID) -> Int? { inSync.firstIndex { $0.kiosk == kiosk } }
}

extension Collection<Voter> {
    /// True where more than half of these voters are in `agreeing`.
    package func hasMajority(in agreeing: some Collection<Voter>) -> Bool {
        count { agreeing.contains($0) } * 2 > count
    }
}
