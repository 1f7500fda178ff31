import MeshRules
import Testing

/// What pretix 2026.8.0 computed for random rules, over random scans around clock changes.
///
/// `Golden/rules.jsonl` holds one situation a line: zone `z`, moment `t`, dates of the event `e`
/// (from, to, admission), gate `g`, product `p`, variation `v`, earlier scans `h` and rules `r`,
/// each with 1 (admitted), 0 (refused) or "error" (refused, because the evaluation failed).
@Suite struct RecordedRulesTests {
    @Test func everyOutcomeIsThatOfPretix() throws {
        let situations = try GoldenLines.read("rules.jsonl")
        var counts: [String: Int] = [:]
        for (line, situation) in situations.enumerated() {
            let ticket = DoorTicket(
                product: UInt64(try situation.member("p").number()),
                variation: situation["v"]?.whole.map(UInt64.init))
            let facts = RuleFacts(
                ticket: ticket, event: try situation.doorEvent(),
                at: try situation.member("t").number(),
                history: try situation.member("h").pastScans())
            for pair in try situation.member("r").elements() {
                let pair = try pair.elements()
                try #require(pair.count == 2)
                let outcome = DoorRules.evaluate(pair[0], facts)
                let word = Self.word(outcome)
                counts[word, default: 0] += 1
                #expect(
                    word == pair[1].canonical,
                    "line \(line + 1): \(pair[0].canonical) gives \(outcome)")
            }
        }
        // A recording of one kind of outcome alone would prove nothing.
        for word in ["1", "0", "\"error\""] { #expect(counts[word, default: 0] >= 100) }
    }

    private static func word(_ outcome: RuleOutcome) -> String {
        switch outcome {
        case .admits: "1"
        case .refuses: "0"
        case .cannotEvaluate: "\"error\""
        }
    }
}
