/// Whether a kiosk stores the ticket data.
package enum StorageChoice: String, Sendable, Hashable, CaseIterable {
    /// Yes where the state directory is on a real disk with 1 GB free.
    case auto
    case yes
    case no
}

/// How many provisional redemptions a component without quorum may accept.
package enum OfflineAllowance: Sendable, Hashable {
    /// At most so many; 0 is strict.
    case limit(UInt64)
    case unlimited
}

/// What `kioskmesh run` was told. Nil is "not given": then what the state directory remembers
/// from an earlier run counts, and after that the built-in default.
package struct RunOptions: Sendable {
    /// The state directory.
    package var state: String
    /// `ADDRESS:PORT` to listen on; a free port if nothing is remembered.
    package var listen: String?
    /// Ways of finding others, of `mdns` and `static`.
    package var discovery: [String]?
    /// `HOST:PORT` of others that are known.
    package var peers: [String]
    package var storage: StorageChoice?
    /// `ADDRESS:PORT` of the console, or `off`.
    package var console: String?
    package var offlineAllowance: OfflineAllowance?
    /// A level of swift-log.
    package var logLevel: String?
    /// A file that holds a join token, for an empty state directory.
    package var tokenFile: String?
    /// A join token from `KIOSKMESH_TOKEN`, for an empty state directory; `tokenFile` goes first.
    package var token: String?
    /// Look for others on the loopback interface only.
    package var loopbackOnly: Bool
    /// The kiosk's name, where this run joins.
    package var name: String?

    /// Nothing is given but the state directory.
    package init(state: String) {
        self.state = state
        peers = []
        loopbackOnly = false
    }
}
