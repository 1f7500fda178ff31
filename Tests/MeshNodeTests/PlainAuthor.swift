import MeshLedger
import MeshModel
import MeshNode

/// Seals blocks without a key, so that the core is tested without cryptography: the hash is a
/// plain mixture of all that the body says.
struct PlainAuthor: BlockAuthor {
    func seal(_ body: BlockBody) -> Block {
        var mixed = mix64(body.sequence ^ UInt64(body.copies) << 32)
        for byte in body.chain.bytes + body.parentHash.bytes { mixed = mix64(mixed ^ UInt64(byte)) }
        for entry in body.seen { mixed = mix64(mixed ^ entry.chain.epoch ^ mix64(entry.length)) }
        mixed = mix64(mixed ^ (body.committed?.length ?? 0))
        for record in body.records {
            for byte in record.request?.bytes ?? [] { mixed = mix64(mixed ^ UInt64(byte)) }
        }
        var bytes: [UInt8] = []
        for word in 0..<4 as Range<UInt64> { appendBigEndian(mix64(mixed &+ word), to: &bytes) }
        return Block(verified: body, hash: Key32(bytes) ?? .zero, bytes: bytes)
    }

    /// Here whoever knows the verifier has proved the token.
    func proves(_ application: JoinApplication, request: RequestID, token: JoinToken) -> Bool {
        application.proof == token.verifier
    }

    /// Here the bytes of a code are its ticket's number, and any issuer will do.
    func ticket(
        inSealedCode code: [UInt8], source: CodeSource, at now: WallTime
    ) -> Ticket? {
        guard let number = code.first, !source.event.issuers.isEmpty else { return nil }
        return Ticket(
            id: Key16(high: 7, low: UInt64(number)),
            credentials: [Credential(kind: .qr, hash: Key16(high: 8, low: UInt64(number)))],
            event: source.event.slug, contentDigest: UInt64(number), segment: source.segment,
            marks: .fromCode)
    }
}
