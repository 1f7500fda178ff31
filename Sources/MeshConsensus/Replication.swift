package import MeshModel

/// How far each kiosk has fsynced the host's chain, and what is therefore acknowledged.
package struct Replication: Hashable, Sendable {
    package struct Progress: Hashable, Sendable {
        /// Blocks of the host's chain fsynced, with all they depend on.
        package var durable: UInt64 = 0
        /// Next block to push; blocks up to it are on their way.
        package var next: UInt64 = 0
    }

    package let chain: ChainID
    private var progress: [Member: Progress] = [:]
    /// Number of blocks of the host's chain that are acknowledged.
    package private(set) var committed: UInt64 = 0

    package init(chain: ChainID) { self.chain = chain }

    package subscript(member: Member) -> Progress {
        get { progress[member] ?? Progress() }
        set { progress[member] = newValue }
    }

    package mutating func acknowledge(_ member: Member, durable: UInt64) {
        progress[member, default: Progress()].durable = max(self[member].durable, durable)
    }

    /// Raises `committed` to what every required member has fsynced, of the `written` blocks that
    /// the host's chain has. True where it grew.
    package mutating func advance(
        required: [Member], host: Member, written: UInt64, dropping rules: DroppedRules
    ) -> Bool {
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
        for (other, progress) in progress where other.kiosk == member.kiosk {
            best = max(best, progress.durable)
        }
        return best
    }
}
