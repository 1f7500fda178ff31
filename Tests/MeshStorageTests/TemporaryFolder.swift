import Foundation

@testable import MeshStorage

/// A folder of its own for one test, removed with it.
final class TemporaryFolder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory
            .appendingPathComponent("kioskmesh-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func state() throws -> StateDirectory {
        try StateDirectory.open(path: url.path + "/state", create: true)
    }
}

/// A tiny memory disk, for running out of room for real.
final class TinyDisk {
    let path: String

    /// Whether this process may mount; tests that need it are skipped elsewhere.
    static let isAvailable = (try? TinyDisk(kibibytes: 64)) != nil

    init(kibibytes: Int) throws {
        path = FileManager.default.temporaryDirectory.path + "/kioskmesh-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
        do {
            try Self.run("/bin/mount", ["-t", "tmpfs", "-o", "size=\(kibibytes)k", "none", path])
        } catch {
            try? FileManager.default.removeItem(atPath: path)
            throw error
        }
    }

    deinit {
        try? Self.run("/bin/umount", ["-l", path])
        try? FileManager.default.removeItem(atPath: path)
    }

    private struct Refused: Error {}

    private static func run(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Refused() }
    }
}

/// Changes a file behind the program's back.
func damage(_ path: String, _ change: (inout Data) -> Void) throws {
    let url = URL(fileURLWithPath: path)
    var data = try Data(contentsOf: url)
    change(&data)
    try data.write(to: url)
}
