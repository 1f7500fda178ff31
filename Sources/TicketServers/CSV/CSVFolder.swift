import Glibc

/// A folder with tickets files, perhaps on a stick that comes and goes.
struct CSVFolder: Hashable, Sendable {
    /// Most tickets files of a folder: more is somebody's whole archive.
    static let maximumFiles = 1_000
    /// Largest results file: a million facts with some 200 bytes each.
    static let maximumResultsBytes = 512 << 20
    private static let resultsPrefix = "results-"

    let path: String

    /// A tickets file as it lies there.
    struct Entry: Hashable, Sendable {
        var name: String
        var size: Int
        /// Nanoseconds since 1970.
        var modified: Int64

        /// The name without `.csv`: the event of tickets that name none.
        var stem: String { String(name.dropLast(4)) }
    }

    func path(of name: String) -> String { "\(path)/\(name)" }

    /// Every `*.csv` but results and hidden files, in order of name.
    /// Throws `file` where there is no folder, or it cannot be read.
    func entries() throws(ServerError) -> [Entry] {
        guard let folder = opendir(path) else { throw problem(errno, "read the folder \(path)") }
        defer { closedir(folder) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.lowercased().hasSuffix(".csv"), !name.hasPrefix("."),
                !name.lowercased().hasPrefix(Self.resultsPrefix)
            else { continue }
            names.append(name)
            guard names.count <= Self.maximumFiles else { throw tooMany }
        }
        // A stick that is pulled out ends the list with an error, not with fewer files.
        guard errno == 0 else { throw problem(errno, "read the folder \(path)") }
        var entries: [Entry] = []
        for name in names.sorted() {
            guard let entry = try entry(name) else { continue }
            entries.append(entry)
        }
        return entries
    }

    /// Nil where the name is gone meanwhile, or is no file.
    private func entry(_ name: String) throws(ServerError) -> Entry? {
        var status = stat()
        guard stat(path(of: name), &status) == 0 else {
            if errno == ENOENT { return nil }
            throw problem(errno, "read \(path(of: name))")
        }
        guard status.st_mode & S_IFMT == S_IFREG else { return nil }
        let modified = Int64(status.st_mtim.tv_sec) &* 1_000_000_000
        return Entry(
            name: name, size: Int(status.st_size),
            modified: modified &+ Int64(status.st_mtim.tv_nsec))
    }

    private var tooMany: ServerError {
        ServerError(
            .file, "\(path) holds more than \(Self.maximumFiles) CSV files.",
            hint: "Put the tickets files into a folder of their own")
    }

    /// The error for a failed system call; `action` completes "Cannot …".
    func problem(_ number: Int32, _ action: String) -> ServerError {
        let reason = String(cString: strerror(number))
        let hint =
            switch number {
            case ENOENT, ENOTDIR, ENODEV, EIO, ESTALE:
                "Check that the stick is plugged in and the folder's path is right"
            case ENOSPC, EDQUOT: "Free some space there, or use another stick"
            case EROFS: "The stick is write-protected: slide its switch, or mount it for writing"
            case EACCES, EPERM: "Let the user that runs KioskMesh read and write there"
            default: "Try another stick or folder"
            }
        return ServerError(.file, "Cannot \(action): \(reason).", hint: hint)
    }
}

/// 64 bits that stand for a text, the same on every host and in every run (FNV-1a; nobody gains
/// from making two texts collide).
struct StableHash {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func combine(_ text: String) {
        for byte in text.utf8 { mix(byte) }
        // Ends the text: UTF-8 never holds this byte.
        mix(0xFF)
    }

    mutating func combine(_ number: Int64) {
        for shift in 0..<8 { mix(UInt8(truncatingIfNeeded: number >> (shift * 8))) }
    }

    private mutating func mix(_ byte: UInt8) {
        value = (value ^ UInt64(byte)) &* 0x100_0000_01B3
    }

    static func of(_ texts: String...) -> UInt64 {
        var hash = StableHash()
        for text in texts { hash.combine(text) }
        return hash.value
    }
}
