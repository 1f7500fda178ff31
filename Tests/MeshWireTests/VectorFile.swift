import Foundation
import MeshModel

/// A file of golden vectors in `Protocols/vectors`.
struct VectorFile: Codable, Equatable {
    struct Vector: Codable, Equatable {
        let name: String
        let meaning: String
        let hex: String
        /// The code of the error expected; absent where the bytes are valid.
        let error: String?
    }

    let about: String
    let vectors: [Vector]

    private static func path(_ name: String) -> URL {
        URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Protocols/vectors/\(name).json").standardized
    }

    static func read(_ name: String) throws -> VectorFile {
        try JSONDecoder().decode(VectorFile.self, from: Data(contentsOf: path(name)))
    }

    /// Vectors are written once. Only `KIOSKMESH_UPDATE_VECTORS=1` writes them again: every other
    /// implementation has to change with them.
    func writeIfAsked(_ name: String) throws {
        guard ProcessInfo.processInfo.environment["KIOSKMESH_UPDATE_VECTORS"] == "1" else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        var data = try encoder.encode(self)
        data.append(UInt8(ascii: "\n"))
        try data.write(to: Self.path(name))
    }
}

extension VectorFile.Vector {
    init(_ name: String, _ meaning: String, _ bytes: [UInt8], error: String? = nil) {
        self.init(name: name, meaning: meaning, hex: hexadecimal(bytes), error: error)
    }
}
