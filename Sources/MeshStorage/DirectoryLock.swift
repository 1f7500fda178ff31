import Glibc

/// The right to be the only daemon on a state directory; the kernel takes it back when the
/// process ends, however it ends.
package final class DirectoryLock: Sendable {
    fileprivate let descriptor: Int32

    fileprivate init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }
}

extension StateDirectory {
    /// The file that the lock is taken on; it stays there, unlocked, when nobody runs.
    package static let lockName = "lock"

    /// Takes the directory for this process until the returned value is released.
    /// Throws `locked`, naming the process that holds it, and what `open` throws.
    package func lock() throws(StorageError) -> DirectoryLock {
        let lockPath = path(of: Self.lockName)
        let descriptor = Glibc.open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system(errno, "open \(lockPath)") }
        let lock = DirectoryLock(descriptor: descriptor)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else { throw .system(errno, "lock \(lockPath)") }
            throw .locked(path, by: Self.holder(of: descriptor))
        }
        // For people, and for the message above where /proc tells nothing.
        let text = Array("\(getpid())\n".utf8)
        _ = ftruncate(descriptor, 0)
        _ = pwrite(descriptor, text, text.count, 0)
        return lock
    }

    /// The process that holds the lock: the kernel's list is the truth; the number in the file
    /// serves where that list is hidden or numbered differently, as in containers.
    private static func holder(of descriptor: Int32) -> Int32? {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        if let table = try? OpenFile("/proc/locks", flags: O_RDONLY),
            let bytes = try? table.read(count: 1 << 20, at: 0),
            let found = parseLocks(String(decoding: bytes, as: UTF8.self), inode: status.st_ino)
        {
            return found
        }
        var buffer = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return nil }
        let digits = buffer.prefix(count).prefix { $0 != UInt8(ascii: "\n") }
        return Int32(String(decoding: digits, as: UTF8.self))
    }

    /// Finds `1: FLOCK ADVISORY WRITE 812 fe:00:9071 0 EOF` by its inode. The device is not
    /// compared: some file systems show another one here than stat does.
    static func parseLocks(_ table: String, inode: ino_t) -> Int32? {
        for line in table.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count >= 6, fields[1] == "FLOCK", fields[3] == "WRITE",
                fields[5].split(separator: ":").last.flatMap({ ino_t($0) }) == inode,
                let process = Int32(fields[4]), process > 0
            else { continue }
            return process
        }
        return nil
    }
}

extension StorageError {
    fileprivate static func locked(_ path: String, by process: Int32?) -> StorageError {
        let who = process.map { "process \($0)" } ?? "another process"
        let kill = process.map { " or 'kill \($0)'" } ?? ""
        return StorageError(
            code: .locked,
            message: "KioskMesh already runs on \(path): \(who) holds it.",
            hint: "Stop that one ('systemctl stop kioskmesh'\(kill)), or give this one another "
                + "directory with --state.")
    }
}
