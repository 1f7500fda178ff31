/// The pause before the next attempt: doubled after each failure, up to a limit.
struct Backoff {
    let first: Duration
    let last: Duration
    private var next: Duration

    init(first: Duration, last: Duration) {
        self.first = first
        self.last = last
        next = first
    }

    mutating func pause() -> Duration {
        defer { next = min(next * 2, last) }
        return next
    }

    mutating func reset() { next = first }
}
