import Glibc

extension CSVFolder {
    /// What identifies a state of a file; nil where there is none.
    struct Stamp: Hashable, Sendable {
        var inode: UInt64
        var size: Int
        var modified: Int64
        var nanoseconds: Int64
    }

    func stamp(of name: String) -> Stamp? {
        var status = stat()
        guard stat(path(of: name), &status) == 0 else { return nil }
        return Stamp(
            inode: UInt64(status.st_ino), size: Int(status.st_size),
            modified: Int64(status.st_mtim.tv_sec), nanoseconds: Int64(status.st_mtim.tv_nsec))
    }

    /// The bytes of a file; nil where there is none. Throws `file`.
    func read(_ name: String) throws(ServerError) -> [UInt8]? {
        let path = path(of: name)
        let action = "read \(path)"
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            // Without the folder there is no file either; that is another matter.
            if errno == ENOENT, access(self.path, F_OK) == 0 { return nil }
            throw problem(errno, action)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw problem(errno, action) }
        guard status.st_size <= Self.maximumResultsBytes else {
            throw ServerError(
                .file, "\(name) has \(status.st_size) bytes, which cannot be right.",
                hint: "Move or rename it; a new one is begun then")
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw problem(errno, action) }
            if count == 0 { break }
            done += count
        }
        bytes.removeSubrange(done...)
        return bytes
    }

    /// Replaces the file by `bytes`: after a power cut it is either the old one or the new one.
    /// Throws `file`.
    func replace(_ name: String, by bytes: [UInt8]) throws(ServerError) {
        let temporary = path(of: ".\(name).new")
        let action = "write \(path(of: name))"
        let descriptor = open(
            temporary, O_CREAT | O_TRUNC | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw problem(errno, action) }
        var number = write(bytes, to: descriptor)
        if number == 0, fsync(descriptor) != 0 { number = errno }
        // Full file systems on the network tell it here only.
        if close(descriptor) != 0, number == 0 { number = errno }
        if number == 0, rename(temporary, path(of: name)) != 0 { number = errno }
        if number == 0 { number = synchronise() }
        guard number == 0 else {
            unlink(temporary)
            throw problem(number, action)
        }
    }

    private func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return count == 0 ? EIO : errno }
            done += count
        }
        return 0
    }

    private func synchronise() -> Int32 {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        // FAT through FUSE knows no flushing of folders.
        return fsync(descriptor) == 0 || errno == EINVAL ? 0 : errno
    }
}
