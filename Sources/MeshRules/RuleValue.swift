/// A value while rules are evaluated, with the truth, equality and order that Python gives it.
enum RuleValue {
    case null
    case bool(Bool)
    case int(Int64)
    case double(Double)
    case string(String)
    case list([RuleValue])
    case time(RuleTime)

    /// What Python's `bool()` gives.
    var isTrue: Bool {
        switch self {
        case .null: false
        case .bool(let value): value
        case .int(let value): value != 0
        case .double(let value): value != 0
        case .string(let value): !value.isEmpty
        case .list(let values): !values.isEmpty
        case .time: true
        }
    }

    /// What it is, for sentences.
    var kind: String {
        switch self {
        case .null: "nothing"
        case .bool: "a truth value"
        case .int, .double: "a number"
        case .string: "a text"
        case .list: "a list"
        case .time: "a time"
        }
    }

    private var isBool: Bool {
        if case .bool = self { true } else { false }
    }

    private var isText: Bool {
        if case .string = self { true } else { false }
    }

    /// A number proper; truth values are none here.
    private var isNumber: Bool {
        switch self {
        case .int, .double: true
        default: false
        }
    }

    /// What Python's `float()` gives; nil where it fails.
    var asDouble: Double? {
        switch self {
        case .bool(let value): value ? 1 : 0
        case .int(let value): Double(value)
        case .double(let value): value
        case .string(let value): pythonFloat(value)
        case .null, .list, .time: nil
        }
    }

    /// What Python's `int()` gives.
    func asInt() throws(RuleTrouble) -> Int64 {
        switch self {
        case .bool(let value): return value ? 1 : 0
        case .int(let value): return value
        case .double(let value):
            if let whole = Int64(exactly: value.rounded(.towardZero)) { return whole }
        case .string(let value):
            if let whole = pythonInt(value) { return whole }
        case .null, .list, .time: break
        }
        throw RuleTrouble("an id must be a whole number, not \(kind)")
    }
}

/// Why rules cannot be evaluated: the rest of a sentence.
struct RuleTrouble: Error {
    let why: String

    init(_ why: String) { self.why = why }
}

// MARK: - Comparison

extension RuleValue {
    /// Python's `==`: numbers by exact value, truth values being 0 and 1; other kinds never equal.
    func equals(_ other: RuleValue) -> Bool {
        switch (self, other) {
        case (.null, .null): return true
        case (.string(let a), .string(let b)): return a.utf8.elementsEqual(b.utf8)
        case (.time(let a), .time(let b)): return a.equals(b)
        case (.list(let a), .list(let b)): return a.elementsEqual(b) { $0.equals($1) }
        default: break
        }
        switch (whole, other.whole) {
        case (let a?, let b?): return a == b
        case (let a?, nil): return other.fraction.flatMap(Int64.init(exactly:)) == a
        case (nil, let b?): return fraction.flatMap(Int64.init(exactly:)) == b
        case (nil, nil):
            guard let a = fraction, let b = other.fraction else { return false }
            return a == b
        }
    }

    private var whole: Int64? {
        switch self {
        case .bool(let value): value ? 1 : 0
        case .int(let value): value
        default: nil
        }
    }

    private var fraction: Double? {
        if case .double(let value) = self { value } else { nil }
    }

    /// The rules' `==`: beside a text everything is compared as text, beside a truth value
    /// everything as truth.
    func softEquals(_ other: RuleValue) throws(RuleTrouble) -> Bool {
        if isText || other.isText {
            return try text().utf8.elementsEqual(other.text().utf8)
        }
        if isBool || other.isBool { return isTrue == other.isTrue }
        return equals(other)
    }

    /// What Python's `str()` gives, for what a rule can sensibly compare as text.
    private func text() throws(RuleTrouble) -> String {
        switch self {
        case .null: return "None"
        case .bool(let value): return value ? "True" : "False"
        case .int(let value): return String(value)
        case .double(let value): return pythonText(of: value)
        case .string(let value): return value
        case .list(let values):
            var parts: [String] = []
            for value in values {
                if value.isText { throw RuleTrouble("a list of texts is compared with a text") }
                parts.append(try value.text())
            }
            return "[" + parts.joined(separator: ", ") + "]"
        case .time: throw RuleTrouble("a time is compared with a text")
        }
    }

    /// The rules' `<`: beside a number both become numbers, and what cannot is not less.
    func softLess(_ other: RuleValue) throws(RuleTrouble) -> Bool {
        guard isNumber || other.isNumber else { return try isLess(other) }
        guard let a = asDouble, let b = other.asDouble else { return false }
        return a < b
    }

    /// What `a < b < c` compares on: in a comparison with a number this one became one itself.
    func carried(from other: RuleValue) -> RuleValue {
        guard isNumber || other.isNumber, let value = asDouble else { return self }
        return .double(value)
    }

    /// Python's `<`, which fails for what has no order.
    func isLess(_ other: RuleValue) throws(RuleTrouble) -> Bool {
        switch (self, other) {
        case (.string(let a), .string(let b)): return a.utf8.lexicographicallyPrecedes(b.utf8)
        case (.time(let a), .time(let b)): return a.isLess(b)
        case (.bool, .bool), (.int, .int), (.bool, .int), (.int, .bool):
            if let a = whole, let b = other.whole { return a < b }
        default:
            // One is a fraction: exact enough, as no rule means numbers beyond 2⁵³.
            if isNumber || isBool, other.isNumber || other.isBool,
                let a = asDouble, let b = other.asDouble
            {
                return a < b
            }
        }
        throw RuleTrouble("\(kind) and \(other.kind) have no order")
    }
}
