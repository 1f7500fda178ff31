package import MeshCrypto
package import MeshModel

/// Makes this kiosk's signatures.
package protocol Signer: Sendable {
    var kiosk: KioskID { get }
    func sign(_ message: [UInt8]) -> [UInt8]
}

/// Checks signatures of kiosks, which are named by their keys.
package protocol SignatureVerifier: Sendable {
    func verify(_ signature: [UInt8], of message: [UInt8], by kiosk: KioskID) -> Bool
}

/// Ed25519 through libsodium (RFC 8032): what the product uses.
package struct SodiumSigner: Signer {
    private let key: SigningKey
    package let kiosk: KioskID

    package init(_ key: SigningKey) {
        self.key = key
        guard let kiosk = KioskID(key.publicKey) else {
            preconditionFailure("an Ed25519 public key has 32 bytes")
        }
        self.kiosk = kiosk
    }

    package func sign(_ message: [UInt8]) -> [UInt8] { key.sign(message) }
}

/// Ed25519 through libsodium (RFC 8032): what the product uses.
package struct SodiumVerifier: SignatureVerifier {
    package init() {}

    package func verify(_ signature: [UInt8], of message: [UInt8], by kiosk: KioskID) -> Bool {
        Signature.verify(signature, of: message, by: kiosk.key.bytes)
    }
}

/// What a signature is for. It is part of what is signed, so that one made for one purpose is
/// worth nothing for another.
enum SigningContext: String {
    case block = "kioskmesh/v0/block"
    case message = "kioskmesh/v0/message"
    case charter = "kioskmesh/v0/charter"
    case application = "kioskmesh/v0/join"
    case delegation = "kioskmesh/v0/delegation"
    case grant = "kioskmesh/v0/grant"
    case bundle = "kioskmesh/v0/bundle"

    /// The bytes to sign: context, a zero byte, then the parts, each of fixed length but the last.
    func bytes(_ parts: [UInt8]...) -> [UInt8] {
        var out = Array(rawValue.utf8)
        out.append(0)
        for part in parts { out += part }
        return out
    }
}
