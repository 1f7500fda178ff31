import Glibc
import MeshControl

/// Where a setting came from.
enum SettingOrigin: Sendable, Hashable, CustomStringConvertible {
    case flag
    case environment(String)
    case file(path: String, line: Int)
    /// An earlier `run`.
    case kept
    case standard

    var description: String {
        switch self {
        case .flag: "flag"
        case .environment(let name): "environment \(name)"
        case .file(let path, let line): "\(path):\(line)"
        case .kept: "state directory"
        case .standard: "default"
        }
    }
}

/// Flags, then `KIOSKMESH_*`, then the file, then the defaults.
struct Settings {
    private let flags: [SettingKey: [String]]
    private let environment: [String: String]
    private let file: ConfigFile

    init(
        flags: [SettingKey: [String]], environment: [String: String], configPath: String?
    ) throws(ControlError) {
        self.flags = flags
        self.environment = environment
        for (key, values) in flags {
            for value in values {
                if let complaint = key.complaint(value) {
                    throw ControlError(
                        .usage, "--\(key.rawValue): \"\(value)\" \(complaint).",
                        hint: "See kioskmesh --help.", exit: 64)
                }
            }
        }
        for key in SettingKey.allCases {
            for value in Self.variable(key, environment) ?? [] {
                if let complaint = key.complaint(value) {
                    throw ControlError(
                        .configuration, "\(key.variable): \"\(value)\" \(complaint).",
                        hint: "Mend or unset the environment variable.", exit: 64)
                }
            }
        }
        let chosen = configPath ?? environment["KIOSKMESH_CONFIG"]
        file = try ConfigFile(
            path: chosen ?? ConfigFile.standardPath, demanded: chosen != nil)
    }

    /// The values that were given, with their origin; nil where nothing was.
    func given(_ key: SettingKey) -> (values: [String], origin: SettingOrigin)? {
        if let values = flags[key], !values.isEmpty { return (values, .flag) }
        if let values = Self.variable(key, environment) {
            return (values, .environment(key.variable))
        }
        if let entry = file.entries[key] {
            return (entry.values, .file(path: file.path, line: entry.line))
        }
        return nil
    }

    /// What was given, as one value; the last one counts.
    func value(_ key: SettingKey) -> String? { given(key)?.values.last }

    /// What was given, or the built-in value.
    func effective(_ key: SettingKey) -> String? { value(key) ?? key.standard }

    /// `KIOSKMESH_*` variables that mean nothing: a spelling mistake, most of the time.
    var unknownVariables: [String] {
        let known = Set(
            SettingKey.allCases.map(\.variable) + ["KIOSKMESH_CONFIG", "KIOSKMESH_TOKEN"])
        return environment.keys.filter { $0.hasPrefix("KIOSKMESH_") && !known.contains($0) }
            .sorted()
    }

    /// The parts of `a,b`, without spaces.
    static func list(_ text: String) -> [String] {
        text.split(separator: ",").map { part in
            String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
    }

    private static func variable(
        _ key: SettingKey, _ environment: [String: String]
    ) -> [String]? {
        guard let value = environment[key.variable], !value.isEmpty else { return nil }
        return key.isList ? list(value) : [value]
    }
}
