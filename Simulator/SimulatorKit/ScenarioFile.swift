import Yams

/// Why a scenario file was not taken.
package struct ScenarioError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Code: Equatable, Sendable { case unreadable, unknownKey, badValue }

    package let code: Code
    /// A plain sentence.
    package let message: String
    /// What to do about it.
    package let hint: String

    package var description: String { "\(message) \(hint)" }
}

/// Reads the YAML of a scenario. Every key is known or an error: a misspelt fault would otherwise
/// be a run that proves nothing.
package enum ScenarioFile {
    /// Faults that one file may name: more is no scenario any more, but a seed.
    package static let maximumFaults = 1000

    package static func parse(_ text: String) throws(ScenarioError) -> Scenario {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw ScenarioError(
                code: .unreadable, message: "This is not YAML: \(error).",
                hint: "Compare it with Simulator/Scenarios/split-hall.yaml.")
        }
        let top = try Section(root, "the scenario")
        try top.allow([
            "name", "about", "minutes", "nodes", "network", "load", "random-faults", "faults",
            "expect",
        ])
        var scenario = Scenario()
        scenario.name = top["name"]?.string ?? ""
        scenario.about = top["about"]?.string ?? ""
        scenario.seconds = try top.number("minutes").map { UInt64($0 * 60) }
        scenario.hasRandomFaults = try top.flag("random-faults") ?? false
        try readNodes(top["nodes"], into: &scenario)
        try readNetwork(top["network"], into: &scenario)
        if let load = top["load"] {
            let section = try Section(load, "load")
            try section.allow(["scan-every"])
            scenario.scan = try section.time("scan-every")
        }
        try readFaults(top["faults"], into: &scenario)
        if let expect = top["expect"] {
            let section = try Section(expect, "expect")
            try section.allow(["elections", "redemptions"])
            scenario.expect.elections = try section.count("elections")
            scenario.expect.redemptions = try section.count("redemptions")
        }
        return scenario
    }

    private static func readNodes(
        _ node: Node?, into scenario: inout Scenario
    ) throws(ScenarioError) {
        guard let node else { return }
        let section = try Section(node, "nodes")
        try section.allow(["kiosks", "witness"])
        scenario.hasWitness = try section.flag("witness")
        guard let count = try section.count("kiosks") else { return }
        guard (1...200).contains(count) else {
            throw section.bad("kiosks", "a number from 1 to 200")
        }
        scenario.kiosks = Int(count)
    }

    private static func readNetwork(
        _ node: Node?, into scenario: inout Scenario
    ) throws(ScenarioError) {
        guard let node else { return }
        let section = try Section(node, "network")
        try section.allow(["loss", "duplication", "reordering", "delay"])
        scenario.network.loss = try section.share("loss")
        scenario.network.duplication = try section.share("duplication")
        scenario.network.reordering = try section.share("reordering")
        scenario.network.delay = try section.time("delay")
    }

    private static func readFaults(
        _ node: Node?, into scenario: inout Scenario
    ) throws(ScenarioError) {
        guard let node else { return }
        guard let list = node.sequence, list.count <= maximumFaults else {
            throw ScenarioError(
                code: .badValue, message: "faults is not a list, or longer than \(maximumFaults).",
                hint: "Write one `- at: …` for each fault.")
        }
        for (number, item) in list.enumerated() {
            let section = try Section(item, "fault \(number + 1)")
            scenario.faults.append(try fault(section, kiosks: scenario.kiosks ?? 5))
        }
    }

    private static func fault(
        _ section: Section, kiosks: Int
    ) throws(ScenarioError) -> Scenario.Fault {
        let kinds = [
            "partition", "one-way", "crash", "crash-host", "pause", "slow-disk", "power-cut",
        ]
        try section.allow(["at", "for"] + kinds)
        let named = kinds.filter { section[$0] != nil }
        guard named.count == 1, let kind = named.first else {
            throw ScenarioError(
                code: .badValue, message: "\(section.name) names \(named.count) kinds of fault.",
                hint: "Give it exactly one of \(kinds.joined(separator: ", ")).")
        }
        guard let at = try section.time("at") else { throw section.bad("at", "a time such as 60s") }
        let lasts = try section.time("for") ?? 10_000_000_000
        let action: Scenario.Action
        switch kind {
        case "partition":
            action = .partition(inside: try section.kiosks(kind, kiosks), isOneWay: false)
        case "one-way":
            action = .partition(inside: try section.kiosks(kind, kiosks), isOneWay: true)
        case "crash": action = .crash(try section.kiosks(kind, kiosks))
        case "pause": action = .pause(try section.kiosks(kind, kiosks))
        case "slow-disk": action = .slowDisk(try section.kiosks(kind, kiosks))
        case "crash-host": action = .crashHost
        default: action = .powerCut
        }
        return Scenario.Fault(at: at, duration: lasts, action: action)
    }
}

/// One mapping of the file, with its name for error messages.
private struct Section {
    let name: String
    private let mapping: Node.Mapping

    init(_ node: Node?, _ name: String) throws(ScenarioError) {
        guard let mapping = node?.mapping else {
            throw ScenarioError(
                code: .badValue, message: "\(name) is not a list of `key: value`.",
                hint: "Compare it with Simulator/Scenarios/split-hall.yaml.")
        }
        self.name = name
        self.mapping = mapping
    }

    subscript(key: String) -> Node? { mapping[key] }

    func allow(_ keys: [String]) throws(ScenarioError) {
        for key in mapping.keys {
            let text = key.string ?? "?"
            guard keys.contains(text) else {
                let line = key.mark.map { " (line \($0.line))" } ?? ""
                throw ScenarioError(
                    code: .unknownKey, message: "\(name) has the unknown key `\(text)`\(line).",
                    hint: "Known are \(keys.joined(separator: ", ")).")
            }
        }
    }

    func bad(_ key: String, _ wanted: String) -> ScenarioError {
        ScenarioError(
            code: .badValue, message: "`\(key)` of \(name) is missing or unfit.",
            hint: "It takes \(wanted).")
    }

    func number(_ key: String) throws(ScenarioError) -> Double? {
        guard let node = self[key] else { return nil }
        guard let value = node.float, value > 0, value <= 100_000 else {
            throw bad(key, "a number above 0")
        }
        return value
    }

    func count(_ key: String) throws(ScenarioError) -> UInt64? {
        guard let node = self[key] else { return nil }
        guard let value = node.int, value >= 0 else { throw bad(key, "a whole number") }
        return UInt64(value)
    }

    func flag(_ key: String) throws(ScenarioError) -> Bool? {
        guard let node = self[key] else { return nil }
        guard let value = node.bool else { throw bad(key, "true or false") }
        return value
    }

    func time(_ key: String) throws(ScenarioError) -> UInt64? {
        guard let node = self[key] else { return nil }
        guard let text = node.string, let value = Quantity.nanoseconds(text) else {
            throw bad(key, "a time such as 250ms, 90s or 2m")
        }
        return value
    }

    func share(_ key: String) throws(ScenarioError) -> UInt64? {
        guard let node = self[key] else { return nil }
        guard let text = node.string, let value = Quantity.inTenThousand(text) else {
            throw bad(key, "a share such as 0.5%")
        }
        return value
    }

    /// Kiosks by number, from 0.
    func kiosks(_ key: String, _ count: Int) throws(ScenarioError) -> [Int] {
        let list = self[key]?.sequence.map { Array($0) } ?? []
        let numbers = list.compactMap { $0.int }
        guard !numbers.isEmpty, numbers.count == list.count,
            numbers.allSatisfy({ (0..<count).contains($0) })
        else { throw bad(key, "a list of kiosks such as [0, 2], from 0 to \(count - 1)") }
        return numbers
    }
}
