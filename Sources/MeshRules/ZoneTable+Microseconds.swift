// Rules reckon in microseconds, because pretix does.

/// Milliseconds as microseconds, clamped to years 1 to 9999.
func clampedMicroseconds(_ milliseconds: Int64) -> Int64 {
    let range = CivilTime.range
    return min(max(milliseconds, range.lowerBound / 1000), range.upperBound / 1000) * 1000
}

extension ZoneTable {
    /// How one moment reads here.
    struct Reading {
        /// Microseconds east of UTC.
        var offset: Int64
        /// The wall shows this time for the second time, the clocks having been set back.
        var isSecond: Bool
    }

    func reading(of moment: Int64) -> Reading {
        let index = firstIndex { $0.at * 1000 > moment }
        guard index > 0 else {
            return Reading(offset: Int64(initialOffsetSeconds) * 1_000_000, isSecond: false)
        }
        let (before, after) = offsets(around: index - 1)
        let isSecond = moment - transitions[index - 1].at * 1000 < before - after
        return Reading(offset: after, isSecond: isSecond)
    }

    func localMicroseconds(of moment: Int64) -> Int64 { moment + reading(of: moment).offset }

    /// The moment when a wall here shows so many microseconds from 1970-01-01 00:00.
    ///
    /// With the first reading the later offset counts once the wall shows a time that the earlier
    /// offset can no longer explain; with the second as soon as the later offset can explain it.
    func microseconds(ofLocal local: Int64, isSecond: Bool) -> Int64 {
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            let (before, after) = offsets(around: middle)
            let shift = isSecond ? min(before, after) : max(before, after)
            if transitions[middle].at * 1000 + shift > local {
                high = middle
            } else {
                low = middle + 1
            }
        }
        let offset = low > 0 ? transitions[low - 1].offsetSeconds : initialOffsetSeconds
        return local - Int64(offset) * 1_000_000
    }

    /// When the local day of a moment began; where that midnight occurs twice, the one that is
    /// read like the moment itself.
    func startOfDay(atMicroseconds moment: Int64) -> Int64 {
        let reading = reading(of: moment)
        let local = moment + reading.offset
        let midnight = floorDivide(local, microsecondsPerDay) * microsecondsPerDay
        return microseconds(ofLocal: midnight, isSecond: reading.isSecond)
    }

    /// The offsets before and after a transition, in microseconds.
    private func offsets(around index: Int) -> (before: Int64, after: Int64) {
        let before = index > 0 ? transitions[index - 1].offsetSeconds : initialOffsetSeconds
        return (Int64(before) * 1_000_000, Int64(transitions[index].offsetSeconds) * 1_000_000)
    }

    /// The first transition that fulfils what all later ones fulfil too; their count where none.
    private func firstIndex(where isLater: (Transition) -> Bool) -> Int {
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            if isLater(transitions[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
