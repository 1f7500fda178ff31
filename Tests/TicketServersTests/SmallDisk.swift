import Foundation

/// A disk in memory that is soon full; only root may have one.
enum SmallDisk {
    /// Room for some hundred facts.
    private static let size = "128k"

    static var isPossible: Bool {
        guard let path = mount() else { return false }
        unmount(path)
        return true
    }

    static func mount() -> String? {
        let path = NSTemporaryDirectory() + "/disk-\(UUID().uuidString)"
        try? FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
        let isThere = run("mount", ["-t", "tmpfs", "-o", "size=\(size)", "tmpfs", path])
        if !isThere { try? FileManager.default.removeItem(atPath: path) }
        return isThere ? path : nil
    }

    static func unmount(_ path: String) {
        if run("umount", [path]) { try? FileManager.default.removeItem(atPath: path) }
    }

    private static func run(_ name: String, _ arguments: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/\(name)")
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
