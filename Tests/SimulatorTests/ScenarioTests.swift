import Foundation
import SimulatorKit
import Testing

@Suite struct ScenarioTests {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Simulator/Scenarios")

    @Test(arguments: ["split-hall", "power-cut"])
    func scenariosThatShipHoldAndShowWhatTheyExpect(name: String) throws {
        let file = Self.folder.appendingPathComponent("\(name).yaml")
        let scenario = try ScenarioFile.parse(String(contentsOf: file, encoding: .utf8))
        #expect(scenario.name == name)
        #expect(!scenario.about.isEmpty)
        var options = RunOptions(
            seed: 1, kiosks: try #require(scenario.kiosks),
            seconds: try #require(scenario.seconds))
        options.scenario = scenario
        let result = Simulation.run(options)
        #expect(result.violation == nil)
        #expect(result.disappointment == nil)
    }

    @Test func everyPartIsRead() throws {
        let scenario = try ScenarioFile.parse(
            """
            name: x
            minutes: 1.5
            nodes: { kiosks: 4, witness: true }
            network: { delay: 3ms, loss: 0.5% }
            load: { scan-every: 250ms }
            random-faults: true
            faults:
              - { at: 10s, one-way: [0, 3], for: 2s }
              - { at: 1m, power-cut: all }
            expect: { elections: 2 }
            """)
        #expect(scenario.seconds == 90)
        #expect(scenario.kiosks == 4)
        #expect(scenario.hasWitness == true)
        #expect(scenario.network.delay == 3_000_000)
        #expect(scenario.network.loss == 50)
        #expect(scenario.scan == 250_000_000)
        #expect(scenario.hasRandomFaults)
        #expect(scenario.expect.elections == 2)
        #expect(
            scenario.faults == [
                Scenario.Fault(
                    at: 10_000_000_000, duration: 2_000_000_000,
                    action: .partition(inside: [0, 3], isOneWay: true)),
                Scenario.Fault(
                    at: 60_000_000_000, duration: 10_000_000_000, action: .powerCut),
            ])
    }

    struct Bad: Sendable {
        let text: String
        let code: ScenarioError.Code
        let word: String
    }

    @Test(arguments: [
        Bad(text: "nmae: x", code: .unknownKey, word: "nmae"),
        Bad(text: "nodes: { kioks: 3 }", code: .unknownKey, word: "kioks"),
        Bad(text: "network: { loss: 2 }", code: .badValue, word: "loss"),
        Bad(text: "network: { delay: soon }", code: .badValue, word: "delay"),
        Bad(text: "nodes: { kiosks: 0 }", code: .badValue, word: "kiosks"),
        Bad(text: "faults: 3", code: .badValue, word: "faults"),
        Bad(text: "faults: [{ at: 1s }]", code: .badValue, word: "0 kinds"),
        Bad(text: "faults: [{ at: 1s, crash: [0], pause: [1] }]", code: .badValue, word: "2 kinds"),
        Bad(text: "faults: [{ at: 1s, crash: [7] }]", code: .badValue, word: "crash"),
        Bad(text: "faults: [{ crash: [0] }]", code: .badValue, word: "at"),
        Bad(text: "[1, 2]", code: .badValue, word: "scenario"),
        Bad(text: "a: [", code: .unreadable, word: "YAML"),
        Bad(text: "", code: .badValue, word: "scenario"),
    ])
    func whatIsNotUnderstoodIsAnError(bad: Bad) throws {
        let error = try #require(throws: ScenarioError.self) { try ScenarioFile.parse(bad.text) }
        #expect(error.code == bad.code)
        #expect(error.message.contains(bad.word))
        #expect(!error.hint.isEmpty)
    }

    @Test func anExpectationThatIsNotMetMakesARunVacuous() throws {
        var options = RunOptions(seed: 1, kiosks: 3, seconds: 10)
        options.scenario = try ScenarioFile.parse(
            "{ nodes: { kiosks: 3 }, expect: { elections: 9 } }")
        let result = Simulation.run(options)
        #expect(result.violation == nil)
        #expect(result.isVacuous)
    }
}
