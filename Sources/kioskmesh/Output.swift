import Glibc
import MeshControl

/// Standard output and error, without a buffer that a crash or `exit` could lose.
enum Output {
    static func line(_ text: String) { write(Array(text.utf8) + [0x0A], to: STDOUT_FILENO) }

    static func line(_ bytes: some Sequence<UInt8>) {
        write(Array(bytes) + [0x0A], to: STDOUT_FILENO)
    }

    static func text(_ text: String) { write(Array(text.utf8), to: STDOUT_FILENO) }

    static func errorLine(_ text: String) { write(Array(text.utf8) + [0x0A], to: STDERR_FILENO) }

    static func errorText(_ text: String) { write(Array(text.utf8), to: STDERR_FILENO) }

    static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    static var isErrorTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Writes an answer of ours as one line of JSON.
    static func json(_ value: some Encodable) throws(ControlError) {
        guard let bytes = try? ControlCoding.encode(value) else {
            throw ControlError(.badAnswer, "The answer cannot be written as JSON.")
        }
        line(bytes)
    }

    private static func write(_ bytes: [UInt8], to file: CInt) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count > 0 {
                rest.removeFirst(count)
            } else if errno == EAGAIN {
                // A terminal shared with a program that made it non-blocking: wait for room.
                var poll = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
                _ = Glibc.poll(&poll, 1, -1)
            } else if errno == EPIPE {
                // Nobody reads on, as with `| head`: that is no failure of ours.
                exit(0)
            } else if errno != EINTR {
                if file != STDERR_FILENO { errorLine("kioskmesh: the output cannot be written.") }
                exit(1)
            }
        }
    }
}

/// How a failure is told.
enum Failure {
    static func print(_ error: ControlError, asJSON: Bool) {
        if asJSON {
            let detail = ErrorReport.Detail(
                code: error.code.rawValue, message: error.message, hint: error.hint)
            try? Output.json(ErrorReport(error: detail))
        } else {
            Output.errorLine("kioskmesh: " + Text.printable(error.message))
            if !error.hint.isEmpty { Output.errorLine("  " + Text.printable(error.hint)) }
        }
    }
}

extension ControlError.Code {
    /// The command line was not understood.
    static let usage = Self("usage")
    /// The configuration file or an environment variable is wrong.
    static let configuration = Self("bad_configuration")
    /// No kiosk of that name.
    static let unknownKiosk = Self("unknown_kiosk")
    /// A file could not be read or written.
    static let file = Self("file_failed")
}
