import MeshCrypto

/// Base64 with the standard alphabet and padding (RFC 4648, section 4), in its one canonical form.
enum Base64 {
    /// The bytes of ASCII `text`, or nil for any other character, missing or wrong padding, or
    /// bits left over that are not zero.
    static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        var letters: [UInt8] = []
        letters.reserveCapacity(text.count)
        var padding = 0
        for byte in text {
            switch byte {
            case UInt8(ascii: "="): padding += 1
            // The URL-safe alphabet's own two characters are foreign here.
            case UInt8(ascii: "-"), UInt8(ascii: "_"): return nil
            case _ where padding > 0: return nil
            case UInt8(ascii: "+"): letters.append(UInt8(ascii: "-"))
            case UInt8(ascii: "/"): letters.append(UInt8(ascii: "_"))
            default: letters.append(byte)
            }
        }
        // Without its padding the text has a length that only this padding can complete.
        guard padding <= 2 else { return nil }
        return Base64URL.decode(String(decoding: letters, as: UTF8.self))
    }
}
