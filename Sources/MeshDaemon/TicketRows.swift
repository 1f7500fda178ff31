import MeshControl
import MeshModel
import MeshWire

extension TicketSealing {
    /// The ticket that an imported row describes: codes as keyed hashes, personal details sealed.
    func ticket(_ row: ImportRow) -> Ticket {
        var credentials = [Credential(kind: .serial, hash: credential(row.serial))]
        for (kind, code) in [
            (CredentialKind.qr, row.qr), (.idNumber, row.idNumber), (.account, row.account),
        ] where !code.isEmpty {
            credentials.append(Credential(kind: kind, hash: credential(code)))
        }
        let details = TicketDetails(
            serial: row.serial, holder: row.holder, account: row.account, idNumber: row.idNumber)
        return Ticket(
            id: ticketID(serial: row.serial), credentials: credentials, event: row.event,
            product: row.product, seat: row.seat, validFrom: row.validFrom,
            validUntil: row.validUntil, entries: UInt32(clamping: max(1, row.entries)),
            status: TicketStatus(word: row.status), sealedDetails: seal(details),
            contentDigest: contentDigest(row.canonicalBytes))
    }
}

extension ImportRow {
    /// All that the row says but its line, each field preceded by its length.
    fileprivate var canonicalBytes: [UInt8] {
        var bytes: [UInt8] = []
        for field in [serial, qr, idNumber, account, event, product, seat, holder, status] {
            appendBigEndian(UInt64(field.utf8.count), to: &bytes)
            bytes += field.utf8
        }
        for number in [validFrom ?? .min, validUntil ?? .max, Int64(entries)] {
            appendBigEndian(UInt64(bitPattern: number), to: &bytes)
        }
        return bytes
    }
}

extension TicketStatus {
    init(word: String) {
        switch word {
        case "unpaid": self = .unpaid
        case "canceled": self = .canceled
        case "blocked": self = .blocked
        default: self = .paid
        }
    }

    var word: String {
        switch self {
        case .paid: "paid"
        case .unpaid: "unpaid"
        case .canceled: "canceled"
        case .blocked: "blocked"
        case .revoked: "revoked"
        }
    }
}
