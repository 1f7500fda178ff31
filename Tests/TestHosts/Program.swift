package import Glibc
import Synchronization

/// Another program, started for a test. Not Foundation's Process: that one watches for a file
/// descriptor which avahi-daemon closes at its start, and then waits for it to end for ever.
package final class Program {
    /// A program that cannot be started, or failed.
    package struct Failed: Error, CustomStringConvertible {
        let what: String
        package var description: String { what }
    }

    /// Where standard output and standard error go.
    package enum Output {
        /// Both to `wait(for:)` and `result(within:)`, mixed.
        case here
        /// Both to the end of a file.
        case file(String)
        /// To `result(within:)`, each by itself.
        case apart
    }

    /// How a program ended, and what it printed.
    package struct Result {
        /// The exit code; minus the signal's number where one ended it.
        package let code: Int
        /// Standard output; standard error too, unless they were kept apart.
        package let output: String
        /// Standard error.
        package let errors: String
    }

    /// The process; 0 once it has ended and was waited for.
    package private(set) var identifier: pid_t = 0
    private var ends: [Int32] = []

    /// Starts `command`. It gets a clean signal mask: a task's thread has most signals blocked.
    /// `input` is its standard input, nothing if missing.
    package init(
        _ command: [String], environment: [String: String] = [:], output: Output = .here,
        input: Int32? = nil
    ) throws(Failed) {
        guard let path = Self.path(of: command[0]) else { throw Failed(what: "no \(command[0])") }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        let writing = try connect(output, &actions)
        defer { for end in writing { close(end) } }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let settings = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"]
            .merging(environment) { $1 }.map { "\($0)=\($1)" }
        var arguments = command.map { strdup($0) } + [nil]
        var variables = settings.map { strdup($0) } + [nil]
        let status = Self.spawning.withLock { _ in
            posix_spawn(&identifier, path, &actions, &attributes, &arguments, &variables)
        }
        for text in arguments + variables { free(text) }
        guard status == 0 else { throw Failed(what: "\(path) does not start") }
    }

    deinit {
        end()
        for end in ends { close(end) }
    }

    private func connect(
        _ output: Output, _ actions: inout posix_spawn_file_actions_t
    ) throws(Failed) -> [Int32] {
        if case .file(let path) = output {
            posix_spawn_file_actions_addopen(
                &actions, 1, path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
            posix_spawn_file_actions_adddup2(&actions, 1, 2)
            return []
        }
        var writing: [Int32] = []
        let streams: [[Int32]] = if case .apart = output { [[1], [2]] } else { [[1, 2]] }
        for stream in streams {
            let pair = try Self.pipe()
            ends.append(pair.reading)
            writing.append(pair.writing)
            for number in stream {
                posix_spawn_file_actions_adddup2(&actions, pair.writing, number)
            }
        }
        return writing
    }

    /// Reads what it prints until `words` appear in it.
    package func wait(for words: String) throws(Failed) {
        var text: [UInt8] = []
        while !String(decoding: text, as: UTF8.self).contains(words) {
            guard read(ends[0], into: &text) else {
                throw Failed(what: String(decoding: text, as: UTF8.self))
            }
        }
    }

    /// Waits for its end; throws unless it succeeded.
    package func finish() throws(Failed) {
        let result = result()
        guard result.code == 0 else {
            throw Failed(what: "exit code \(result.code): \(result.output)\(result.errors)")
        }
    }

    /// Waits for its end, so long as that takes; the time limit of the test is the patience.
    @discardableResult
    package func result() -> Result {
        var texts: [[UInt8]] = ends.map { _ in [] }
        var open = Set(ends.indices)
        while !open.isEmpty {
            var waiting = open.sorted().map {
                pollfd(fd: ends[$0], events: Int16(POLLIN), revents: 0)
            }
            _ = poll(&waiting, nfds_t(waiting.count), -1)
            for (index, state) in zip(open.sorted(), waiting) where state.revents != 0 {
                if !read(ends[index], into: &texts[index]) { open.remove(index) }
            }
        }
        let status = reap()
        let code = status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F)
        let printed = texts.map { String(decoding: $0, as: UTF8.self) }
        return Result(
            code: Int(code), output: printed.first ?? "",
            errors: printed.count > 1 ? printed[1] : "")
    }

    /// True until it has ended.
    package var isRunning: Bool {
        guard identifier > 0 else { return false }
        var facts = siginfo_t()
        let answer = waitid(P_PID, id_t(identifier), &facts, WEXITED | WNOHANG | WNOWAIT)
        return answer == 0 && facts.si_signo == 0
    }

    /// Ends it at once, without a farewell to anybody.
    package func end() {
        signal(SIGKILL)
        _ = reap()
    }

    /// Sends a signal to it, if it still runs.
    package func signal(_ number: Int32) {
        if identifier > 0 { kill(identifier, number) }
    }

    private func read(_ end: Int32, into text: inout [UInt8]) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var count = -1
        repeat { count = Glibc.read(end, &buffer, buffer.count) } while count < 0 && errno == EINTR
        guard count > 0 else { return false }
        text += buffer.prefix(count)
        return true
    }

    private func reap() -> Int32 {
        guard identifier > 0 else { return 0 }
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
        identifier = 0
        return status
    }

    /// No program starts between a pipe's making and its mark that programs don't inherit it.
    private static let spawning = Mutex(())

    /// A pipe that programs get only where they are given it.
    static func pipe() throws(Failed) -> (reading: Int32, writing: Int32) {
        var pair: [Int32] = [-1, -1]
        let made = spawning.withLock { _ in
            Glibc.pipe(&pair) == 0 && pair.allSatisfy { fcntl($0, F_SETFD, FD_CLOEXEC) == 0 }
        }
        guard made else { throw Failed(what: "no pipe") }
        return (pair[0], pair[1])
    }

    /// Where a program is; nil where it is not installed.
    package static func path(of program: String) -> String? {
        if program.hasPrefix("/") { return access(program, X_OK) == 0 ? program : nil }
        return ["/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/"].map { $0 + program }
            .first { access($0, X_OK) == 0 }
    }

    /// Runs `command` to its end; throws unless it succeeded.
    package static func run(_ command: [String]) throws(Failed) {
        try Program(command).finish()
    }
}
