import Foundation
import MeshRules
import Testing

/// Recorded facts: one JSON object a line.
enum GoldenLines {
    static func read(_ name: String) throws -> [JSONValue] {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Golden").appending(path: name)
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
            try JSONValue.parse(String($0))
        }
    }
}

/// Reads what the recordings hold; anything else is an issue of the test.
extension JSONValue {
    struct Misfit: Error { let value: JSONValue? }

    func member(_ name: String) throws -> JSONValue {
        guard let value = self[name] else { throw Misfit(value: self) }
        return value
    }

    var whole: Int64? {
        if case .int(let value) = self { value } else { nil }
    }

    var isSet: Bool { self == .bool(true) }

    func number() throws -> Int64 {
        guard let whole else { throw Misfit(value: self) }
        return whole
    }

    func text() throws -> String {
        guard case .string(let value) = self else { throw Misfit(value: self) }
        return value
    }

    func elements() throws -> [JSONValue] {
        guard case .array(let values) = self else { throw Misfit(value: self) }
        return values
    }

    /// `[[isExit, milliseconds], …]`.
    func pastScans() throws -> [PastScan] {
        try elements().map { pair in
            let pair = try pair.elements()
            try #require(pair.count == 2)
            return PastScan(isExit: pair[0].isSet, at: try pair[1].number())
        }
    }

    /// Zone, dates of the event and gate as the recordings have them.
    func doorEvent() throws -> DoorEvent {
        let dates = try member("e").elements()
        try #require(dates.count == 3)
        return DoorEvent(
            zone: try Zones.named(member("z").text()), from: dates[0].whole, until: dates[1].whole,
            admission: dates[2].whole, gate: self["g"]?.whole.map(UInt64.init))
    }
}
