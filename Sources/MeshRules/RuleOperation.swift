/// Every operation that rules may use: those that pretix lets a list store.
enum RuleOperation: Hashable {
    case variable
    case and
    case or
    case compare(Comparison)
    case inList
    case objectList
    case lookup
    case buildTime
    case isBefore
    case isAfter
    case count(RuleFacts.Count)

    enum Comparison: String {
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case equal = "=="
        case notEqual = "!="
    }

    init?(name: String) {
        switch name {
        case "var": self = .variable
        case "and": self = .and
        case "or": self = .or
        case "inList": self = .inList
        case "objectList": self = .objectList
        case "lookup": self = .lookup
        case "buildTime": self = .buildTime
        case "isBefore": self = .isBefore
        case "isAfter": self = .isAfter
        default:
            if let comparison = Comparison(rawValue: name) {
                self = .compare(comparison)
            } else if let count = RuleFacts.Count(rawValue: name) {
                self = .count(count)
            } else {
                return nil
            }
        }
    }
}

extension RuleEvaluation {
    mutating func apply(
        _ operation: RuleOperation, _ arguments: [RuleValue]
    ) throws(RuleTrouble) -> RuleValue {
        switch operation {
        case .variable: throw RuleTrouble("a variable needs a name")
        case .and: return arguments.reduce(.bool(true)) { $0.isTrue ? $1 : $0 }
        case .or: return arguments.reduce(.bool(false)) { $0.isTrue ? $0 : $1 }
        case .compare(let comparison): return .bool(try compare(comparison, arguments))
        case .inList:
            try expect(arguments, 2...2, "inList")
            return .bool(try contains(arguments[0], in: arguments[1]))
        case .objectList: return .list(arguments)
        case .lookup:
            try expect(arguments, 3...3, "lookup")
            return .int(try arguments[1].asInt())
        case .buildTime:
            try expect(arguments, 1...2, "buildTime")
            return .time(try buildTime(arguments[0], arguments.dropFirst().first ?? .null))
        case .isBefore:
            try expect(arguments, 2...3, "isBefore")
            return .bool(try isBefore(arguments[0], arguments[1], arguments.dropFirst(2).first))
        case .isAfter:
            try expect(arguments, 2...3, "isAfter")
            return .bool(try isBefore(arguments[1], arguments[0], arguments.dropFirst(2).first))
        case .count(let count):
            try expect(arguments, 1...1, count.rawValue)
            guard case .time(let cutoff) = arguments[0] else {
                throw RuleTrouble("\(count.rawValue) needs a time, not \(arguments[0].kind)")
            }
            try spend(facts.entries.count)
            return facts.value(of: count, cutoff)
        }
    }

    private func expect(
        _ arguments: [RuleValue], _ counts: ClosedRange<Int>, _ name: String
    ) throws(RuleTrouble) {
        guard counts.contains(arguments.count) else {
            let wanted =
                counts.count == 1
                ? "\(counts.lowerBound)" : "\(counts.lowerBound) or \(counts.upperBound)"
            throw RuleTrouble("\(name) takes \(wanted) arguments, not \(arguments.count)")
        }
    }

    /// `<` and `<=` may stand between more than two.
    private func compare(
        _ comparison: RuleOperation.Comparison, _ arguments: [RuleValue]
    ) throws(RuleTrouble) -> Bool {
        let isChain = comparison == .less || comparison == .lessOrEqual
        try expect(arguments, isChain ? 2...max(2, arguments.count) : 2...2, comparison.rawValue)
        var (a, b) = (arguments[0], arguments[1])
        switch comparison {
        case .equal: return try a.softEquals(b)
        case .notEqual: return try !a.softEquals(b)
        case .greater: return try b.softLess(a)
        case .greaterOrEqual:
            if try b.softLess(a) { return true }
            return try a.softEquals(b)
        case .less, .lessOrEqual: break
        }
        for next in arguments.dropFirst(2) + [.null] {
            var holds = try a.softLess(b)
            if !holds, comparison == .lessOrEqual { holds = try a.softEquals(b) }
            guard holds else { return false }
            // Only `<` hands on the number that a text became.
            a = comparison == .less ? b.carried(from: a) : b
            b = next
        }
        return true
    }

    private mutating func contains(
        _ member: RuleValue, in container: RuleValue
    ) throws(RuleTrouble) -> Bool {
        switch (member, container) {
        case (_, .list(let values)):
            try spend(values.count)
            return values.contains { member.equals($0) }
        case (.string(let part), .string(let whole)):
            let (part, whole) = (Array(part.utf8), Array(whole.utf8))
            guard part.count <= whole.count else { return false }
            try spend(whole.count + part.count)
            try spend((whole.count - part.count) * max(1, part.count))
            return (0...whole.count - part.count).contains { whole[$0...].starts(with: part) }
        default: throw RuleTrouble("inList looks for \(member.kind) in \(container.kind)")
        }
    }

    private func isBefore(
        _ a: RuleValue, _ b: RuleValue, _ tolerance: RuleValue?
    ) throws(RuleTrouble) -> Bool {
        guard let tolerance, tolerance.isTrue else { return try a.isLess(b) }
        guard let minutes = tolerance.asDouble else {
            throw RuleTrouble("a tolerance must be a number of minutes, not \(tolerance.kind)")
        }
        guard case .time(let limit) = b else {
            throw RuleTrouble("a tolerance goes with a time, not \(b.kind)")
        }
        return try a.isLess(.time(limit.adding(minutes: minutes, in: facts.event.zone)))
    }

    private func buildTime(_ kind: RuleValue, _ value: RuleValue) throws(RuleTrouble) -> RuleTime {
        guard case .string(let name) = kind else { throw RuleTrouble("buildTime needs a kind") }
        let event = facts.event
        switch (name, value) {
        case ("custom", .string(let text)): return try RuleTimeText.moment(text)
        case ("customtime", .string(let text)):
            return facts.today(at: try RuleTimeText.timeOfDay(text))
        case ("custom", _), ("customtime", _): throw RuleTrouble("buildTime needs a time")
        case ("date_from", _): return try time(event.from)
        case ("date_to", _): return try time(event.until ?? event.from)
        case ("date_admission", _): return try time(event.admission ?? event.from)
        default: throw RuleTrouble("buildTime knows no “\(name.prefix(40))”")
        }
    }

    private func time(_ milliseconds: Int64?) throws(RuleTrouble) -> RuleTime {
        guard let milliseconds else { throw RuleTrouble("the event's dates are not known") }
        return RuleTime(moment: clampedMicroseconds(milliseconds))
    }
}

extension RuleFacts {
    /// A time of day on the day of the scan; where the clocks show it twice, the one that is read
    /// like the scan's own time.
    fileprivate func today(at timeOfDay: Int64) -> RuleTime {
        let reading = event.zone.reading(of: moment)
        let day = floorDivide(moment + reading.offset, microsecondsPerDay)
        let wall = day * microsecondsPerDay + timeOfDay
        return RuleTime(
            moment: event.zone.microseconds(ofLocal: wall, isSecond: reading.isSecond), wall: wall)
    }
}
