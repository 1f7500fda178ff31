import Foundation

/// The repository that these tests lie in.
enum Repository {
    /// Links are resolved: a package may borrow these folders from elsewhere.
    static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func url(_ path: String) -> URL { root.appending(path: path) }

    static func text(_ path: String) throws -> String {
        try String(contentsOf: url(path), encoding: .utf8)
    }

    /// Names in a folder, sorted.
    static func names(in path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: url(path).path).sorted()
    }

    /// Paths of all files below a folder that end so, sorted. Build products are left out.
    static func files(below path: String, ending: String = ".swift") -> [String] {
        let walk = FileManager.default.enumerator(atPath: url(path).path)
        var found: [String] = []
        while let name = walk?.nextObject() as? String {
            if name.hasSuffix(ending) && !name.contains(".build") {
                found.append("\(path)/\(name)")
            }
        }
        return found.sorted()
    }

    static let swiftFolders = ["Sources", "Simulator", "Tests"]

    /// Every Swift file that a person wrote.
    static var writtenFiles: [String] {
        swiftFolders.flatMap { files(below: $0) }.filter { !$0.contains("/Generated/") }
    }

    /// Lines with their numbers, from 1.
    static func lines(of path: String) throws -> [(number: Int, text: Substring)] {
        try text(path).split(separator: "\n", omittingEmptySubsequences: false).enumerated()
            .map { ($0.offset + 1, $0.element) }
    }

    /// The part of a line before a comment; strings with slashes lose their rest, which is enough.
    static func code(_ line: Substring) -> Substring {
        line.firstRange(of: "//").map { line[..<$0.lowerBound] } ?? line
    }
}
