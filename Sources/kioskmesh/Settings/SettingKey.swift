import MeshDaemon

/// Everything that can be configured, by one name as flag, in the file and in the environment.
enum SettingKey: String, CaseIterable, Sendable {
    case state, output, color, timeout, name, listen, discovery, peer, storage, console
    case offlineAllowance = "offline-allowance"
    case logLevel = "log-level"
    case tokenFile = "token-file"

    /// `KIOSKMESH_` and the name in capitals.
    var variable: String {
        "KIOSKMESH_" + rawValue.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
    }

    var isList: Bool { self == .discovery || self == .peer }

    /// The built-in value; nil where the command or the state directory decides.
    var standard: String? {
        switch self {
        case .state: "/var/lib/kioskmesh"
        case .output: "table"
        case .color, .storage: "auto"
        case .discovery: "mdns,static"
        case .offlineAllowance: "0"
        case .logLevel: "info"
        case .timeout, .name, .listen, .peer, .console, .tokenFile: nil
        }
    }

    /// What is wrong with a value, in words that follow it; nil if it is good.
    func complaint(_ value: String) -> String? {
        switch self {
        case .state, .name, .tokenFile: value.isEmpty ? "is empty" : nil
        case .output: Self.oneOf(["table", "wide", "json"], value)
        case .color: Self.oneOf(["auto", "always", "never"], value)
        case .storage: Self.oneOf(StorageChoice.allCases.map(\.rawValue), value)
        case .discovery: Self.oneOf(["mdns", "static"], value)
        case .logLevel:
            Self.oneOf(
                ["trace", "debug", "info", "notice", "warning", "error", "critical"], value)
        case .timeout:
            DurationText(argument: value) == nil ? "is not a duration such as 5s or 2m" : nil
        case .offlineAllowance:
            value == "unlimited" || UInt64(value) != nil ? nil : "is not a number or unlimited"
        case .console: value == "off" || Self.isEndpoint(value) ? nil : "is not ADDRESS:PORT or off"
        case .listen, .peer: Self.isEndpoint(value) ? nil : "is not ADDRESS:PORT"
        }
    }

    private static func oneOf(_ known: [String], _ value: String) -> String? {
        known.contains(value) ? nil : "is none of \(known.joined(separator: ", "))"
    }

    /// A host and a port; an IPv6 address stands in brackets.
    private static func isEndpoint(_ value: String) -> Bool {
        guard let colon = value.lastIndex(of: ":"),
            UInt16(value[value.index(after: colon)...]) != nil
        else { return false }
        let host = value[..<colon]
        if host.hasPrefix("[") { return host.hasSuffix("]") && host.count > 3 }
        return !host.isEmpty && !host.contains(":") && !host.contains(" ")
    }
}
