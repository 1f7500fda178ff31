import MeshCrypto

/// The Ed25519 public key a kiosk proves in TLS: the only name a link has for its peer.
package struct TransportKey: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The 32 bytes of the key. A key of another length is a name nobody has.
    package let bytes: [UInt8]

    /// The key with these bytes.
    package init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The key that belongs to a 32-byte TLS seed.
    package init(tlsSeed: [UInt8]) {
        self.bytes = SigningKey(seed: tlsSeed).publicKey
    }

    /// The order of the bytes.
    package static func < (left: TransportKey, right: TransportKey) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    /// The first 8 bytes in hexadecimal: enough to recognise a key in a log.
    package var description: String { Hex.encode(Array(bytes.prefix(8))) }
}

/// One link of one run of the program; never used twice.
package struct LinkID: Hashable, Sendable, CustomStringConvertible {
    /// Counts up from 1.
    package let rawValue: UInt64

    /// The id with this number.
    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// The number after a `#`.
    package var description: String { "#\(rawValue)" }
}

/// What the roster says about a key.
package enum PeerClass: Hashable, Sendable {
    /// On the roster and not revoked.
    case member
    /// Unknown: may ask to be admitted, within narrow limits.
    case stranger
    /// Revoked or unwanted: gets no link.
    case refused
}
