import Foundation
import Synchronization

/// Names for everything that outlives a process if nobody clears it away, and the clearing away:
/// a watchdog does it when this process has ended, however that was, and whoever comes later does
/// it for those whose watchdog was killed too.
package enum Leftovers {
    private static let family = "kmt"
    private static let own = "\(family)\(ProcessInfo.processInfo.processIdentifier)-"
    private static let count = Mutex(0)

    /// A new name, for a namespace or a folder. Short: interfaces and sockets have to fit.
    package static func name() -> String {
        _ = watchdog
        return own
            + String(
                count.withLock { count in
                    count += 1
                    return count
                })
    }

    /// Where a thing of that name lies.
    package static func folder(_ name: String) -> String { "/tmp/\(name)" }

    /// Ends every process in the namespaces of one runner, and removes namespaces, mounts and
    /// folders.
    private static let script = """
        for try in 1 2 3; do
            for space in $(ip netns list | cut -d' ' -f1 | grep "^$1"); do
                kill -9 $(ip netns pids $space) 2>/dev/null
                ip netns delete $space
            done
        done
        for place in $(cut -d' ' -f5 /proc/self/mountinfo | grep "^/tmp/$1"); do
            umount -l $place
        done
        rm -rf /tmp/$1*
        """

    /// Blocks in `cat` until this process ends and with it the pipe's other end. Safe: after its
    /// start nobody touches it.
    nonisolated(unsafe) private static let watchdog: Program? = {
        for dead in deadRunners() {
            try? Program.run(["sh", "-c", script, "sweep", dead])
        }
        guard let pair = try? Program.pipe() else { return nil }
        defer { close(pair.reading) }
        let waiting = "trap '' INT TERM HUP; cat >/dev/null; " + script
        return try? Program(
            ["setsid", "sh", "-c", waiting, "watchdog", own], output: .file("/dev/null"),
            input: pair.reading)
    }()

    private static func deadRunners() -> Set<String> {
        let names =
            ["/run/netns", "/tmp"].flatMap {
                (try? FileManager.default.contentsOfDirectory(atPath: $0)) ?? []
            }
        var dead: Set<String> = []
        for name in names where name.hasPrefix(family) {
            let digits = name.dropFirst(family.count).prefix { $0.isNumber }
            guard !digits.isEmpty, name.dropFirst(family.count + digits.count).first == "-",
                access("/proc/\(digits)", F_OK) != 0
            else { continue }
            dead.insert("\(family)\(digits)-")
        }
        return dead
    }
}
