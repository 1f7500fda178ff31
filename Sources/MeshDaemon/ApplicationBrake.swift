import MeshModel

/// When a kiosk that was turned down may ask again: more and more seldom, since what the mesh
/// said stays true until a person acts.
struct ApplicationBrake: Sendable {
    static let firstWait = Span64.seconds(1)
    static let longestWait = Span64.seconds(30)

    private var denials = 0
    private var notBefore = Tick(nanoseconds: 0)

    func mayApply(at now: Tick) -> Bool { notBefore <= now }

    /// The mesh said no. All members that were asked at one time count as one.
    mutating func denied(at now: Tick) {
        guard mayApply(at: now) else { return }
        let wait = Self.firstWait * UInt64(1 << min(denials, 5))
        notBefore = now + min(wait, Self.longestWait)
        denials += 1
    }
}
