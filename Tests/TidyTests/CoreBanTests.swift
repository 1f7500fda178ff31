import Testing

/// What would make the core depend on anything but its inputs.
@Suite struct CoreBanTests {
    /// Words that have no place in the core.
    static let banned = [
        ".random(", ".shuffled(", ".randomElement(", "UUID(", "Date(", "Clock()", "print(",
        "Task {", "Task(", "Task<", "async ", "await ", "SystemRandomNumberGenerator",
        "hashValue", ".values {", ".keys {", "debugPrint(", "dump(",
    ]

    /// Walks over something unordered whose outcome does not depend on the order.
    static let harmless = [
        // The dead blocks are removed, and sorted first where they are counted.
        "for (position, _) in unapplied where position.chain.epoch < applied.chain.epoch {",
        // A parameter, in order, not the property of that name.
        "for token in tokens { self.tokens[token.id] = TokenUse(token: token) }",
        // Sorted at once.
        "for (id, entry) in entries where fits(entry.ticket) { found.append(id) }",
        // The greatest of all.
        "for (other, progress) in progress where other.kiosk == member.kiosk {",
    ]

    private var paths: [String] {
        ImportTests.core.flatMap { Repository.files(below: "Sources/\($0)") }
    }

    @Test func noClockNoChanceNoTask() throws {
        for path in paths {
            for (number, line) in try Repository.lines(of: path) {
                // A reprint is one of the core's own words.
                let code = Repository.code(line).replacing("reprint(", with: "")
                for word in Self.banned where code.contains(word) {
                    Issue.record("\(path):\(number) has \(word)")
                }
                // `self.now` is the time that came with the input.
                let bare = code.replacing("self.now", with: "")
                if bare.contains(".now") { Issue.record("\(path):\(number) asks for the time") }
            }
        }
    }

    @Test func noWalkOverTheUnordered() throws {
        let unordered = try unorderedProperties()
        #expect(unordered["Sources/MeshLedger/Ledger.swift"]?.contains("unapplied") ?? false)
        let everywhere = try unambiguous(unordered)
        #expect(everywhere.contains("unapplied"))
        for path in paths {
            let names = everywhere + (unordered[path] ?? [])
            for (number, line) in try Repository.lines(of: path) {
                let code = Repository.code(line).drop { $0 == " " }
                guard !Self.harmless.contains(String(code)) else { continue }
                for name in names where walks(code, over: name) {
                    Issue.record("\(path):\(number) walks over \(name), which has no order")
                }
            }
        }
    }

    /// Stored properties of the core that are dictionaries or sets, by file.
    private func unorderedProperties() throws -> [String: [String]] {
        var names: [String: [String]] = [:]
        for path in paths {
            for (_, line) in try Repository.lines(of: path) {
                guard let match = try Self.unordered.firstMatch(in: Repository.code(line)) else {
                    continue
                }
                names[path, default: []].append(String(match.output.1))
            }
        }
        return names
    }

    /// Those names that nothing with an order has anywhere in the core.
    private func unambiguous(_ unordered: [String: [String]]) throws -> [String] {
        let names = Set(unordered.values.joined())
        let ordered = try paths.flatMap { path in
            try Repository.lines(of: path).flatMap { _, line in
                Repository.code(line).matches(of: Self.ordered).map { String($0.output.1) }
            }
        }
        return names.subtracting(ordered).sorted()
    }

    // `name: [Key: Value]` or `name: Set<…>`, and `name: [Element]`.
    nonisolated(unsafe) private static let unordered =
        /(?:var|let) (\w+)(?:: \[[\w.]+: |: Set<| = \[[\w.]+: [\w.\[\]]+\]\(| = Set<)/
    nonisolated(unsafe) private static let ordered =
        /(\w+)(?:: \[[\w.]+\]|: \[\(|: some (?:Sequence|Collection)| = \[[\w.]+\]\()/

    private func walks(_ code: Substring, over name: String) -> Bool {
        for ending in [" {", " where ", ".enumerated()", ".reversed()"] {
            if code.contains("in \(name)\(ending)") || code.contains("in self.\(name)\(ending)")
                || code.contains(".\(name)\(ending)") && code.hasPrefix("for ")
            {
                return true
            }
        }
        return [".map", ".filter", ".compactMap", ".flatMap", ".first", ".forEach"].contains {
            code.contains(".\(name)\($0)") || code.hasPrefix("\(name)\($0)")
                || code.contains(" \(name)\($0)")
        }
    }
}
