import Foundation
import Testing

/// Compares a transcript with the file of that name in `Golden`.
///
/// Files are rewritten only where `KIOSKMESH_UPDATE_GOLDEN=1` is set: read the difference before
/// you commit it.
func expectGolden(
    _ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
    let file = folder.appending(path: name + ".txt")
    if ProcessInfo.processInfo.environment["KIOSKMESH_UPDATE_GOLDEN"] == "1" {
        try text.write(to: file, atomically: true, encoding: .utf8)
        return
    }
    let golden = try String(contentsOf: file, encoding: .utf8)
    guard golden != text else { return }
    let expected = golden.split(separator: "\n", omittingEmptySubsequences: false)
    let actual = text.split(separator: "\n", omittingEmptySubsequences: false)
    let line = zip(expected, actual).prefix { $0 == $1 }.count
    let wanted = line < expected.count ? expected[line] : "(the end)"
    let got = line < actual.count ? actual[line] : "(the end)"
    Issue.record(
        "\(name).txt differs at line \(line + 1):\n  golden \(wanted)\n  now    \(got)",
        sourceLocation: sourceLocation)
}
