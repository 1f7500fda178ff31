import MeshCrypto

/// A ticket code that pretix signed (`pretix_sig1`): it can be checked without its catalog entry.
///
/// The text is `reverse(base64(0x01 | u16 payload length | u16 signature length | payload |
/// signature))`, big-endian, with an Ed25519 signature over the payload alone. Only the one
/// canonical text is taken, since bytes that are not signed could otherwise give one ticket many
/// codes. Double use is still to be looked for by `payload`, never by the text.
package struct PretixSignedCode: Hashable, Sendable {
    /// Longest text taken, in bytes; a real one has about 150.
    package static let maximumTextBytes = 1_024

    /// Random characters that make the code unique.
    package let seed: String
    /// pretix's item, at least 1.
    package let item: UInt64
    /// Nil where the item has no variations.
    package let variation: UInt64?
    /// Nil where the event has no dates of its own.
    package let subevent: UInt64?
    /// Seconds since 1970 UTC; nil is no limit.
    package let validFromUnixTime: Int64?
    /// Seconds since 1970 UTC; nil is no limit.
    package let validUntilUnixTime: Int64?
    /// The signed bytes: one ticket, one payload.
    package let payload: [UInt8]
    /// 64 bytes.
    package let signature: [UInt8]

    /// Reads `text`, whose signature is still to be checked; nil where it is no such code.
    ///
    /// White space around the text is no part of it: scanners add line ends, and pretix strips it.
    package init?(_ text: String) {
        guard text.utf8.count <= Self.maximumTextBytes,
            let bytes = Base64.decode(Self.trimmed(text).reversed())
        else { return nil }
        guard bytes.count >= 5, bytes[0] == 1 else { return nil }
        let payloadLength = Int(bytes[1]) << 8 | Int(bytes[2])
        let signatureLength = Int(bytes[3]) << 8 | Int(bytes[4])
        guard signatureLength == Signature.length,
            bytes.count == 5 + payloadLength + signatureLength
        else { return nil }
        let payload = Array(bytes[5..<5 + payloadLength])
        guard let fields = PretixSignedFields(payload) else { return nil }
        seed = fields.seed
        item = fields.item
        variation = fields.variation
        subevent = fields.subevent
        validFromUnixTime = fields.validFromUnixTime
        validUntilUnixTime = fields.validUntilUnixTime
        self.payload = payload
        signature = Array(bytes[(5 + payloadLength)...])
    }

    /// Whether one of `keys` (32 bytes each) signed it.
    package func isSigned(byAnyOf keys: [[UInt8]]) -> Bool {
        keys.contains { Signature.verify(signature, of: payload, by: $0) }
    }

    /// The code of `text` if it is well formed and signed by one of `keys`, else nil.
    package static func verified(_ text: String, keys: [[UInt8]]) -> PretixSignedCode? {
        guard let code = PretixSignedCode(text), code.isSigned(byAnyOf: keys) else { return nil }
        return code
    }

    private static func trimmed(_ text: String) -> Substring.UTF8View {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
        var rest = Substring(text).utf8
        while let first = rest.first, isSpace(first) { rest.removeFirst() }
        while let last = rest.last, isSpace(last) { rest.removeLast() }
        return rest
    }
}
