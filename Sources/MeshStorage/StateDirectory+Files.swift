import Glibc

extension StateDirectory {
    /// Replaces the file `name` by `bytes`, atomically and durably: after a power cut it holds
    /// either the old content or the new.
    /// Throws `full`, `notWritable` or `inputOutput`.
    package func write(
        _ bytes: [UInt8], to name: String, mode: UInt32 = 0o600
    ) throws(StorageError) {
        precondition(Self.isPlain(name), "a file of the state directory has a plain name")
        let temporary = path(of: "." + name + ".new")
        do throws(StorageError) {
            let file = try OpenFile(
                temporary, flags: O_CREAT | O_TRUNC | O_WRONLY | O_NOFOLLOW, mode: mode)
            // The mode given to open is narrowed by the umask, and an old file keeps its own.
            guard fchmod(file.descriptor, mode) == 0 else {
                throw StorageError.system(errno, "write \(path(of: name))")
            }
            try file.write(bytes, at: 0)
            try file.synchronise()
            guard rename(temporary, path(of: name)) == 0 else {
                throw StorageError.system(errno, "write \(path(of: name))")
            }
        } catch {
            unlink(temporary)
            throw error
        }
        try synchronise()
    }

    /// The content of the file `name`; nil where there is none.
    /// Throws `inputOutput`, `notWritable` (permission) or `corrupt` (absurdly long).
    package func read(_ name: String) throws(StorageError) -> [UInt8]? {
        precondition(Self.isPlain(name), "a file of the state directory has a plain name")
        guard access(path(of: name), F_OK) == 0 || errno != ENOENT else { return nil }
        let file = try OpenFile(path(of: name), flags: O_RDONLY)
        let size = try file.size()
        guard size <= Self.maximumFileLength else {
            throw .corrupt("\(path(of: name)) has \(size) bytes, which cannot be right.")
        }
        return try file.read(count: size, at: 0)
    }

    /// Removes the file `name` durably; nothing happens where there is none.
    package func remove(_ name: String) throws(StorageError) {
        precondition(Self.isPlain(name), "a file of the state directory has a plain name")
        guard unlink(path(of: name)) == 0 else {
            if errno == ENOENT { return }
            throw .system(errno, "remove \(path(of: name))")
        }
        try synchronise()
    }

    /// Renames `name` durably, replacing nothing.
    func moveAside(_ name: String, to newName: String) throws(StorageError) {
        guard access(path(of: newName), F_OK) != 0 else {
            throw .system(EEXIST, "rename \(path(of: name))")
        }
        guard rename(path(of: name), path(of: newName)) == 0 else {
            if errno == ENOENT { return }
            throw .system(errno, "rename \(path(of: name))")
        }
        try synchronise()
    }

    /// The first of `name`.damaged-1, -2, … under which nothing was set aside yet, for `name`
    /// itself and for it with each of `suffixes`.
    func nameAside(for name: String, suffixes: [String] = []) throws(StorageError) -> String {
        for number in 1...Self.maximumSetAside {
            let candidate = "\(name).damaged-\(number)"
            let taken = ([""] + suffixes).contains { access(path(of: candidate + $0), F_OK) == 0 }
            if !taken { return candidate }
        }
        throw StorageError(
            code: .full,
            message: "\(path) holds \(Self.maximumSetAside) damaged copies of \(name) already.",
            hint: "Move them to another disk. " + StorageError.replaceDisk)
    }

    /// Most damaged copies kept: a disk that damages this many files has to go.
    package static let maximumSetAside = 100

    /// Makes created, renamed and removed names durable.
    func synchronise() throws(StorageError) {
        try OpenFile(path, flags: O_RDONLY | O_DIRECTORY).synchronise()
    }

    private static func isPlain(_ name: String) -> Bool {
        !name.isEmpty && name != "." && name != ".." && !name.utf8.contains(UInt8(ascii: "/"))
    }
}
