import Glibc

/// An open file that closes itself; every call retries after a signal and finishes short counts.
struct OpenFile: ~Copyable {
    let descriptor: Int32
    let path: String

    init(_ path: String, flags: Int32, mode: mode_t = 0o600) throws(StorageError) {
        let descriptor = retrying { open(path, flags | O_CLOEXEC, mode) }
        guard descriptor >= 0 else { throw .system(errno, "open \(path)") }
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    func write(_ bytes: [UInt8], at offset: Int) throws(StorageError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                retrying {
                    pwrite(
                        descriptor, buffer.baseAddress! + done, buffer.count - done,
                        off_t(offset + done))
                }
            }
            guard count > 0 else { throw .system(count == 0 ? EIO : errno, "write \(path)") }
            done += count
        }
    }

    /// Up to `count` bytes from `offset`; fewer where the file ends earlier.
    func read(count: Int, at offset: Int) throws(StorageError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let received = bytes.withUnsafeMutableBytes { buffer in
                retrying {
                    pread(
                        descriptor, buffer.baseAddress! + done, count - done,
                        off_t(offset + done))
                }
            }
            guard received >= 0 else { throw .system(errno, "read \(path)") }
            if received == 0 { break }
            done += received
        }
        bytes.removeSubrange(done...)
        return bytes
    }

    func size() throws(StorageError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(errno, "read \(path)") }
        return Int(status.st_size)
    }

    /// Data and metadata reach the disk. Never call it again after it failed: the kernel may
    /// have dropped the dirty pages and would report success.
    func synchronise() throws(StorageError) {
        guard fsync(descriptor) == 0 else { throw .system(errno, "flush \(path)") }
    }

    /// The data reach the disk, and of the metadata what is needed to read them.
    func synchroniseData() throws(StorageError) {
        guard fdatasync(descriptor) == 0 else { throw .system(errno, "flush \(path)") }
    }
}

/// Repeats a call that a signal interrupted.
private func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        if result >= 0 || errno != EINTR { return result }
    }
}
