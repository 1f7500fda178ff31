import Foundation
import SimulatorKit

/// The one line that says what broke and how to see it again.
enum FailureLine {
    static func text(
        _ violation: Violation, _ options: RunOptions, scenarioPath: String?, plant: String?
    ) -> String {
        let command = options.command(scenarioPath: scenarioPath, plant: plant)
        return "FAIL \(violation.checker) \(violation.what). Reproduce: \(command) (\(source))"
    }

    /// The line for a run that ends the process.
    static func trapped(_ options: RunOptions, scenarioPath: String?, plant: String?) -> String {
        text(
            Violation(checker: "trap", what: "the program trapped", nanoseconds: 0), options,
            scenarioPath: scenarioPath, plant: plant)
    }

    /// The commit this program was built in, where it still lies in its repository; else the
    /// version.
    static let source: String = commit.map { "commit \($0)" } ?? "version \(Release.version)"

    private static var commit: String? {
        guard let program = Bundle.main.executableURL else { return nil }
        let git = Process()
        git.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        git.arguments = [
            "git", "-C", program.deletingLastPathComponent().path, "rev-parse", "--short=12",
            "HEAD",
        ]
        let output = Pipe()
        git.standardOutput = output
        git.standardError = FileHandle.nullDevice
        guard (try? git.run()) != nil else { return nil }
        let data = output.fileHandleForReading.readDataToEndOfFile()
        git.waitUntilExit()
        let text = String(decoding: data, as: UTF8.self).trimmingCharacters(
            in: .whitespacesAndNewlines)
        return git.terminationStatus == 0 && !text.isEmpty ? text : nil
    }
}
