import Glibc
import MeshControl
import Yams

/// `/etc/kioskmesh/config.yaml`: a flat mapping of setting names, every one optional.
struct ConfigFile {
    /// A value with the line that it stands on.
    struct Entry {
        let values: [String]
        let line: Int
    }

    let path: String
    private(set) var entries: [SettingKey: Entry] = [:]

    static let standardPath = "/etc/kioskmesh/config.yaml"
    /// A configuration of more than this is no configuration.
    private static let maximumBytes = 1 << 20

    /// Reads a file. A missing one is empty unless it was `demanded` by name.
    init(path: String, demanded: Bool) throws(ControlError) {
        self.path = path
        guard let text = try Self.contents(path, demanded) else { return }
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw Self.problem(path, Self.line(of: error), "is not YAML that can be read")
        } catch {
            throw Self.problem(path, nil, "is not YAML that can be read")
        }
        guard let root, root.null == nil else { return }
        guard let mapping = root.mapping else {
            throw Self.problem(path, root.mark?.line, "is not a list of name: value lines")
        }
        for (key, value) in mapping { try take(key, value) }
    }

    private mutating func take(_ name: Node, _ value: Node) throws(ControlError) {
        let line = name.mark?.line
        guard let text = name.string, let key = SettingKey(rawValue: text) else {
            let known = SettingKey.allCases.map(\.rawValue).joined(separator: ", ")
            throw Self.problem(
                path, line, "names \(name.string ?? "a key") which is no setting",
                hint: "Settings are \(known).")
        }
        guard entries[key] == nil else { throw Self.problem(path, line, "names \(text) twice") }
        var values: [String] = []
        if let sequence = value.sequence {
            guard key.isList else { throw Self.problem(path, line, "gives \(text) a list") }
            for element in sequence {
                guard let scalar = element.scalar?.string else {
                    throw Self.problem(path, element.mark?.line, "has no plain value for \(text)")
                }
                values.append(scalar)
            }
        } else if let scalar = value.scalar?.string {
            values = key.isList ? Settings.list(scalar) : [scalar]
        } else {
            throw Self.problem(path, line, "has no plain value for \(text)")
        }
        for value in values {
            if let complaint = key.complaint(value) {
                throw Self.problem(path, line, "sets \(text): \"\(value)\" \(complaint)")
            }
        }
        entries[key] = Entry(values: values, line: line ?? 1)
    }

    private static func contents(
        _ path: String, _ demanded: Bool
    ) throws(ControlError) -> String? {
        guard let file = fopen(path, "re") else {
            if errno == ENOENT || errno == ENOTDIR, !demanded { return nil }
            throw problem(path, nil, "cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { fclose(file) }
        let bytes = [UInt8](unsafeUninitializedCapacity: maximumBytes + 1) { room, count in
            count = fread(room.baseAddress, 1, room.count, file)
        }
        guard ferror(file) == 0 else { throw problem(path, nil, "cannot be read") }
        guard bytes.count <= maximumBytes else { throw problem(path, nil, "is over 1 MiB") }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw problem(path, nil, "is not valid UTF-8")
        }
        return text
    }

    private static func line(of error: YamlError) -> Int? {
        switch error {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _),
            .composer(_, _, let mark, _):
            mark.line
        default: nil
        }
    }

    private static func problem(
        _ path: String, _ line: Int?, _ words: String, hint: String = ""
    ) -> ControlError {
        let place = line.map { ", line \($0)," } ?? ""
        return ControlError(
            .configuration, "The configuration \(path)\(place) \(words).",
            hint: hint.isEmpty ? "Mend it and check: kioskmesh config check" : hint, exit: 64)
    }
}
