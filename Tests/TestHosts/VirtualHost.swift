import Foundation

/// A machine of its own: a network namespace, where wanted with a D-Bus system bus and the
/// installed avahi-daemon with its installed configuration. Its addresses exist nowhere else.
package final class VirtualHost {
    /// Why such machines cannot be made here; nil where they can.
    package static let obstacle: String? = {
        guard geteuid() == 0 else { return "needs root to make network namespaces" }
        for program in ["ip", "unshare", "setsid"] where Program.path(of: program) == nil {
            return "needs the program \(program)"
        }
        let name = Leftovers.name()
        do {
            try Program.run(["ip", "netns", "add", name])
            try Program.run(["ip", "netns", "delete", name])
        } catch {
            return "needs the right to make network namespaces"
        }
        return nil
    }()

    /// Why Avahi cannot run in such machines; nil where it can.
    package static let avahiObstacle: String? = {
        if let obstacle { return obstacle }
        for program in ["dbus-daemon", "avahi-daemon", "avahi-publish"]
        where Program.path(of: program) == nil { return "needs the program \(program)" }
        return nil
    }()

    /// The namespace.
    package let name: String
    /// A folder that goes with it.
    package let folder: String
    /// Where its bus listens, if it was started.
    package let busPath: String
    private let hostName: String
    private var bus: Program?
    private var avahi: Program?

    /// A machine without any network but its loopback interface.
    package init(hostName: String, busPath: String? = nil) throws {
        name = Leftovers.name()
        self.hostName = hostName
        folder = Leftovers.folder(name)
        self.busPath = busPath ?? folder + "/bus"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        try Program.run(["ip", "netns", "add", name])
        try inside("ip", "link", "set", "lo", "up")
    }

    deinit {
        stopAvahi()
        stopBus()
        try? Program.run(["ip", "netns", "delete", name])
        try? FileManager.default.removeItem(atPath: folder)
        try? FileManager.default.removeItem(atPath: busPath)
    }

    /// Joins two hosts by a cable; each gets an IPv4 address and a link-local one.
    package static func connect(
        _ first: VirtualHost, _ address: String, _ second: VirtualHost, _ other: String
    ) throws {
        try first.inside(
            "ip", "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns",
            second.name)
        for (host, address) in [(first, address), (second, other)] {
            try host.address(address, on: "eth0")
        }
    }

    /// Gives an interface its address and sets it up.
    package func address(_ address: String, on interface: String) throws {
        // Without waiting for IPv6's duplicate address detection.
        try inside("sh", "-c", "echo 0 > /proc/sys/net/ipv6/conf/\(interface)/accept_dad")
        try inside("ip", "address", "add", address, "dev", interface)
        try inside("ip", "link", "set", interface, "up")
    }

    /// Returns when the bus listens.
    package func startBus() throws {
        let configuration = folder + "/bus.conf"
        try """
        <busconfig><type>system</type><auth>EXTERNAL</auth>
        <listen>unix:path=\(busPath)</listen><policy context="default"><allow user="*"/>
        <allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/></policy>
        </busconfig>
        """.write(toFile: configuration, atomically: true, encoding: .utf8)
        bus = try start(
            ["dbus-daemon", "--nofork", "--print-address", "--config-file", configuration],
            until: "unix:path=")
    }

    /// Ends the bus, and with it everybody's connection.
    package func stopBus() { bus = nil }

    /// Returns when Avahi is ready.
    package func startAvahi() throws {
        let script = """
            mount -t tmpfs tmpfs /run && mkdir /run/avahi-daemon && hostname \(hostName) &&
            exec avahi-daemon --no-drop-root --no-rlimits --no-chroot
            """
        avahi = try start(
            ["unshare", "-m", "-u", "sh", "-c", script], until: "Server startup complete")
    }

    /// Kills Avahi.
    package func stopAvahi() { avahi = nil }

    /// Announces a service there by Avahi's own program, until the value is released.
    package func publish(_ arguments: String...) throws -> Program {
        try start(["avahi-publish", "-s"] + arguments, until: "Established")
    }

    /// Runs a program there to its end; throws unless it succeeded.
    package func inside(_ command: String...) throws {
        try Program.run(prefix + command)
    }

    /// What goes before a command that shall run there. Everything that may outlive a test does,
    /// also what needs no network: the namespace is how it is found and ended.
    package var prefix: [String] { ["ip", "netns", "exec", name] }

    /// Its bus, for programs that run there.
    package var environment: [String: String] {
        ["DBUS_SYSTEM_BUS_ADDRESS": "unix:path=\(busPath)"]
    }

    private func start(_ command: [String], until words: String) throws -> Program {
        let program = try Program(prefix + command, environment: environment)
        try program.wait(for: words)
        return program
    }
}
