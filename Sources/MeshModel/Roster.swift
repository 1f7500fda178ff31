/// One kiosk on the roster: its identity key bound to its TLS key.
package struct RosterEntry: Hashable, Sendable {
    package let kiosk: KioskID
    package var name: String
    /// Ed25519 key of its TLS certificate.
    package var tlsKey: Key32
    /// It has durable room for the ticket data.
    package var hasStorage: Bool
    package var isRevoked: Bool
    /// A management terminal that is carried away and comes back: it has no vote, and nobody
    /// misses it.
    package var isTerminal: Bool

    package init(
        kiosk: KioskID, name: String, tlsKey: Key32, hasStorage: Bool, isRevoked: Bool = false,
        isTerminal: Bool = false
    ) {
        self.kiosk = kiosk
        self.name = name
        self.tlsKey = tlsKey
        self.hasStorage = hasStorage
        self.isRevoked = isRevoked
        self.isTerminal = isTerminal
    }
}

/// The kiosks that were ever admitted, sorted by key; a revoked one stays, marked.
package struct Roster: Hashable, Sendable {
    /// Number of roster records it was built from: the greater is the newer.
    package private(set) var version: UInt64 = 0
    package private(set) var entries: [RosterEntry] = []

    package init() {}

    package init(version: UInt64, entries: [RosterEntry]) {
        self.version = version
        self.entries = entries.sorted { $0.kiosk < $1.kiosk }
    }

    package subscript(kiosk: KioskID) -> RosterEntry? {
        let at = index(of: kiosk)
        return at < entries.count && entries[at].kiosk == kiosk ? entries[at] : nil
    }

    package subscript(name name: String) -> RosterEntry? {
        entries.first { $0.name == name }
    }

    /// True for a kiosk that was admitted and not revoked.
    package func admits(_ kiosk: KioskID) -> Bool {
        let at = index(of: kiosk)
        return at < entries.count && entries[at].kiosk == kiosk && !entries[at].isRevoked
    }

    /// Adds the entry, or replaces the one of the same kiosk.
    package mutating func set(_ entry: RosterEntry) {
        let at = index(of: entry.kiosk)
        if at < entries.count && entries[at].kiosk == entry.kiosk {
            entries[at] = entry
        } else {
            entries.insert(entry, at: at)
        }
        version += 1
    }

    private func index(of kiosk: KioskID) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].kiosk < kiosk { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// A join token as the mesh keeps it: enough to check a proof, not to make one anew from the log
/// of another mesh.
package struct JoinToken: Hashable, Sendable {
    package let id: Key16
    /// Key derived from the token's secret; proofs are keyed hashes under it.
    package let verifier: Key32
    /// How many kiosks it may admit in all.
    package let uses: UInt32
    package let expires: WallTime

    package init(id: Key16, verifier: Key32, uses: UInt32, expires: WallTime) {
        self.id = id
        self.verifier = verifier
        self.uses = uses
        self.expires = expires
    }
}
