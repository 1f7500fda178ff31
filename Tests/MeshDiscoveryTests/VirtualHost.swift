import Foundation

/// A machine of its own for Avahi: a network namespace with a D-Bus system bus and the installed
/// avahi-daemon with its installed configuration. Its addresses exist nowhere else.
final class VirtualHost {
    /// The bus of the program under test. One for the whole process: libdbus remembers it.
    static let ownBus =
        FileManager.default.temporaryDirectory.path
        + "/kioskmesh-bus-\(ProcessInfo.processInfo.processIdentifier)"

    /// Why tests on real Avahi cannot run here; nil where they can.
    static let obstacle: String? = {
        guard geteuid() == 0 else { return "needs root to make network namespaces" }
        for program in ["ip", "unshare", "dbus-daemon", "avahi-daemon", "avahi-publish"]
        where Program.path(of: program) == nil { return "needs \(program)" }
        let name = "km\(UUID().uuidString.prefix(8))"
        do {
            try run(["ip", "netns", "add", name])
            try run(["ip", "netns", "delete", name])
        } catch {
            return "needs the right to make network namespaces"
        }
        setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=\(ownBus)", 1)
        return nil
    }()

    let name: String
    private let hostName: String
    private let busPath: String
    private let folder: URL
    private var bus: Program?
    private var avahi: Program?

    init(hostName: String, busPath: String? = nil) throws {
        name = "km\(UUID().uuidString.prefix(8))"
        self.hostName = hostName
        folder = FileManager.default.temporaryDirectory.appendingPathComponent(name)
        self.busPath = busPath ?? folder.path + "/bus"
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Self.run(["ip", "netns", "add", name])
        try inside("ip", "link", "set", "lo", "up")
    }

    deinit {
        stopAvahi()
        stopBus()
        try? Self.run(["ip", "netns", "delete", name])
        try? FileManager.default.removeItem(at: folder)
        try? FileManager.default.removeItem(atPath: busPath)
    }

    /// Joins two hosts by a cable; each gets an IPv4 address and a link-local one.
    static func connect(
        _ first: VirtualHost, _ address: String, _ second: VirtualHost, _ other: String
    ) throws {
        try first.inside(
            "ip", "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns",
            second.name)
        for (host, address) in [(first, address), (second, other)] {
            // Without waiting for IPv6's duplicate address detection.
            try host.inside("sh", "-c", "echo 0 > /proc/sys/net/ipv6/conf/eth0/accept_dad")
            try host.inside("ip", "address", "add", address, "dev", "eth0")
            try host.inside("ip", "link", "set", "eth0", "up")
        }
    }

    /// Returns when the bus listens.
    func startBus() throws {
        let configuration = folder.appendingPathComponent("bus.conf")
        try """
        <busconfig><type>system</type><auth>EXTERNAL</auth>
        <listen>unix:path=\(busPath)</listen><policy context="default"><allow user="*"/>
        <allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/></policy>
        </busconfig>
        """.write(to: configuration, atomically: true, encoding: .utf8)
        bus = try start(
            ["dbus-daemon", "--nofork", "--print-address", "--config-file", configuration.path],
            until: "unix:path=")
    }

    /// Ends the bus, and with it everybody's connection.
    func stopBus() { bus = nil }

    /// Returns when Avahi is ready.
    func startAvahi() throws {
        let script = """
            mount -t tmpfs tmpfs /run && mkdir /run/avahi-daemon && hostname \(hostName) &&
            exec avahi-daemon --no-drop-root --no-rlimits --no-chroot
            """
        avahi = try start(
            ["ip", "netns", "exec", name, "unshare", "-m", "-u", "sh", "-c", script],
            until: "Server startup complete")
    }

    /// Kills Avahi.
    func stopAvahi() { avahi = nil }

    /// Announces a service there by Avahi's own program, until the value is released.
    func publish(_ arguments: String...) throws -> Program {
        try start(["avahi-publish", "-s"] + arguments, until: "Established")
    }

    func inside(_ command: String...) throws {
        try Self.run(["ip", "netns", "exec", name] + command)
    }

    private func start(_ command: [String], until words: String) throws -> Program {
        let program = try Program(
            command, environment: ["DBUS_SYSTEM_BUS_ADDRESS": "unix:path=\(busPath)"])
        try program.wait(for: words)
        return program
    }

    private static func run(_ command: [String]) throws {
        try Program(command).finish()
    }
}
