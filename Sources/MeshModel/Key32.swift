/// Thirty-two opaque bytes: a public key, a hash, a chain head.
///
/// Held as four big-endian words so that it is a small value, compares in byte order and needs no
/// allocation.
package struct Key32: Hashable, Comparable, Sendable {
    let word0, word1, word2, word3: UInt64

    /// All bytes zero: stands for "no predecessor".
    package static let zero = Key32(0, 0, 0, 0)

    init(_ word0: UInt64, _ word1: UInt64, _ word2: UInt64, _ word3: UInt64) {
        self.word0 = word0
        self.word1 = word1
        self.word2 = word2
        self.word3 = word3
    }

    /// Reads exactly 32 bytes; nil where the count differs.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        var index = 0
        for byte in bytes {
            switch index >> 3 {
            case 0: words.0 = words.0 << 8 | UInt64(byte)
            case 1: words.1 = words.1 << 8 | UInt64(byte)
            case 2: words.2 = words.2 << 8 | UInt64(byte)
            default: words.3 = words.3 << 8 | UInt64(byte)
            }
            index += 1
        }
        self.init(words.0, words.1, words.2, words.3)
    }

    /// Reads exactly 32 bytes; nil where the count differs.
    package init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 32 else { return nil }
        self.init(
            readBigEndian(bytes, 0), readBigEndian(bytes, 8), readBigEndian(bytes, 16),
            readBigEndian(bytes, 24))
    }

    /// The 32 bytes.
    package var bytes: [UInt8] { withBytes { [UInt8]($0) } }

    /// Lends the 32 bytes without allocating.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let words = (word0.bigEndian, word1.bigEndian, word2.bigEndian, word3.bigEndian)
        return withUnsafeBytes(of: words, body)
    }

    /// The first eight bytes, for cheap mixing where collisions do no harm.
    package var prefix: UInt64 { word0 }

    /// Lower-case hexadecimal, 64 characters.
    package var hex: String { hexadecimal(bytes) }

    package static func < (a: Key32, b: Key32) -> Bool {
        if a.word0 != b.word0 { return a.word0 < b.word0 }
        if a.word1 != b.word1 { return a.word1 < b.word1 }
        if a.word2 != b.word2 { return a.word2 < b.word2 }
        return a.word3 < b.word3
    }

    package static func == (a: Key32, b: Key32) -> Bool {
        a.word0 == b.word0 && a.word1 == b.word1 && a.word2 == b.word2 && a.word3 == b.word3
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(word0)
        hasher.combine(word1)
    }
}

/// Sixteen opaque bytes: a request id, a keyed credential hash, a ticket id.
package struct Key16: Hashable, Comparable, Sendable {
    /// The first and the last eight bytes, big-endian.
    package let high, low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads exactly 16 bytes; nil where the count differs.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        var index = 0
        for byte in bytes {
            if index < 8 { high = high << 8 | UInt64(byte) } else { low = low << 8 | UInt64(byte) }
            index += 1
        }
        self.init(high: high, low: low)
    }

    /// Reads exactly 16 bytes; nil where the count differs.
    package init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 16 else { return nil }
        self.init(high: readBigEndian(bytes, 0), low: readBigEndian(bytes, 8))
    }

    /// The 16 bytes.
    package var bytes: [UInt8] { withBytes { [UInt8]($0) } }

    /// Lends the 16 bytes without allocating.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(of: (high.bigEndian, low.bigEndian), body)
    }

    /// Lower-case hexadecimal, 32 characters.
    package var hex: String { hexadecimal(bytes) }

    package static func < (a: Key16, b: Key16) -> Bool {
        a.high != b.high ? a.high < b.high : a.low < b.low
    }
}

private func readBigEndian(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
    UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
}

/// Appends the eight bytes of `value`, most significant first.
package func appendBigEndian(_ value: UInt64, to out: inout [UInt8]) {
    var shift = 56
    while shift >= 0 {
        out.append(UInt8(truncatingIfNeeded: value >> UInt64(shift)))
        shift -= 8
    }
}

/// Lower-case hexadecimal of any bytes.
package func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var out: [UInt8] = []
    for byte in bytes {
        out.append(digits[Int(byte >> 4)])
        out.append(digits[Int(byte & 15)])
    }
    return String(decoding: out, as: UTF8.self)
}

/// Reads lower- or upper-case hexadecimal; nil for an odd count or a foreign character.
package func bytes(hexadecimal text: some StringProtocol) -> [UInt8]? {
    var out: [UInt8] = []
    var pending: UInt8?
    for unit in text.utf8 {
        let nibble: UInt8
        switch unit {
        case 48...57: nibble = unit - 48
        case 97...102: nibble = unit - 87
        case 65...70: nibble = unit - 55
        default: return nil
        }
        if let high = pending {
            out.append(high << 4 | nibble)
            pending = nil
        } else {
            pending = nibble
        }
    }
    return pending == nil ? out : nil
}
