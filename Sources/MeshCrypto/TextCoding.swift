import CSodium

/// Base64 with the URL-safe alphabet and no padding (RFC 4648, section 5).
///
/// libsodium's code takes the same time for all contents of one length: tokens are secrets.
package enum Base64URL {
    private static let variant = Int32(sodium_base64_VARIANT_URLSAFE_NO_PADDING)

    /// The text of `bytes`.
    package static func encode(_ bytes: [UInt8]) -> String {
        Sodium.require()
        // With room for the terminating zero of C.
        let room = sodium_base64_encoded_len(bytes.count, variant)
        return String(unsafeUninitializedCapacity: room) { buffer in
            buffer.withMemoryRebound(to: CChar.self) { text in
                _ = sodium_bin2base64(text.baseAddress!, room, bytes, bytes.count, variant)
            }
            return room - 1
        }
    }

    /// The bytes of `text`, or nil for any other character, padding, white space, a length that
    /// cannot be, or bits left over that are not zero: one value has one text.
    package static func decode(_ text: String) -> [UInt8]? {
        decodeText(text, room: text.utf8.count / 4 * 3 + 3) { bytes, room, text, count, length in
            sodium_base642bin(bytes, room, text, count, nil, &length, nil, variant)
        }
    }
}

/// Hexadecimal text.
package enum Hex {
    /// The text of `bytes`, in lower case.
    package static func encode(_ bytes: [UInt8]) -> String {
        Sodium.require()
        let room = bytes.count * 2 + 1
        return String(unsafeUninitializedCapacity: room) { buffer in
            buffer.withMemoryRebound(to: CChar.self) { text in
                _ = sodium_bin2hex(text.baseAddress!, room, bytes, bytes.count)
            }
            return room - 1
        }
    }

    /// The bytes of `text` in either case, or nil for any other character or an odd length.
    package static func decode(_ text: String) -> [UInt8]? {
        decodeText(text, room: text.utf8.count / 2 + 1) { bytes, room, text, count, length in
            sodium_hex2bin(bytes, room, text, count, nil, &length, nil)
        }
    }
}

/// Runs one of libsodium's decoders, which share their shape.
private func decodeText(
    _ text: String, room: Int,
    with decoder: (UnsafeMutablePointer<UInt8>, Int, UnsafePointer<CChar>, Int, inout Int) -> Int32
) -> [UInt8]? {
    Sodium.require()
    var text = text
    var status: Int32 = -1
    let bytes = [UInt8](unsafeUninitializedCapacity: room) { buffer, initialised in
        text.withUTF8 { utf8 in
            guard utf8.count > 0 else {
                status = 0
                return
            }
            // libsodium takes some bytes above 127 for digits (seen with 1.0.18).
            guard utf8.allSatisfy({ $0 < 0x80 }) else { return }
            utf8.withMemoryRebound(to: CChar.self) { characters in
                status = decoder(
                    buffer.baseAddress!, room, characters.baseAddress!, characters.count,
                    &initialised)
            }
        }
        if status != 0 { initialised = 0 }
    }
    return status == 0 ? bytes : nil
}
