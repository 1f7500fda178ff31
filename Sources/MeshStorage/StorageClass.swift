import Glibc

/// Whether a directory is fit to hold the ticket data through a power cut.
package enum StorageClass: Sendable, Equatable {
    /// On a real disk with room.
    case durable
    /// Not to be relied on, with the reason as a sentence.
    case notDurable(reason: String)
    /// On a real disk without enough room, with the numbers as a sentence.
    case lowOnSpace(reason: String)
}

extension StateDirectory {
    /// Least free bytes of a kiosk that stores ticket data: a large venue's catalogue and a long
    /// event's blocks come to a few hundred MiB.
    package static let minimumFreeBytes: UInt64 = 1 << 30

    /// Looks at the file system below this directory. Memory disks and overlays (live images,
    /// containers) lose their content, whatever fsync says. Throws `inputOutput`.
    package func storageClass() throws(StorageError) -> StorageClass {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .system(errno, "examine \(path)") }
        let mounts = try OpenFile("/proc/self/mountinfo", flags: O_RDONLY)
            .read(count: Self.maximumMountTableLength, at: 0)
        let fileSystem = Self.fileSystem(
            ofDevice: UInt64(status.st_dev), in: String(decoding: mounts, as: UTF8.self))
        return Self.classify(
            fileSystem: fileSystem, freeBytes: try freeBytes(), path: path)
    }

    /// Bytes that this user may still write to the file system. Throws `inputOutput`.
    package func freeBytes() throws(StorageError) -> UInt64 {
        var space = statvfs()
        guard statvfs(path, &space) == 0 else { throw .system(errno, "examine \(path)") }
        return UInt64(space.f_bavail) * UInt64(space.f_frsize)
    }

    /// Most bytes read of the mount table; a kiosk has some dozens of mounts.
    private static let maximumMountTableLength = 1 << 20

    /// The type in the line `36 35 98:0 /root /mount options … - ext4 /dev/vda options` whose
    /// device it is; nil where there is none (btrfs shows other numbers), which then is a disk.
    static func fileSystem(ofDevice device: UInt64, in table: String) -> String? {
        // As glibc's gnu_dev_major and gnu_dev_minor, which are macros.
        let major = (device >> 8 & 0xFFF) | (device >> 32 & ~0xFFF)
        let minor = (device & 0xFF) | (device >> 12 & ~0xFF)
        for line in table.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 2, fields[2] == "\(major):\(minor)",
                let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count
            else { continue }
            return String(fields[dash + 1])
        }
        return nil
    }

    static func classify(fileSystem: String?, freeBytes: UInt64, path: String) -> StorageClass {
        if let fileSystem, volatileFileSystems.contains(fileSystem) {
            return .notDurable(
                reason: "\(path) is on \(fileSystem), which forgets its content when the power "
                    + "goes.")
        }
        guard freeBytes >= minimumFreeBytes else {
            return .lowOnSpace(
                reason: "\(path) has \(freeBytes >> 20) MiB free; \(minimumFreeBytes >> 20) are "
                    + "needed.")
        }
        return .durable
    }

    private static let volatileFileSystems: Set<String> = [
        "tmpfs", "ramfs", "rootfs", "overlay", "aufs",
    ]
}
