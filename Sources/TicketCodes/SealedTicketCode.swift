package import MeshCrypto

/// The QR code that carries its ticket encrypted: `KMQ1.` and, in base64url without padding,
/// libsodium's sealed box to the mesh's key around payload ‖ Ed25519 signature (64 bytes).
///
/// Only the mesh can read it, and it can do so with no word from the ticket server. Whoever holds
/// the mesh's secret could seal the same payload anew: tell tickets apart by `key`, not by text.
package enum SealedTicketCode {
    /// What every such code begins with; the digit is the version.
    package static let prefix = "KMQ1."
    /// Longest code: a QR code of middling size holds it.
    package static let longest = 1_200
    /// How far in the future a code may be issued, as clocks differ.
    package static let clockTolerance: Int64 = 10 * 60 * 1000

    private static let family = "KMQ"
    private static let context = Array("kioskmesh/qr1/ticket".utf8) + [0]

    /// The text of the code for `payload`, signed by `issuer`, readable with the mesh's box key
    /// only. Throws `unsuitable` or `badMeshKey`.
    package static func seal(
        _ payload: SealedTicketPayload, issuer: SigningKey, meshBoxKey: [UInt8]
    ) throws(SealedTicketCodeError) -> String {
        if let problem = payload.problem { throw .unsuitable(problem) }
        let bytes = payload.bytes
        let signature = issuer.sign(context + bytes)
        guard let sealed = SealedBox.seal(bytes + signature, to: meshBoxKey) else {
            throw .badMeshKey
        }
        return prefix + Base64URL.encode(sealed)
    }

    /// What `text` holds, not yet verified. Throws everything but `forged`, `foreignMesh` and what
    /// has to do with time.
    package static func open(
        _ text: String, with key: BoxKey
    ) throws(SealedTicketCodeError) -> OpenedTicketCode {
        guard text.utf8.starts(with: prefix.utf8) else {
            throw isLaterVersion(text) ? .newerVersion : .notSealed
        }
        guard text.utf8.count <= longest else { throw .tooLong }
        // By bytes: a character may be the point and something above it.
        let body = String(decoding: text.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
        guard let sealed = Base64URL.decode(body) else { throw .unreadable }
        guard let plaintext = SealedBox.open(sealed, with: key) else { throw .cannotOpen }
        guard plaintext.count > Signature.length,
            let payload = SealedTicketPayload(bytes: plaintext.dropLast(Signature.length))
        else { throw .malformed }
        return OpenedTicketCode(
            payload: payload, signature: Array(plaintext.suffix(Signature.length)))
    }

    /// `KMQ`, another number than ours, and a point.
    private static func isLaterVersion(_ text: String) -> Bool {
        guard text.utf8.starts(with: family.utf8) else { return false }
        let digits = text.utf8.dropFirst(family.utf8.count).prefix(4).prefix {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        }
        let next = text.utf8.dropFirst(family.utf8.count + digits.count).first
        return !digits.isEmpty && next == UInt8(ascii: ".")
    }

    fileprivate static func isSigned(_ code: OpenedTicketCode, by issuer: [UInt8]) -> Bool {
        Signature.verify(code.signature, of: context + code.payload.bytes, by: issuer)
    }
}

/// A code that was opened, and is not believed yet.
package struct OpenedTicketCode: Hashable, Sendable {
    fileprivate let payload: SealedTicketPayload
    /// Ed25519 over the context `kioskmesh/qr1/ticket`, a zero byte and the payload's bytes.
    package let signature: [UInt8]

    /// What it claims, for a log: nothing of it is verified.
    package var unverified: SealedTicketPayload { payload }

    /// The payload, if one of `issuers` (Ed25519 public keys) signed it, for the mesh with id
    /// `mesh`, and it counts at `now` (milliseconds since 1970 UTC).
    /// Throws `forged`, `foreignMesh`, `notYetIssued` or `expired`, in this order.
    package func verify(
        issuers: [[UInt8]], mesh: [UInt8], at now: Int64
    ) throws(SealedTicketCodeError) -> SealedTicketPayload {
        guard issuers.contains(where: { SealedTicketCode.isSigned(self, by: $0) }) else {
            throw .forged
        }
        guard mesh.starts(with: payload.meshPrefix) else { throw .foreignMesh }
        let latest = now.addingReportingOverflow(SealedTicketCode.clockTolerance)
        guard latest.overflow || payload.issuedAt <= latest.partialValue else {
            throw .notYetIssued
        }
        guard now < payload.expires else { throw .expired }
        return payload
    }
}
