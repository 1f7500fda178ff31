package import MeshCrypto
package import MeshModel

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The personal part of a ticket: never on a disk or on the network in the clear.
package struct TicketDetails: Hashable, Sendable {
    package var serial: String
    package var holder: String
    package var account: String
    package var idNumber: String
    /// The code that the ticket server knows it by.
    package var secret: String
    /// The ticket server's own name of it.
    package var key: String

    package init(
        serial: String, holder: String, account: String, idNumber: String, secret: String = "",
        key: String = ""
    ) {
        self.serial = serial
        self.holder = holder
        self.account = account
        self.idNumber = idNumber
        self.secret = secret
        self.key = key
    }
}

/// Keyed hashes of codes, and the sealing of personal details, under the mesh's keys.
package struct TicketSealing: Sendable {
    private let keys: MeshKeys

    package init(_ keys: MeshKeys) { self.keys = keys }

    /// What the mesh knows of a code: keyed BLAKE2b-128 of its UTF-8 bytes, without white space
    /// around it, which scanners and people add.
    package func credential(_ code: String) -> CredentialHash {
        key16("credential", Array(CodeReader.trimmed(code).utf8))
    }

    /// The ticket's name: keyed BLAKE2b-128 of its serial.
    package func ticketID(serial: String) -> TicketID { key16("ticket", Array(serial.utf8)) }

    /// Equal for equal rows only.
    package func contentDigest(_ row: [UInt8]) -> UInt64 {
        key16("row", row).bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The name of a ticket that came under a grant: keyed BLAKE2b-128 of both names.
    package func ticketID(segment: String, key: String) -> TicketID {
        key16("server-ticket", Array(segment.utf8) + [0] + Array(key.utf8))
    }

    /// Deterministic, so that the same details give the same bytes.
    package func seal(_ details: TicketDetails) -> [UInt8] {
        var pb = PBTicketDetails()
        if details.serial != details.secret { pb.serial = details.serial }
        pb.holder = details.holder
        pb.account = details.account
        pb.idNumber = details.idNumber
        pb.secret = details.secret
        pb.key = details.key
        return seal(serialized(pb), for: .details)
    }

    package func open(_ sealed: [UInt8]) -> TicketDetails? {
        guard let plain = open(sealed, for: .details),
            let pb: PBTicketDetails = try? parse(plain, "ticket details")
        else { return nil }
        return TicketDetails(
            serial: pb.serial.isEmpty ? pb.secret : pb.serial, holder: pb.holder,
            account: pb.account, idNumber: pb.idNumber, secret: pb.secret, key: pb.key)
    }

    /// What is kept under the mesh's personal-data key, each under a key of its own.
    package enum Purpose: String, Sendable {
        case details = "ticket-details"
        case code = "shown-code"
        case grant = "grant-secrets"
        case token = "server-token"
        case bundle = "bundle"
    }

    /// XChaCha20-Poly1305 under a key derived for the purpose. The nonce is a keyed hash of the
    /// content (RFC 5297's idea of a synthetic nonce): the same content gives the same bytes.
    package func seal(_ plain: [UInt8], for purpose: Purpose) -> [UInt8] {
        let key = derivedKey(purpose.rawValue)
        let nonce = Array(
            Blake2b.hash(Array("nonce".utf8) + plain, key: key).prefix(AEAD.nonceLength))
        return nonce + AEAD.seal(plain, key: key, nonce: nonce)
    }

    package func open(_ sealed: [UInt8], for purpose: Purpose) -> [UInt8]? {
        guard sealed.count > AEAD.nonceLength else { return nil }
        return AEAD.open(
            Array(sealed.dropFirst(AEAD.nonceLength)), key: derivedKey(purpose.rawValue),
            nonce: Array(sealed.prefix(AEAD.nonceLength)))
    }

    /// The key pair that others seal codes for this mesh to.
    package var boxKey: BoxKey { BoxKey(seed: derivedKey("box")) }

    private func derivedKey(_ purpose: String) -> [UInt8] {
        Blake2b.hash(
            Array("kioskmesh/v0/".utf8) + Array(purpose.utf8), key: keys.details.bytes)
    }

    private func key16(_ purpose: String, _ bytes: [UInt8]) -> Key16 {
        let hash = Blake2b.hash(
            Array(purpose.utf8) + [0] + bytes, key: keys.credential.bytes, length: 16)
        guard let key = Key16(hash) else { preconditionFailure("16 bytes asked for") }
        return key
    }
}
