/// What this kiosk announces about itself, and where it looks for others.
package struct DiscoveryConfiguration: Sendable, Equatable {
    /// The service type, as registered in DNS-SD (RFC 6763).
    package static let serviceType = "_kioskmesh._tcp"
    /// Most bytes of an instance name: one DNS label (RFC 6763, section 4.1.1).
    package static let maximumNameLength = 63

    /// The name to announce; Avahi renames it where another kiosk has it already.
    package let instanceName: String
    /// The TCP port that this kiosk accepts links on, 1 to 65,535.
    package let port: Int
    /// The mesh's public hash in hex, so that kiosks of two meshes leave each other alone.
    package let meshHash: String
    /// The version of the mesh protocol that this kiosk speaks.
    package let protocolVersion: Int
    /// Only kiosks on this very machine, over the loopback interface.
    package let loopbackOnly: Bool

    /// A configuration; a name that is too long is cut at a character's end.
    package init(
        instanceName: String, port: Int, meshHash: String, protocolVersion: Int,
        loopbackOnly: Bool
    ) {
        precondition((1...65_535).contains(port), "a TCP port is 1 to 65535")
        self.instanceName = Self.fitting(instanceName)
        self.port = port
        self.meshHash = meshHash
        self.protocolVersion = protocolVersion
        self.loopbackOnly = loopbackOnly
    }

    /// The name for the attempt after `collisions` earlier ones met their own name: `gate-a`,
    /// then `gate-a #2`, as Avahi itself counts.
    func name(afterCollisions collisions: Int) -> String {
        guard collisions > 0 else { return instanceName }
        let suffix = " #\(collisions + 1)"
        let room = Self.maximumNameLength - suffix.utf8.count
        return Self.fitting(instanceName, within: room) + suffix
    }

    /// Without control characters, within `limit` bytes (one DNS label), never empty.
    static func fitting(_ name: String, within limit: Int = maximumNameLength) -> String {
        var result = ""
        for character in name where !character.unicodeScalars.contains(where: { $0.value < 32 }) {
            guard result.utf8.count + character.utf8.count <= limit else { break }
            result.append(character)
        }
        return result.isEmpty ? "kiosk" : result
    }
}
