import MeshCrypto
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

    package init(serial: String, holder: String, account: String, idNumber: String) {
        self.serial = serial
        self.holder = holder
        self.account = account
        self.idNumber = idNumber
    }
}

/// Keyed hashes of codes, and the sealing of personal details, under the mesh's keys.
package struct TicketSealing: Sendable {
    private let keys: MeshKeys

    package init(_ keys: MeshKeys) { self.keys = keys }

    /// What the mesh knows of a code: keyed BLAKE2b-128 of its UTF-8 bytes.
    package func credential(_ code: String) -> CredentialHash {
        key16("credential", Array(code.utf8))
    }

    /// The ticket's name: keyed BLAKE2b-128 of its serial.
    package func ticketID(serial: String) -> TicketID { key16("ticket", Array(serial.utf8)) }

    /// Equal for equal rows only.
    package func contentDigest(_ row: [UInt8]) -> UInt64 {
        key16("row", row).bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Deterministic: the nonce is a keyed hash of the content, so that the same details give the
    /// same bytes (RFC 5297's idea of a synthetic nonce).
    package func seal(_ details: TicketDetails) -> [UInt8] {
        var pb = PBTicketDetails()
        pb.serial = details.serial
        pb.holder = details.holder
        pb.account = details.account
        pb.idNumber = details.idNumber
        let plain: [UInt8] = serialized(pb)
        let nonce = Array(
            Blake2b.hash(Array("nonce".utf8) + plain, key: keys.details.bytes)
                .prefix(AEAD.nonceLength))
        return nonce + AEAD.seal(plain, key: keys.details.bytes, nonce: nonce)
    }

    package func open(_ sealed: [UInt8]) -> TicketDetails? {
        guard sealed.count > AEAD.nonceLength,
            let plain = AEAD.open(
                Array(sealed.dropFirst(AEAD.nonceLength)), key: keys.details.bytes,
                nonce: Array(sealed.prefix(AEAD.nonceLength))),
            let pb: PBTicketDetails = try? parse(plain, "ticket details")
        else { return nil }
        return TicketDetails(
            serial: pb.serial, holder: pb.holder, account: pb.account, idNumber: pb.idNumber)
    }

    private func key16(_ purpose: String, _ bytes: [UInt8]) -> Key16 {
        let hash = Blake2b.hash(
            Array(purpose.utf8) + [0] + bytes, key: keys.credential.bytes, length: 16)
        guard let key = Key16(hash) else { preconditionFailure("16 bytes asked for") }
        return key
    }
}
