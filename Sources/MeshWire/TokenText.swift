import MeshCrypto
package import MeshModel

/// A join token as people and scanners carry it: `km1` and base64url of 80 bytes.
///
/// Mesh id 32, token id 16, secret 16, uses 4, expiry 8 (ms since 1970 UTC), checksum 4; numbers
/// big-endian. The mesh id is the hash of the admin key, so it is the fingerprint to check too.
package struct TokenText: Hashable, Sendable {
    package static let prefix = "km1"

    package let mesh: MeshID
    package let id: Key16
    package let secret: Key16
    package let uses: UInt32
    package let expires: WallTime

    package init(mesh: MeshID, uses: UInt32, expires: WallTime) {
        let random = RandomBytes.make(32)
        self.init(
            mesh: mesh, id: Key16(random[0..<16]) ?? Key16(high: 0, low: 0),
            secret: Key16(random[16..<32]) ?? Key16(high: 0, low: 0), uses: uses, expires: expires)
    }

    private init(mesh: MeshID, id: Key16, secret: Key16, uses: UInt32, expires: WallTime) {
        self.mesh = mesh
        self.id = id
        self.secret = secret
        self.uses = uses
        self.expires = expires
    }

    /// Reads a token; nil where it is cut off, mistyped or of another kind.
    package init?(_ text: String) {
        let trimmed = text.filter { !$0.isWhitespace }
        guard trimmed.hasPrefix(Self.prefix),
            let bytes = Base64URL.decode(String(trimmed.dropFirst(Self.prefix.count))),
            bytes.count == 80, Self.checksum(bytes[0..<76]) == Array(bytes[76..<80]),
            let mesh = Key32(bytes[0..<32]), let id = Key16(bytes[32..<48]),
            let secret = Key16(bytes[48..<64])
        else { return nil }
        let uses = bytes[64..<68].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let expires = bytes[68..<76].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        self.init(
            mesh: MeshID(mesh), id: id, secret: secret, uses: uses,
            expires: WallTime(bitPattern: expires))
    }

    package var text: String {
        var bytes = mesh.key.bytes + id.bytes + secret.bytes
        for shift in [24, 16, 8, 0] {
            bytes.append(UInt8(truncatingIfNeeded: uses >> UInt32(shift)))
        }
        appendBigEndian(UInt64(bitPattern: expires), to: &bytes)
        bytes += Self.checksum(bytes[...])
        return Self.prefix + Base64URL.encode(bytes)
    }

    private static func checksum(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        Array(Blake2b.hash(Array(bytes)).prefix(4))
    }

    /// The key under which proofs are made: all that the mesh keeps of the secret.
    package var verifier: Key32 {
        let context = Array("kioskmesh/v0/token".utf8) + [0] + mesh.key.bytes + id.bytes
        guard let key = Key32(Blake2b.hash(context, key: secret.bytes)) else {
            preconditionFailure("32 bytes asked for")
        }
        return key
    }

    /// What the mesh records of it.
    package var record: JoinToken {
        JoinToken(id: id, verifier: verifier, uses: uses, expires: expires)
    }
}
