import Glibc

/// Tells the discovery thread to stop, from any other; stays set.
final class StopSignal: Sendable {
    /// Becomes readable when set.
    let descriptor: Int32
    private let writeEnd: Int32

    /// Nil where the process has run out of file descriptors.
    init?() {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        descriptor = ends[0]
        writeEnd = ends[1]
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }

    deinit {
        close(descriptor)
        close(writeEnd)
    }

    /// To be called once or a few times: each leaves a byte in the pipe.
    func set() { _ = write(writeEnd, [1], 1) }

    var isSet: Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 0) > 0
    }
}
