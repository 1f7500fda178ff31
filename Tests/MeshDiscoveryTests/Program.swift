import Glibc

/// Another program, started for a test. Not Foundation's Process: that one watches for a file
/// descriptor which avahi-daemon closes at its start, and then waits for it to end for ever.
final class Program {
    /// A program that cannot be started, or failed.
    struct Failed: Error { let what: String }

    private var identifier: pid_t = 0
    private let output: Int32

    /// Starts `command` with its output going here. It gets a clean signal mask: a task's thread
    /// has most signals blocked.
    init(_ command: [String], environment: [String: String] = [:]) throws {
        guard let path = Self.path(of: command[0]) else { throw Failed(what: command[0]) }
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw Failed(what: "pipe") }
        _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
        output = ends[0]
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
        posix_spawn_file_actions_addclose(&actions, ends[1])
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let settings = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"]
            .merging(environment) { $1 }.map { "\($0)=\($1)" }
        var arguments = command.map { strdup($0) } + [nil]
        var variables = settings.map { strdup($0) } + [nil]
        let status = posix_spawn(
            &identifier, path, &actions, &attributes, &arguments, &variables)
        for text in arguments + variables { free(text) }
        posix_spawn_file_actions_destroy(&actions)
        posix_spawnattr_destroy(&attributes)
        close(ends[1])
        guard status == 0 else { throw Failed(what: path) }
    }

    deinit {
        end()
        close(output)
    }

    /// Reads what it prints until `words` appear in it.
    func wait(for words: String) throws {
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while !String(decoding: text, as: UTF8.self).contains(words) {
            let count = read(output, &buffer, buffer.count)
            guard count > 0 else { throw Failed(what: String(decoding: text, as: UTF8.self)) }
            text += buffer.prefix(count)
        }
    }

    /// Waits for its end; throws unless it succeeded.
    func finish() throws {
        guard reap() == 0 else { throw Failed(what: "exit status") }
    }

    /// Ends it at once, without a farewell to anybody.
    func end() {
        if identifier > 0 { kill(identifier, SIGKILL) }
        _ = reap()
    }

    private func reap() -> Int32 {
        guard identifier > 0 else { return 0 }
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
        identifier = 0
        return status
    }

    /// Where a program is; nil where it is not installed.
    static func path(of program: String) -> String? {
        ["/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/"].map { $0 + program }
            .first { access($0, X_OK) == 0 }
    }
}
