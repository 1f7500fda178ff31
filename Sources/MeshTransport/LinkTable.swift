/// Who is connected, who knocks and who is called, with the limits of each. A plain value;
/// `Transport` keeps it behind a lock.
struct LinkTable: Sendable {
    /// A host and port that is dialed.
    struct Endpoint: Hashable, Sendable {
        let host: String
        let port: Int
    }

    /// Whether a dial may begin.
    enum DialOutcome: Equatable {
        case begin
        case alreadyInProgress
        case tooMany
    }

    private let limits: TransportLimits
    private(set) var links: [LinkID: Link] = [:]
    private(set) var strangers = 0
    private(set) var handshakes = 0
    private var dials: Set<Endpoint> = []
    private var lastID: UInt64 = 0

    init(limits: TransportLimits) {
        self.limits = limits
    }

    /// A caller knocks: nil if it may begin its handshake, or the reason why not.
    mutating func beginHandshake() -> String? {
        guard handshakes < limits.maximumHandshakes else {
            return "too many callers at once (\(handshakes))"
        }
        guard links.count < limits.maximumLinks else { return tooManyLinks }
        handshakes += 1
        return nil
    }

    /// The handshake of a caller ended, one way or the other.
    mutating func endHandshake() {
        handshakes -= 1
    }

    /// Adds the link that `make` builds, or says why there is no room for one of that class.
    mutating func add(
        _ peerClass: PeerClass, make: (LinkID) -> Link
    ) -> Result<Link, RefusedLink> {
        guard links.count < limits.maximumLinks else {
            return .failure(RefusedLink(reason: tooManyLinks))
        }
        if peerClass != .member {
            guard strangers < limits.maximumStrangerLinks else {
                return .failure(
                    RefusedLink(reason: "too many kiosks ask to be admitted (\(strangers))"))
            }
            strangers += 1
        }
        lastID += 1
        let link = make(LinkID(rawValue: lastID))
        links[link.id] = link
        return .success(link)
    }

    /// Removes a link; false if it was removed before.
    mutating func remove(_ link: Link) -> Bool {
        guard links.removeValue(forKey: link.id) != nil else { return false }
        if link.peerClass != .member { strangers -= 1 }
        return true
    }

    mutating func beginDial(_ endpoint: Endpoint) -> DialOutcome {
        guard !dials.contains(endpoint) else { return .alreadyInProgress }
        guard dials.count < limits.maximumDials else { return .tooMany }
        dials.insert(endpoint)
        return .begin
    }

    mutating func endDial(_ endpoint: Endpoint) {
        dials.remove(endpoint)
    }

    private var tooManyLinks: String { "too many links (\(links.count))" }
}

/// Why a proven peer gets no link.
struct RefusedLink: Error, Equatable {
    let reason: String
}
