import Foundation

/// A machine of its own for Avahi: a network namespace with a D-Bus system bus and the installed
/// avahi-daemon with its installed configuration. Its addresses exist nowhere else.
final class VirtualHost {
    /// The bus of the program under test. One for the whole process: libdbus remembers it.
    static let ownBus = FileManager.default.temporaryDirectory.path
        + "/kioskmesh-bus-\(ProcessInfo.processInfo.processIdentifier)"

    /// Why tests on real Avahi cannot run here; nil where they can.
    static let obstacle: String? = {
        guard geteuid() == 0 else { return "needs root to make network namespaces" }
        for program in ["ip", "unshare", "dbus-daemon", "avahi-daemon", "avahi-publish"]
        where path(of: program) == nil { return "needs \(program)" }
        let name = "km\(UUID().uuidString.prefix(8))"
        guard (try? run("ip", "netns", "add", name)) != nil else {
            return "needs the right to make network namespaces"
        }
        try? run("ip", "netns", "delete", name)
        setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=\(ownBus)", 1)
        return nil
    }()

    let name: String
    private let hostName: String
    private let busPath: String
    private let folder: URL
    private var bus: Process?
    private var avahi: Process?

    init(hostName: String, busPath: String? = nil) throws {
        name = "km\(UUID().uuidString.prefix(8))"
        self.hostName = hostName
        folder = FileManager.default.temporaryDirectory.appendingPathComponent(name)
        self.busPath = busPath ?? folder.path + "/bus"
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Self.run("ip", "netns", "add", name)
        try inside("ip", "link", "set", "lo", "up")
    }

    deinit {
        stopAvahi()
        stopBus()
        try? Self.run("ip", "netns", "delete", name)
        try? FileManager.default.removeItem(at: folder)
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

    func stopBus() {
        bus?.terminate()
        bus?.waitUntilExit()
        bus = nil
    }

    /// Returns when Avahi is ready.
    func startAvahi() throws {
        let script = """
            mount -t tmpfs tmpfs /run && mkdir /run/avahi-daemon && hostname \(hostName) &&
            exec avahi-daemon --no-drop-root --no-rlimits --no-chroot 2>&1
            """
        avahi = try start(
            ["ip", "netns", "exec", name, "unshare", "-m", "-u", "sh", "-c", script],
            until: "Server startup complete")
    }

    /// Ends it without a farewell to anybody.
    func stopAvahi() {
        if let avahi { kill(avahi.processIdentifier, SIGKILL) }
        avahi?.waitUntilExit()
        avahi = nil
    }

    /// Announces a service there by Avahi's own program; until it is terminated.
    func publish(_ arguments: String...) throws -> Process {
        try start(["avahi-publish", "-s"] + arguments, until: "Established")
    }

    func inside(_ command: String...) throws {
        try Self.run(["ip", "netns", "exec", name] + command)
    }

    private struct Failed: Error { let what: String }

    /// Starts a program and waits for `words` in what it prints.
    private func start(_ command: [String], until words: String) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.path(of: command[0]) ?? command[0])
        process.arguments = Array(command.dropFirst())
        process.environment = ProcessInfo.processInfo.environment.merging([
            "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=\(busPath)", "LC_ALL": "C",
        ]) { $1 }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        try pipe.fileHandleForWriting.close()
        var text = ""
        while !text.contains(words) {
            let data = pipe.fileHandleForReading.availableData
            guard !data.isEmpty else { throw Failed(what: "\(command): \(text)") }
            text += String(decoding: data, as: UTF8.self)
        }
        // What it says later is of no interest, but must not block it.
        pipe.fileHandleForReading.readabilityHandler = { handle in
            if handle.availableData.isEmpty { handle.readabilityHandler = nil }
        }
        return process
    }

    private static func path(of program: String) -> String? {
        ["/usr/bin/", "/bin/", "/usr/sbin/", "/sbin/"].map { $0 + program }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    private static func run(_ command: String...) throws { try run(command) }

    private static func run(_ command: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path(of: command[0]) ?? command[0])
        process.arguments = Array(command.dropFirst())
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failed(what: command.joined(separator: " "))
        }
    }
}
