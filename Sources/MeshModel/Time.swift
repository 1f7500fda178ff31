/// Monotonic time of one process, in nanoseconds from an arbitrary start.
package struct Tick: Comparable, Hashable, Sendable {
    package let nanoseconds: UInt64

    package init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    /// Later than everything: a timer that is not armed.
    package static let never = Tick(nanoseconds: .max)

    package static func < (a: Tick, b: Tick) -> Bool { a.nanoseconds < b.nanoseconds }

    /// Saturates at `never`.
    package static func + (tick: Tick, span: Span64) -> Tick {
        let (sum, overflow) = tick.nanoseconds.addingReportingOverflow(span.nanoseconds)
        return overflow ? .never : Tick(nanoseconds: sum)
    }

    /// The time since `earlier`; zero where that lies ahead.
    package func since(_ earlier: Tick) -> Span64 {
        Span64(
            nanoseconds: nanoseconds > earlier.nanoseconds ? nanoseconds - earlier.nanoseconds : 0)
    }
}

/// A length of time in nanoseconds: `Duration` cut to 64 bits, since the core compares many.
package struct Span64: Comparable, Hashable, Sendable {
    package let nanoseconds: UInt64

    package init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    package static func milliseconds(_ count: UInt64) -> Span64 {
        Span64(nanoseconds: count * 1_000_000)
    }
    package static func seconds(_ count: UInt64) -> Span64 {
        Span64(nanoseconds: count * 1_000_000_000)
    }

    package static func < (a: Span64, b: Span64) -> Bool { a.nanoseconds < b.nanoseconds }
    package static func + (a: Span64, b: Span64) -> Span64 {
        Span64(nanoseconds: a.nanoseconds + b.nanoseconds)
    }
    package static func * (a: Span64, factor: UInt64) -> Span64 {
        Span64(nanoseconds: a.nanoseconds * factor)
    }
    package static func / (a: Span64, divisor: UInt64) -> Span64 {
        Span64(nanoseconds: a.nanoseconds / divisor)
    }
}

/// Wall-clock time, milliseconds since 1970-01-01 UTC; for validity and for people, never for
/// safety.
package typealias WallTime = Int64

/// What the shell tells the core of time: the steady clock and the wall clock of one moment.
package struct Now: Sendable {
    package let tick: Tick
    package let wall: WallTime

    package init(tick: Tick, wall: WallTime) {
        self.tick = tick
        self.wall = wall
    }
}
