import Glibc
import MeshCrypto

/// The files beside the database: the key that signs codes and the word that opens the interface.
/// Both are made on the first start and readable by their owner only.
struct OfficeFiles {
    static let issuerName = "issuer.key"
    static let tokenName = "token"
    private static let tokenLength = 32
    /// Longest such file: the longer of the two in hexadecimal with a line feed.
    private static let longest = 128

    let directory: String

    /// Makes the directory where it is missing. Throws `not_writable` or `input_output`.
    func create() throws(BoxOfficeError) {
        guard mkdir(directory, 0o700) != 0 else { return }
        let number = errno
        if number == EEXIST, let opened = opendir(directory) {
            closedir(opened)
            return
        }
        throw .system(
            number == EEXIST ? ENOTDIR : number, "make the directory \(directory)")
    }

    /// The issuer's key, made where there is none and `mayCreate`.
    func issuer(mayCreate: Bool) throws(BoxOfficeError) -> SigningKey {
        let text = try secret(Self.issuerName, mayCreate) {
            Hex.encode(RandomBytes.make(SigningKey.seedLength))
        }
        guard let seed = Hex.decode(text), seed.count == SigningKey.seedLength else {
            throw damaged(Self.issuerName)
        }
        return SigningKey(seed: seed)
    }

    /// The token of the interface, made where there is none and `mayCreate`.
    func token(mayCreate: Bool) throws(BoxOfficeError) -> String {
        let text = try secret(Self.tokenName, mayCreate) {
            Base64URL.encode(RandomBytes.make(Self.tokenLength))
        }
        guard let bytes = Base64URL.decode(text), bytes.count >= Self.tokenLength / 2 else {
            throw damaged(Self.tokenName)
        }
        return text
    }

    private func damaged(_ name: String) -> BoxOfficeError {
        BoxOfficeError(
            .damaged, "\(directory)/\(name) does not hold what it should.",
            hint: "Put back a copy of it; without one, remove it and a new one is made.")
    }

    private func secret(
        _ name: String, _ mayCreate: Bool, _ make: () -> String
    ) throws(BoxOfficeError) -> String {
        if let text = try read(name) { return text }
        guard mayCreate else {
            throw BoxOfficeError(
                .noBoxOffice, "\(directory) is no box office: it has no \(name).",
                hint: "Start it once with `kioskmesh box-office serve --data \(directory)`.")
        }
        let text = make()
        // Another process that starts at this moment may have been quicker; its word counts.
        return try write(text + "\n", to: name) ? text : try read(name) ?? text
    }

    private func read(_ name: String) throws(BoxOfficeError) -> String? {
        let path = "\(directory)/\(name)"
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw .system(errno, "read \(path)")
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: Self.longest)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { throw .system(errno, "read \(path)") }
        let text = String(decoding: bytes.prefix(count), as: UTF8.self)
        return String(text.filter { !$0.isWhitespace })
    }

    /// Puts the file there whole or not at all, and durably; false where there is one already.
    private func write(_ text: String, to name: String) throws(BoxOfficeError) -> Bool {
        let path = "\(directory)/\(name)"
        let temporary = "\(directory)/.\(name).\(getpid()).new"
        let action = "write \(path)"
        let descriptor = open(temporary, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system(errno, action) }
        defer { unlink(temporary) }
        let bytes = Array(text.utf8)
        let written = Glibc.write(descriptor, bytes, bytes.count)
        let problem = written == bytes.count && fsync(descriptor) == 0 ? 0 : errno
        close(descriptor)
        guard problem == 0 else { throw .system(problem, action) }
        guard link(temporary, path) == 0 else {
            if errno == EEXIST { return false }
            throw .system(errno, action)
        }
        try synchronise()
        return true
    }

    /// Makes the directory's names durable.
    func synchronise() throws(BoxOfficeError) {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(errno, "open \(directory)") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system(errno, "flush \(directory)") }
    }
}
