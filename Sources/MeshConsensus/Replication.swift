package import MeshModel

/// How far each kiosk has fsynced the host's chain, and what is therefore acknowledged.
package struct Replication: Hashable, Sendable {
    package struct Progress: Hashable, Sendable {
        /// Blocks of the host's chain fsynced, with all they depend on.
        package var durable: UInt64 = 0
        /// Next block to push; blocks up to it are on their way.
        package var next: UInt64 = 0
    }

    private struct Entry: Hashable, Sendable {
        let member: Member
        var progress = Progress()
    }

    package let chain: ChainID
    /// Few and read at every step: an array in order of first mention.
    private var progress: [Entry] = []
    /// Number of blocks of the host's chain that are acknowledged.
    package private(set) var committed: UInt64 = 0

    package init(chain: ChainID) { self.chain = chain }

    package subscript(member: Member) -> Progress {
        get { progress.first { $0.member == member }?.progress ?? Progress() }
        set {
            if let at = progress.firstIndex(where: { $0.member == member }) {
                progress[at].progress = newValue
            } else {
                progress.append(Entry(member: member, progress: newValue))
            }
        }
    }

    package mutating func acknowledge(_ member: Member, durable: UInt64) {
        self[member].durable = max(self[member].durable, durable)
    }

    /// Raises `committed` to what every required member has fsynced, of the `written` blocks that
    /// the host's chain has. True where it grew.
    package mutating func advance(
        required: [Member], host: Member, written: UInt64, dropping rules: DroppedRules
    ) -> Bool {
        guard committed < written else { return false }
        let before = committed
        var lengths: [UInt64] = []
        for member in required {
            if rules.contains(.fsyncAtHost), member == host { continue }
            if rules.contains(.waitForTheWholeSet), member != host { continue }
            lengths.append(durableLength(member, dropping: rules))
        }
        lengths.sort()
        // The shortest decides; under the planted bug the middle one does.
        let deciding = rules.contains(.notMerelyAMajority) ? (lengths.count - 1) / 2 : 0
        let shared = deciding < lengths.count ? lengths[deciding] : written
        committed = max(committed, min(shared, written))
        return committed > before
    }

    private func durableLength(_ member: Member, dropping rules: DroppedRules) -> UInt64 {
        guard rules.contains(.incarnations) else { return self[member].durable }
        var best: UInt64 = 0
        for entry in progress where entry.member.kiosk == member.kiosk {
            best = max(best, entry.progress.durable)
        }
        return best
    }
}
