internal import Glibc

/// Unix stream sockets by path, of any length, through the bare system calls: the file gets its
/// mode before it exists, which NIO's own bind by path cannot do.
enum UnixSocket {
    /// A bound socket whose file has mode 0600 from its first moment. A file left by a killed
    /// daemon is replaced; one that answers, or that is no socket, is an error.
    static func bind(path: String) throws(ControlError) -> CInt {
        try withAddress(path) { address throws(ControlError) in
            try clearStaleFile(path, address)
            let socket = try open()
            // On Linux the mode of an unbound socket is what bind gives the file.
            guard fchmod(socket, 0o600) == 0,
                call(address, { Glibc.bind(socket, $0, $1) }) == 0
            else {
                let reason = lastError()
                close(socket)
                throw ControlError(
                    .socket, "The control socket \(path) cannot be made: \(reason).",
                    hint: "Check that the state directory exists and is writable.", exit: 1)
            }
            return socket
        }
    }

    /// A socket connected to `path`. Throws `no_daemon` with exit 69, or `not_permitted`, exit 4.
    static func connect(path: String) throws(ControlError) -> CInt {
        try withAddress(path) { address throws(ControlError) in
            let socket = try open()
            if call(address, { Glibc.connect(socket, $0, $1) }) == 0 { return socket }
            let code = errno
            close(socket)
            if code == EACCES || code == EPERM {
                throw ControlError(
                    .notPermitted, "You may not talk to the daemon: \(path) is not yours.",
                    hint: "Run the command as the user of the daemon, or with sudo.", exit: 4)
            }
            throw noDaemon(path)
        }
    }

    static func noDaemon(_ path: String) -> ControlError {
        let directory = split(path).directory
        return ControlError(
            .noDaemon, "No daemon runs on the state directory \(directory).",
            hint: "Start it: kioskmesh run --state \(directory)", exit: 69)
    }

    /// Device and inode of the file, to tell whether it is still ours.
    static func identity(path: String) -> (device: dev_t, inode: ino_t)? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        return (status.st_dev, status.st_ino)
    }

    static func remove(path: String) { unlink(path) }
}

extension UnixSocket {
    private static func open() throws(ControlError) -> CInt {
        let socket = Glibc.socket(
            AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else {
            throw ControlError(.socket, "A socket cannot be opened: \(lastError()).", exit: 69)
        }
        return socket
    }

    private static func clearStaleFile(
        _ path: String, _ address: sockaddr_un
    ) throws(ControlError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw ControlError(
                .socket, "\(path) exists and is not a socket.", hint: "Move it away.", exit: 1)
        }
        let probe = try open()
        defer { close(probe) }
        if call(address, { Glibc.connect(probe, $0, $1) }) == 0 {
            throw ControlError(
                .alreadyRunning, "Another daemon runs on \(split(path).directory).",
                hint: "Use it, or stop it first.", exit: 1)
        }
        unlink(path)
    }

    /// Calls `body` with an address for `path`. A path over the 107 bytes that the kernel takes is
    /// reached through a descriptor of its directory, which lives as long as the call.
    private static func withAddress<Result>(
        _ path: String, _ body: (sockaddr_un) throws(ControlError) -> Result
    ) throws(ControlError) -> Result {
        if let address = address(path) { return try body(address) }
        let (directory, name) = split(path)
        let descriptor = Glibc.open(directory, pathOnly | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw noDaemon(path) }
        defer { close(descriptor) }
        guard let address = address("/proc/self/fd/\(descriptor)/\(name)") else {
            throw ControlError(.socket, "The socket name \(name) is too long.", exit: 1)
        }
        return try body(address)
    }

    /// `O_PATH`, which the Glibc module does not import (Linux, all but Alpha and SPARC).
    private static let pathOnly: CInt = 0o10000000

    private static func address(_ path: String) -> sockaddr_un? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let fits = withUnsafeMutableBytes(of: &address.sun_path) { room in
            guard path.utf8.count < room.count else { return false }
            room.copyBytes(from: path.utf8)
            return true
        }
        return fits ? address : nil
    }

    private static func call(
        _ address: sockaddr_un, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
    ) -> CInt {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    private static func split(_ path: String) -> (directory: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let directory = slash == path.startIndex ? "/" : String(path[..<slash])
        return (directory, String(path[path.index(after: slash)...]))
    }

    private static func lastError() -> String { String(cString: strerror(errno)) }
}
