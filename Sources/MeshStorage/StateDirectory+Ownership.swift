import Glibc

/// Whether a directory is a kiosk's, or may become one.
extension StateDirectory {
    /// The file that makes a directory a kiosk's: whoever has it is that kiosk.
    package static let identityName = "identity"

    /// What a kiosk that was not set up to the end leaves, or the system puts there: no obstacle.
    private static let harmless: Set<String> = [
        ".", "..", "lost+found", lockName, VoteFile.name, "admin-key", "operator-key",
        "options.json", "roster", "control.sock",
    ]

    /// Names read at most: a few are enough to say that a directory is used.
    private static let maximumNames = 64

    /// What lies here that is not a kiosk's, sorted; none where there is an identity file. The log
    /// of a kiosk without its identity counts: whoever begins anew on it mixes two kiosks.
    /// Throws `notWritable` where the directory may not be read.
    func foreignContent() throws(StorageError) -> [String] {
        guard access(path(of: Self.identityName), F_OK) != 0 else { return [] }
        guard let stream = opendir(path) else {
            throw .system(errno, "read \(path)", otherwise: .notWritable)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream), names.count < Self.maximumNames {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            let isOurs = Self.harmless.contains(name) || Self.isHalfWritten(name)
            if !isOurs { names.append(name) }
        }
        return names.sorted()
    }

    /// The temporary file of a write that was cut off, or of trying one.
    private static func isHalfWritten(_ name: String) -> Bool {
        name == probeName || (name.hasPrefix(".") && name.hasSuffix(".new"))
    }

    static let probeName = ".probe"
}

extension StorageError {
    static func foreign(_ path: String, _ names: [String]) -> StorageError {
        guard !names.contains(BlockStore.name) else {
            return StorageError(
                code: .foreign,
                message: "\(path) holds a kiosk's log (\(BlockStore.name)) without its identity.",
                hint: "Put the identity file back from a backup, or choose an empty directory with "
                    + "--state.")
        }
        let some = names.prefix(3).joined(separator: ", ") + (names.count > 3 ? ", …" : "")
        return StorageError(
            code: .foreign, message: "\(path) holds other files and no kiosk: \(some).",
            hint: "Choose an empty directory, or one that is not there yet, with --state.")
    }
}
