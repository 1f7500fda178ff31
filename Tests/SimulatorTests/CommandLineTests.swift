import Foundation
import Testing

/// The program itself: its exit codes are what scripts see.
@Suite struct CommandLineTests {
    private struct Ended {
        let code: Int32
        let output: String
        let errors: String
    }

    private func run(_ arguments: String...) throws -> Ended { try run(arguments) }

    private func run(_ arguments: [String]) throws -> Ended {
        // The test bundle lies beside the program.
        let bundle = try #require(Bundle.main.executableURL)
        let program = bundle.deletingLastPathComponent().appendingPathComponent("kioskmesh-sim")
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let text = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let error = String(
            decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return Ended(code: process.terminationStatus, output: text, errors: error)
    }

    @Test func aRunThatHoldsEndsWithZero() throws {
        let ended = try run("swarm", "--runs", "2", "--kiosks", "3", "--minutes", "0.2", "--json")
        #expect(ended.code == 0)
        #expect(ended.errors.isEmpty)
        let object = try JSONSerialization.jsonObject(with: Data(ended.output.utf8))
        let totals = try #require(object as? [String: Any])
        #expect(totals["schema"] as? Int == 1)
        #expect(totals["runs"] as? Int == 2)
        #expect(totals["failures"] as? Int == 0)
        #expect((totals["traceHash"] as? String)?.count == 16)
        let keys = [
            "vacuous", "redemptions", "elections", "faults", "simulatedSeconds", "wallSeconds",
            "speed",
        ]
        for key in keys { #expect(totals[key] != nil, "\(key)") }
    }

    @Test func aBrokenInvariantEndsWithOneAndTheLineToCopy() throws {
        let ended = try run(
            "run", "--seed", "1", "--minutes", "0.2", "--plant", "rememberRequests")
        #expect(ended.code == 1)
        let line = try #require(ended.output.split(separator: "\n").first { $0.hasPrefix("FAIL ") })
        #expect(line.contains(". Reproduce: kioskmesh-sim run --seed 1 --kiosks 5 --minutes 0.2 "))
        #expect(line.contains("--plant rememberRequests ("))
    }

    @Test func aRunInWhichNothingHappensEndsWithTwo() throws {
        let ended = try run("run", "--minutes", "0.01")
        #expect(ended.code == 2)
        #expect(ended.errors.contains("nothing of interest"))
    }

    @Test(arguments: [
        ["run", "--bogus"], ["run", "nowhere.yaml"], ["run", "--kiosks", "0"],
        ["swarm", "--runs", "0"], ["swarm", "--time-limit", "soon"], ["run", "--plant", "nothing"],
        ["run", "--without", "rain"], ["replay", "/nowhere"], ["dance"],
    ])
    func aMistakeEndsWithSixtyFour(arguments: [String]) throws {
        let ended = try run(arguments)
        #expect(ended.code == 64)
        #expect(!ended.errors.isEmpty)
    }

    @Test func aMistakeIsJSONWhereThatIsWanted() throws {
        let ended = try run("run", "--kiosks", "0", "--json")
        #expect(ended.code == 64)
        let object = try JSONSerialization.jsonObject(with: Data(ended.output.utf8))
        let error = try #require((object as? [String: Any])?["error"] as? [String: String])
        #expect(error["code"] == "usage")
        #expect(error["message"]?.contains("--kiosks") ?? false)
    }

    @Test func aReportCanBeReplayed() throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("kioskmesh-sim-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let first = try run(
            "run", "--seed", "5", "--kiosks", "3", "--minutes", "0.3", "--report", folder.path)
        #expect(first.code == 0)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(
            names == [
                "history.jsonl", "junit.xml", "n0.log", "n1.log", "n2.log", "report.html",
                "results.json",
            ])
        let again = try run("replay", folder.path)
        #expect(again.code == 0)
        #expect(again.output.hasPrefix("The same run"))
        let results = folder.appendingPathComponent("results.json")
        let text = try String(contentsOf: results, encoding: .utf8)
        try text.replacingOccurrences(of: "\"seed\" : \"5\"", with: "\"seed\" : \"6\"")
            .write(to: results, atomically: true, encoding: .utf8)
        let other = try run("replay", folder.path)
        #expect(other.code == 1)
        #expect(other.output.hasPrefix("FAIL not-the-same-run"))
    }
}
