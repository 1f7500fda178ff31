import Foundation

/// The options of the last run, kept in the state directory so that `run --state DIR` alone is
/// enough after a power cut.
struct SavedOptions: Codable, Sendable, Equatable {
    var listenHost = "::"
    /// The port taken; 0 before the first run.
    var listenPort = 0
    var discovery = ["mdns", "static"]
    var peers: [String] = []
    var loopbackOnly = false
    var logLevel = "info"

    static func load(_ state: StateFiles) throws(DaemonError) -> SavedOptions {
        guard let bytes = try state.read(StateFiles.optionsName) else { return SavedOptions() }
        do {
            return try JSONDecoder().decode(SavedOptions.self, from: Data(bytes))
        } catch {
            throw DaemonError(
                "options_damaged", "\(StateFiles.optionsName) in the state directory is damaged.",
                hint: "Remove that file and give the options to `run` once more.")
        }
    }

    func save(_ state: StateFiles) throws(DaemonError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        guard let data = try? encoder.encode(self) else { return }
        try state.write([UInt8](data), to: StateFiles.optionsName)
    }

    /// As `config show` names them.
    var settings: [String: String] {
        let host = listenHost.contains(":") ? "[\(listenHost)]" : listenHost
        var settings = [
            "discovery": discovery.joined(separator: ","), "log-level": logLevel,
        ]
        if listenPort > 0 { settings["listen"] = "\(host):\(listenPort)" }
        if !peers.isEmpty { settings["peer"] = peers.joined(separator: ",") }
        return settings
    }

    /// What this run was told goes before what an earlier one was.
    mutating func apply(_ options: RunOptions) throws(DaemonError) {
        if let listen = options.listen {
            guard let (host, port) = Self.address(listen) else {
                throw DaemonError(
                    "bad_address", "'\(listen)' is not an address to listen on.",
                    hint: "Give ADDRESS:PORT, for example 0.0.0.0:7400 or [::]:7400.",
                    exitCode: 64)
            }
            listenHost = host
            listenPort = port
        }
        if let discovery = options.discovery {
            let unknown = discovery.filter { !["mdns", "static"].contains($0) }
            guard unknown.isEmpty, !discovery.isEmpty else {
                throw DaemonError(
                    "bad_discovery", "'\(unknown.first ?? "")' is no way of discovery.",
                    hint: "Give mdns, static, or mdns,static.", exitCode: 64)
            }
            self.discovery = discovery
        }
        if !options.peers.isEmpty { peers = options.peers }
        for peer in peers where Dialer.split(peer) == nil {
            throw DaemonError(
                "bad_peer", "'\(peer)' is not an address of a kiosk.",
                hint: "Give HOST:PORT, for example 192.168.1.20:7400.", exitCode: 64)
        }
        if options.loopbackOnly { loopbackOnly = true }
        if let level = options.logLevel { logLevel = level }
    }

    /// `ADDRESS:PORT`; an empty address means all.
    private static func address(_ text: String) -> (host: String, port: Int)? {
        if text.hasPrefix(":"), let port = Int(text.dropFirst()), (0...65535).contains(port) {
            return ("::", port)
        }
        if text.hasSuffix(":0"), let (host, _) = Dialer.split(text.dropLast() + "1") {
            return (host, 0)
        }
        return Dialer.split(text)
    }
}
