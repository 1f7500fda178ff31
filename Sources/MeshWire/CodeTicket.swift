import MeshCrypto
package import MeshModel
package import MeshNode
import TicketCodes

/// Tickets out of codes that carry them: pretix's signed ones, and the box office's sealed ones.
package struct CodeReader: Sendable {
    private let sealing: TicketSealing
    private let mesh: MeshID

    package init(sealing: TicketSealing, mesh: MeshID) {
        self.sealing = sealing
        self.mesh = mesh
    }

    /// The code as the mesh sends it to the host, where it looks like one that carries its ticket;
    /// empty for all others.
    package func sealed(_ code: String) -> [UInt8] {
        let text = Self.trimmed(code)
        guard text.utf8.count <= SealedTicketCode.longest,
            text.hasPrefix(SealedTicketCode.prefix) || PretixSignedCode(text) != nil
        else { return [] }
        return sealing.seal(Array(text.utf8), for: .code)
    }

    /// pretix strips white space around a code, and nothing else.
    package static func trimmed(_ code: String) -> String {
        var text = Substring(code)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    /// The ticket of a sealed code, as `BlockAuthor` promises it.
    package func ticket(_ sealed: [UInt8], source: CodeSource, at now: WallTime) -> Ticket? {
        guard let bytes = sealing.open(sealed, for: .code),
            let text = String(validating: bytes, as: UTF8.self)
        else { return nil }
        if text.hasPrefix(SealedTicketCode.prefix) {
            return sealedTicket(text, source, now)
        }
        return pretixTicket(text, source)
    }

    private func keys(_ source: CodeSource, _ scheme: Issuer.Scheme) -> [[UInt8]] {
        source.event.issuers.filter { $0.scheme == scheme }.map(\.key.bytes)
    }

    private func sealedTicket(_ text: String, _ source: CodeSource, _ now: WallTime) -> Ticket? {
        guard let opened = try? SealedTicketCode.open(text, with: sealing.boxKey),
            let payload = try? opened.verify(
                issuers: keys(source, .sealedTicket), mesh: mesh.key.bytes, at: now),
            payload.event == source.event.slug
        else { return nil }
        let details = TicketDetails(
            serial: payload.key, holder: payload.holder, account: "", idNumber: "", secret: text,
            key: payload.key)
        return Ticket(
            id: sealing.ticketID(segment: source.segment, key: payload.key),
            credentials: [Credential(kind: .qr, hash: sealing.credential(text))],
            event: source.event.slug, product: name(of: payload.product, source),
            seat: payload.seat, validFrom: payload.validFrom, validUntil: payload.validUntil,
            entries: payload.entries, sealedDetails: sealing.seal(details),
            contentDigest: sealing.contentDigest(Array(text.utf8)), segment: source.segment,
            marks: .fromCode, productID: payload.product, session: payload.session)
    }

    private func pretixTicket(_ text: String, _ source: CodeSource) -> Ticket? {
        guard let code = PretixSignedCode.verified(text, keys: keys(source, .pretixSig1)) else {
            return nil
        }
        // Two texts of one payload are one ticket.
        let key = "signed:\(source.event.slug):" + hexadecimal(code.payload)
        let details = TicketDetails(
            serial: text, holder: "", account: "", idNumber: "", secret: text, key: key)
        return Ticket(
            id: sealing.ticketID(segment: source.segment, key: key),
            credentials: [Credential(kind: .qr, hash: sealing.credential(text))],
            event: source.event.slug, product: name(of: code.item, source),
            validFrom: code.validFromUnixTime.map { $0 * 1000 },
            validUntil: code.validUntilUnixTime.map { $0 * 1000 },
            sealedDetails: sealing.seal(details),
            contentDigest: sealing.contentDigest(Array(text.utf8)), segment: source.segment,
            marks: [.fromCode, .signatureOnly], productID: code.item, variation: code.variation,
            session: code.subevent)
    }

    private func name(of product: UInt64, _ source: CodeSource) -> String {
        source.event.products.first { $0.id == product }?.name ?? ""
    }
}
