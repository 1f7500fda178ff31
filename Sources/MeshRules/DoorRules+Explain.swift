extension DoorRules {
    /// One sentence that says what would have to be different; nil where the rules admit, cannot
    /// be evaluated, or have no condition that can be put into words.
    ///
    /// Of conditions that must all hold, the one that is hardest to mend speaks; of alternatives
    /// the one that is easiest to mend.
    package static func explain(_ rules: JSONValue, _ facts: RuleFacts) -> String? {
        var evaluation = RuleEvaluation(facts: facts)
        return try? evaluation.obstacle(in: rules)?.sentence
    }
}

/// A condition that does not hold.
private struct RuleObstacle {
    /// How hard it is to mend: waiting is easier than another ticket.
    enum Effort: Int {
        case again
        case wait
        case walk
        case never
    }

    let effort: Effort
    let sentence: String

    init(_ effort: Effort, _ sentence: String) {
        self.effort = effort
        self.sentence = sentence
    }
}

extension RuleEvaluation {
    fileprivate mutating func obstacle(in node: JSONValue) throws(RuleTrouble) -> RuleObstacle? {
        guard case .object(let members) = node, members.count == 1, let member = members.first,
            try !value(of: node).isTrue
        else { return nil }
        var nodes = [member.value]
        if case .array(let values) = member.value { nodes = values }
        guard member.name == "and" || member.name == "or" else {
            return try obstacle(member.name, nodes)
        }
        var chosen: RuleObstacle?
        for node in nodes {
            guard let other = try obstacle(in: node) else { continue }
            let difference = other.effort.rawValue - (chosen ?? other).effort.rawValue
            if chosen == nil || (member.name == "and" ? difference > 0 : difference < 0) {
                chosen = other
            }
        }
        return chosen
    }

    private mutating func obstacle(
        _ operation: String, _ nodes: [JSONValue]
    ) throws(RuleTrouble) -> RuleObstacle? {
        guard case .object(let members)? = nodes.first, let subject = members.first else {
            return nil
        }
        if RuleFacts.Count(rawValue: subject.name) != nil {
            return RuleObstacle(.again, "The entries that the rules allow are used up.")
        }
        var name = subject.value
        if case .array(let values) = name, let first = values.first { name = first }
        guard subject.name == "var", case .string(let text) = name,
            let variable = RuleFacts.Variable(rawValue: text)
        else { return nil }
        return variable == .moment
            ? try timeObstacle(operation, nodes)
            : Self.obstacle(variable, isPresent: facts.isPresent)
    }

    private static func obstacle(_ variable: RuleFacts.Variable, isPresent: Bool) -> RuleObstacle {
        switch variable {
        case .product, .variation:
            RuleObstacle(.never, "The rules do not admit this kind of ticket.")
        case .gate: RuleObstacle(.walk, "This ticket is not for this gate.")
        case .moment: RuleObstacle(.wait, "The rules do not admit this ticket now.")
        case .weekday: RuleObstacle(.wait, "This ticket is not for this day of the week.")
        case .entriesNumber: RuleObstacle(.again, "The entries that the rules allow are used up.")
        case .entriesToday: RuleObstacle(.wait, "Today's entries that the rules allow are used up.")
        case .entriesDays: RuleObstacle(.again, "The days that the rules allow are used up.")
        case .minutesSinceLastEntry:
            RuleObstacle(.again, "The time since the last entry does not fit the rules.")
        case .minutesSinceFirstEntry:
            RuleObstacle(.again, "The time since the first entry does not fit the rules.")
        case .entryStatus:
            RuleObstacle(
                .again,
                isPresent ? "This ticket is already inside." : "This ticket is not inside.")
        }
    }

    /// `now` beside a time; the tolerance is in the time that is named.
    private mutating func timeObstacle(
        _ operation: String, _ nodes: [JSONValue]
    ) throws(RuleTrouble) -> RuleObstacle? {
        guard operation == "isBefore" || operation == "isAfter", nodes.count >= 2,
            case .time(let bare) = try value(of: nodes[1])
        else { return Self.obstacle(.moment, isPresent: facts.isPresent) }
        let tolerance = nodes.count > 2 ? try value(of: nodes[2]).asDouble ?? 0 : 0
        let isBefore = operation == "isBefore"
        let zone = facts.event.zone
        let limit = try bare.adding(minutes: isBefore ? tolerance : -tolerance, in: zone).moment
        let (local, today) = (
            CivilTime(microseconds: zone.localMicroseconds(of: limit)),
            CivilTime(microseconds: zone.localMicroseconds(of: facts.moment))
        )
        let text = local.dayNumber == today.dayNumber ? local.clockText : local.minuteText
        return RuleObstacle(
            .wait, isBefore ? "Admitted until \(text) only." : "Admitted from \(text).")
    }
}
