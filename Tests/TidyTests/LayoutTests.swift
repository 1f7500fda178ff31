import MeshCrypto
import Testing

@Suite struct LayoutTests {
    static let maximumFileLines = 500
    static let maximumColumns = 100

    /// What lies at the top of the repository, beside names that begin with a dot.
    static let top = [
        "Benchmarks", "LICENSE", "Package.resolved", "Package.swift", "Packaging", "Protocols",
        "README.md", "Scripts", "Simulator", "Sources", "Tests",
    ]

    @Test func nothingElseAtTheTop() throws {
        for name in try Repository.names(in: "") where !name.hasPrefix(".") {
            if !Self.top.contains(name) { Issue.record("\(name) has no place at the top") }
        }
    }

    @Test func filesAndLinesAreShort() throws {
        for path in Repository.writtenFiles {
            let lines = try Repository.lines(of: path)
            // The last line is the empty one after the last line feed.
            if lines.count - 1 > Self.maximumFileLines {
                Issue.record("\(path) has \(lines.count - 1) lines")
            }
            for (number, line) in lines where line.count > Self.maximumColumns {
                Issue.record("\(path):\(number) has \(line.count) columns")
            }
        }
    }

    @Test func nothingIsLeftForLater() throws {
        let words = ["TO" + "DO", "FIX" + "ME"]
        let others = ["Scripts", "Protocols", ".ci"].flatMap {
            Repository.files(below: $0, ending: "")
        }.filter { !$0.hasSuffix(".json") }
        for path in Repository.writtenFiles + others {
            guard let lines = try? Repository.lines(of: path) else { continue }
            for (number, line) in lines {
                for word in words where line.contains(word) {
                    Issue.record("\(path):\(number) has \(word)")
                }
            }
        }
    }

    @Test func everyTargetFolderIsInTheManifest() throws {
        let manifest = try Repository.text("Package.swift")
        for folder in Repository.swiftFolders {
            for name in try Repository.names(in: folder) {
                guard !Repository.files(below: "\(folder)/\(name)").isEmpty else { continue }
                if !manifest.contains("\"\(name)\"") {
                    Issue.record("\(folder)/\(name) is in no target: nobody builds it")
                }
            }
        }
    }

    /// `Scripts/generate` writes down from what it generated what.
    @Test func generatedFilesMatchTheirSources() throws {
        let folder = "Sources/MeshWire/Generated"
        let recorded = try Repository.text("\(folder)/SOURCES.txt").split(separator: "\n")
        let paths =
            Repository.files(below: "Protocols/proto", ending: ".proto")
            + Repository.files(below: folder, ending: ".pb.swift")
        let actual = try paths.map { path in
            let hash = Hex.encode(Blake2b.hash(Array(try Repository.text(path).utf8)))
            return "\(hash)  \(path.split(separator: "/").last ?? "")"
        }
        #expect(
            actual.sorted() == recorded.map(String.init).sorted(),
            "run Scripts/generate: a .proto or a generated file changed alone")
    }
}
