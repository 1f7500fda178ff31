import MeshModel

/// Which of many equal events get a line in the log: the first of each kind, then for a while
/// none, then how many there were. A prankster with a thousand connections fills no disk.
struct LineBrake: Sendable {
    /// One line of a kind in this time: often enough to see that it goes on.
    static let interval = Span64.seconds(10)
    /// Kinds told apart; there are some dozens of reasons, and whoever makes up more shares one.
    static let maximumKinds = 64

    /// What was left out of the log.
    struct LeftOut: Hashable, Sendable {
        let kind: String
        let count: Int
    }

    private struct Kind {
        /// As it was told the first time, numbers and all.
        let words: String
        var since: Tick
        var leftOut = 0
    }

    private var kinds: [String: Kind] = [:]

    /// Whether an event of this kind may be told now; otherwise it is counted. Numbers in `kind`
    /// make no difference: a stranger chooses them.
    mutating func passes(_ kind: String, at now: Tick) -> Bool {
        var key = String(kind.filter { !$0.isNumber })
        if kinds[key] == nil, kinds.count >= Self.maximumKinds { key = Self.rest }
        if kinds[key] != nil {
            kinds[key]?.leftOut += 1
            return false
        }
        kinds[key] = Kind(words: key == Self.rest ? key : kind, since: now)
        return true
    }

    /// What was left out in the intervals that are over, sorted. A kind that goes on stays braked;
    /// one that was quiet may be told at once again.
    mutating func takeLeftOut(at now: Tick) -> [LeftOut] {
        let over = kinds.filter { now.since($0.value.since) >= Self.interval }
        for (key, kind) in over {
            kinds[key] = kind.leftOut == 0 ? nil : Kind(words: kind.words, since: now)
        }
        return over.filter { $0.value.leftOut > 0 }
            .map { LeftOut(kind: $0.value.words, count: $0.value.leftOut) }
            .sorted { $0.kind < $1.kind }
    }

    private static let rest = "other reasons"
}
