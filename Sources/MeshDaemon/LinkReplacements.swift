import MeshModel

/// How often the link to each kiosk was replaced by another one while it lived. Once is usual,
/// where both sides dial at the same time; again and again means two kiosks with one key.
struct LinkReplacements: Sendable {
    /// More of them in `interval` than two honest kiosks come to through all their addresses.
    static let usual = 4
    static let interval = Span64.seconds(10)

    private struct Count {
        var since: Tick
        var number = 0
    }

    private var counts: [KioskID: Count] = [:]

    /// Counts one; whether there are too many of late. Holds as many counts as there are members.
    mutating func isOdd(_ kiosk: KioskID, at now: Tick) -> Bool {
        var count = counts[kiosk] ?? Count(since: now)
        if now.since(count.since) >= Self.interval { count = Count(since: now) }
        count.number += 1
        counts[kiosk] = count
        return count.number > Self.usual
    }
}
