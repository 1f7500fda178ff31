/// An instance as browsing shows it: a name on an interface.
struct SightingKey: Hashable, Comparable {
    let name: String
    let interfaceIndex: UInt32

    static func < (left: SightingKey, right: SightingKey) -> Bool {
        (left.name, left.interfaceIndex) < (right.name, right.interfaceIndex)
    }
}

/// What is known about it.
struct Sighting {
    /// The pauses after a lookup without result: a kiosk that has just come up answers soon.
    private static let firstPause = Duration.seconds(1)
    private static let lastPause = Duration.seconds(20)

    /// How often Avahi announced it without withdrawing it: once over IPv4 and once over IPv6.
    /// 0: seen before Avahi restarted, and not again yet.
    var count = 0
    /// What the owner was told last.
    var service: DiscoveredService?
    var nextLookup: ContinuousClock.Instant
    private var backoff = Backoff(first: firstPause, last: lastPause)

    init(nextLookup: ContinuousClock.Instant) { self.nextLookup = nextLookup }

    mutating func lookupSucceeded(nextAt next: ContinuousClock.Instant) {
        backoff.reset()
        nextLookup = next
    }

    mutating func lookupFailed(at now: ContinuousClock.Instant) {
        nextLookup = now + backoff.pause()
    }
}
