/// What rules say about one scan.
package enum RuleOutcome: Hashable, Sendable {
    case admits
    case refuses
    /// The rules ask for what is not known here, or make no sense: never admits. Holds the rest of
    /// a sentence.
    case cannotEvaluate(String)
}

/// pretix's check-in rules: JSON logic with a closed set of operators and variables.
///
/// The values follow pretix's Python evaluation to the letter, because ids in rules are texts,
/// times since an entry are fractions, and `None` compares to nothing. All arguments are evaluated
/// before their operator, so that trouble anywhere is trouble everywhere, as there.
package enum DoorRules {
    /// Steps one evaluation may take: one for each node, member and entry that is looked at. A list
    /// of 10,000 products takes 50,000.
    package static let maximumSteps = 200_000

    /// Empty rules, and any that Python holds false, are none: they admit.
    package static func evaluate(_ rules: JSONValue, _ facts: RuleFacts) -> RuleOutcome {
        guard hasRules(rules) else { return .admits }
        var evaluation = RuleEvaluation(facts: facts)
        do throws(RuleTrouble) {
            return try evaluation.value(of: rules).isTrue ? .admits : .refuses
        } catch {
            return .cannotEvaluate(error.why)
        }
    }

    private static func hasRules(_ rules: JSONValue) -> Bool {
        switch rules {
        case .null: false
        case .bool(let value): value
        case .int(let value): value != 0
        case .double(let value): value != 0
        case .string(let value): !value.isEmpty
        case .array(let values): !values.isEmpty
        case .object(let members): !members.isEmpty
        }
    }
}

/// One run over the rules.
struct RuleEvaluation {
    let facts: RuleFacts
    private var steps = 0

    init(facts: RuleFacts) { self.facts = facts }

    mutating func spend(_ count: Int = 1) throws(RuleTrouble) {
        guard count <= DoorRules.maximumSteps - steps else {
            throw RuleTrouble("they take more than \(DoorRules.maximumSteps) steps")
        }
        steps += count
    }

    mutating func value(of node: JSONValue) throws(RuleTrouble) -> RuleValue {
        try spend()
        guard case .object(let members) = node else { return try literal(node) }
        guard members.count == 1, let member = members.first else {
            throw RuleTrouble("an operation must have exactly one name, not \(members.count)")
        }
        guard let operation = RuleOperation(name: member.name) else {
            throw RuleTrouble("the operation “\(member.name.prefix(40))” is unknown")
        }
        // One argument may stand without the list around it.
        var nodes = [member.value]
        if case .array(let values) = member.value { nodes = values }
        if operation == .variable { return try variable(nodes) }
        var arguments: [RuleValue] = []
        for node in nodes { arguments.append(try value(of: node)) }
        return try apply(operation, arguments)
    }

    /// A list that stands for itself is not evaluated.
    private mutating func literal(_ node: JSONValue) throws(RuleTrouble) -> RuleValue {
        switch node {
        case .null: return .null
        case .bool(let value): return .bool(value)
        case .int(let value): return .int(value)
        case .double(let value): return .double(value)
        case .string(let value): return .string(value)
        case .object: throw RuleTrouble("a list of plain values has an operation in it")
        case .array(let nodes):
            var values: [RuleValue] = []
            for node in nodes {
                try spend()
                values.append(try literal(node))
            }
            return .list(values)
        }
    }

    private mutating func variable(_ nodes: [JSONValue]) throws(RuleTrouble) -> RuleValue {
        guard case .string(let name)? = nodes.first, nodes.count <= 2 else {
            throw RuleTrouble("a variable needs a name")
        }
        guard let variable = RuleFacts.Variable(rawValue: name) else {
            throw RuleTrouble("the variable “\(name.prefix(40))” is unknown")
        }
        try spend(facts.entries.count)
        return try facts.value(of: variable)
    }
}
