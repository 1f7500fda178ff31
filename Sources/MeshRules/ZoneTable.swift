/// A time zone as data: the core has no time zone database, so a shell cuts this out of its own.
///
/// Before the first transition the initial offset holds, after the last its offset: cut it wide
/// enough for the event. Local times follow Python's zoneinfo (PEP 495), as pretix computes them:
/// a time that occurs twice is the first of both unless `isSecond`; a time that the clocks skip is
/// read with the offset before the skip (after it where `isSecond`).
package struct ZoneTable: Hashable, Sendable {
    /// From a moment on another offset holds.
    package struct Transition: Hashable, Sendable {
        /// Milliseconds from 1970-01-01 UTC.
        package let at: Int64
        /// Seconds east of UTC.
        package let offsetSeconds: Int32

        package init(at: Int64, offsetSeconds: Int32) {
            self.at = at
            self.offsetSeconds = offsetSeconds
        }
    }

    /// Why a table is none.
    package enum Fault: Error, Hashable, Sendable, CustomStringConvertible {
        /// More than `maximumTransitions`.
        case tooMany(Int)
        /// The transition of this index is not after the one before it, or beyond years 1 to 9999.
        case order(index: Int)
        /// An offset of a day or more.
        case offset(seconds: Int32)

        /// One plain sentence and what to do.
        package var description: String {
            switch self {
            case .tooMany(let count):
                "The time zone has \(count) transitions, over \(ZoneTable.maximumTransitions); "
                    + "cut it to the years of the event."
            case .order(let index):
                "Transition \(index) of the time zone is out of order; cut the table anew."
            case .offset(let seconds):
                "A time zone cannot be \(seconds) seconds off UTC; cut the table anew."
            }
        }
    }

    /// Two a year for five centuries; no zone of the tz database has 300.
    package static let maximumTransitions = 1024

    package let initialOffsetSeconds: Int32
    package let transitions: [Transition]

    /// No transitions, offset 0.
    package static let utc = ZoneTable(fixedOffsetSeconds: 0)

    private init(fixedOffsetSeconds: Int32) {
        initialOffsetSeconds = fixedOffsetSeconds
        transitions = []
    }

    package init(
        initialOffsetSeconds: Int32, transitions: [Transition] = []
    ) throws(Fault) {
        guard transitions.count <= Self.maximumTransitions else {
            throw .tooMany(transitions.count)
        }
        var previous = CivilTime.range.lowerBound / 1000
        for (index, transition) in transitions.enumerated() {
            guard transition.at > previous, transition.at <= CivilTime.range.upperBound / 1000
            else { throw .order(index: index) }
            previous = transition.at
        }
        for seconds in [initialOffsetSeconds] + transitions.map(\.offsetSeconds)
        where !(-86_399...86_399).contains(seconds) { throw .offset(seconds: seconds) }
        self.initialOffsetSeconds = initialOffsetSeconds
        self.transitions = transitions
    }

    /// Seconds east of UTC at a moment in milliseconds.
    package func offsetSeconds(at milliseconds: Int64) -> Int {
        Int(reading(of: clampedMicroseconds(milliseconds)).offset / 1_000_000)
    }

    /// What a wall in this zone shows at a moment in milliseconds.
    package func civilTime(at milliseconds: Int64) -> CivilTime {
        CivilTime(microseconds: localMicroseconds(of: clampedMicroseconds(milliseconds)))
    }

    /// The moment in milliseconds when a wall in this zone shows that time, microseconds cut off.
    package func moment(of time: CivilTime, isSecond: Bool = false) -> Int64 {
        floorDivide(microseconds(ofLocal: time.microseconds, isSecond: isSecond), 1000)
    }

    /// Local days from 1970-01-01.
    package func dayNumber(at milliseconds: Int64) -> Int { civilTime(at: milliseconds).dayNumber }

    /// Local day of the week, 1 for Monday to 7 for Sunday.
    package func isoWeekday(at milliseconds: Int64) -> Int {
        civilTime(at: milliseconds).isoWeekday
    }

    /// When the local day of a moment began: at 00:00, read as the type's comment says.
    package func startOfDay(at milliseconds: Int64) -> Int64 {
        floorDivide(startOfDay(atMicroseconds: clampedMicroseconds(milliseconds)), 1000)
    }
}
