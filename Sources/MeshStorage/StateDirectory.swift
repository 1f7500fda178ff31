import Glibc

/// The folder with everything a kiosk needs to come back after a power cut.
package struct StateDirectory: Sendable {
    /// Most bytes that `read` accepts: identity, roster and options are far smaller, and a
    /// damaged file must not fill the memory.
    package static let maximumFileLength = 16 * 1024 * 1024

    /// The path as given.
    package let path: String

    /// Opens the directory at `path` and makes it private (0700); with `create`, creates it and
    /// the directories above it where they are missing. Tries a write, so that a disk that is
    /// full or read-only is found out here. A directory with other content than a kiosk's is left
    /// as it is, and is an error with `create`.
    /// Throws `missing`, `cannotCreate`, `notADirectory`, `notWritable`, `full` or `foreign`.
    package static func open(path: String, create: Bool) throws(StorageError) -> StateDirectory {
        if create { try makeDirectories(path) }
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { throw .noDirectory(path) }
            throw .system(errno, "use \(path)", otherwise: .notWritable)
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw StorageError(
                code: .notADirectory, message: "\(path) is not a directory.",
                hint: "Move that file away or choose another directory with --state.")
        }
        let directory = StateDirectory(path: path)
        // Before anything is changed: the path may be somebody else's by mistake.
        let strangers = try directory.foreignContent()
        guard strangers.isEmpty || !create else { throw .foreign(path, strangers) }
        try directory.tryWriting()
        guard strangers.isEmpty else { return directory }
        if status.st_mode & 0o777 != 0o700, chmod(path, 0o700) != 0 {
            throw .system(errno, "make \(path) private", otherwise: .notWritable)
        }
        return directory
    }

    /// The path of a file in this directory.
    package func path(of name: String) -> String { path + "/" + name }

    private static func makeDirectories(_ path: String) throws(StorageError) {
        var prefix = ""
        let parts = path.split(separator: "/", omittingEmptySubsequences: true)
        for (index, part) in parts.enumerated() {
            prefix += (index > 0 || path.hasPrefix("/") ? "/" : "") + part
            let mode: mode_t = index == parts.count - 1 ? 0o700 : 0o755
            if mkdir(prefix, mode) == 0 || errno == EEXIST { continue }
            // A parent that is there but read-only answers EROFS instead of EEXIST.
            let number = errno
            if access(prefix, F_OK) == 0 { continue }
            let failure = StorageError.system(
                number, "create \(prefix)", otherwise: .cannotCreate)
            guard failure.code == .notWritable else { throw failure }
            throw StorageError(
                code: .cannotCreate, message: failure.message, hint: failure.hint)
        }
    }

    private func tryWriting() throws(StorageError) {
        let probe = path(of: Self.probeName)
        defer { unlink(probe) }
        do throws(StorageError) {
            let file = try OpenFile(probe, flags: O_CREAT | O_TRUNC | O_WRONLY)
            try file.write([0], at: 0)
        } catch {
            guard error.code == .inputOutput else { throw error }
            throw StorageError(
                code: .notWritable, message: "Cannot create files in \(path).",
                hint: "Choose a directory on a writable disk with --state.")
        }
    }
}

extension StorageError {
    fileprivate static func noDirectory(_ path: String) -> StorageError {
        StorageError(
            code: .missing, message: "There is no kiosk in \(path).",
            hint: "Check --state, or set this kiosk up with 'kioskmesh init' or "
                + "'kioskmesh join'.")
    }
}
