import CDNSSD

/// One of the two lasting requests, announcing and browsing: started, confirmed, and begun anew
/// with growing pauses when Avahi goes away.
struct Leg {
    /// The pauses between attempts: short enough that a restarted daemon costs no second, long
    /// enough that an absent one costs nothing.
    private static let firstPause = Duration.milliseconds(500)
    private static let lastPause = Duration.seconds(10)

    private(set) var request: ServiceRequest?
    private(set) var isConfirmed = false
    /// What is wrong, as sentences; nil before the first attempt and while all is well.
    private(set) var problem: String?
    private(set) var nextAttempt: ContinuousClock.Instant
    private var backoff = Backoff(first: firstPause, last: lastPause)

    init(at now: ContinuousClock.Instant) { nextAttempt = now }

    func isDue(at now: ContinuousClock.Instant) -> Bool { request == nil && nextAttempt <= now }

    mutating func start(_ request: ServiceRequest) { self.request = request }

    mutating func confirm() {
        isConfirmed = true
        problem = nil
        backoff.reset()
    }

    mutating func fail(_ problem: String, at now: ContinuousClock.Instant) {
        stop()
        self.problem = problem
        nextAttempt = now + backoff.pause()
    }

    mutating func stop() {
        request?.close()
        request = nil
        isConfirmed = false
    }
}
