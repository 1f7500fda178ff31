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
        // The greatest of all.
        "for (other, progress) in progress where other.kiosk == member.kiosk {",
    ]

    private var paths: [String] {
        ImportTests.core.flatMap { Repository.files(below: "Sources/\($0)") }
    }

    @Test func noClockNoChanceNoTask() throws {
        for path in paths {
            for (number, line) in try Repository.lines(of: path) {
                let code = Repository.code(line)
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
        #expect(unordered.contains("peers") && unordered.contains("unapplied"))
        for path in paths {
            for (number, line) in try Repository.lines(of: path) {
                let code = Repository.code(line).drop { $0 == " " }
                guard !Self.harmless.contains(String(code)) else { continue }
                for name in unordered where walks(code, over: name) {
                    Issue.record("\(path):\(number) walks over \(name), which has no order")
                }
            }
        }
    }

    /// Stored properties of the core that are dictionaries or sets, by name.
    private func unorderedProperties() throws -> [String] {
        var names: [String] = []
        for path in paths {
            for (_, line) in try Repository.lines(of: path) {
                guard let match = try Self.declaration.firstMatch(in: Repository.code(line)) else {
                    continue
                }
                names.append(String(match.output.1))
            }
        }
        return Array(Set(names)).sorted()
    }

    // `name: [Key: Value]` or `name: Set<…>`; an array of tuples has its colon in parentheses.
    nonisolated(unsafe) private static let declaration =
        /(?:var|let) (\w+)(?:: \[[\w.]+: |: Set<| = \[[\w.]+: [\w.\[\]]+\]\(| = Set<)/

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
