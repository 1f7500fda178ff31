/// The payload's one encoding; all numbers are big-endian.
///
///     version      1   is 1
///     flags        1   1: session, 2: valid from, 4: valid until; the others are 0
///     mesh prefix  8   first bytes of the mesh id
///     product      8
///     session      8   only with flag 1
///     valid from   8   only with flag 2; signed, as the times below
///     valid until  8   only with flag 4
///     entries      4   at least 1
///     issued at    8
///     expires      8
///     event, key, seat, holder: each its length in bytes (1), then that much UTF-8
///
/// Nothing follows. Bytes that decode are the bytes that encoding their fields gives, so that one
/// ticket has one payload and nothing can be appended to it.
extension SealedTicketPayload {
    static let version: UInt8 = 1

    private enum Flag {
        static let session: UInt8 = 1
        static let validFrom: UInt8 = 2
        static let validUntil: UInt8 = 4
    }

    /// The bytes that are signed. Only for a payload without `problem`.
    var bytes: [UInt8] {
        var flags: UInt8 = 0
        if session != nil { flags |= Flag.session }
        if validFrom != nil { flags |= Flag.validFrom }
        if validUntil != nil { flags |= Flag.validUntil }
        var out: [UInt8] = [Self.version, flags]
        out += meshPrefix
        Self.append(product, to: &out)
        if let session { Self.append(session, to: &out) }
        if let validFrom { Self.append(validFrom, to: &out) }
        if let validUntil { Self.append(validUntil, to: &out) }
        Self.append(entries, to: &out)
        Self.append(issuedAt, to: &out)
        Self.append(expires, to: &out)
        for (_, text, _) in texts {
            out.append(UInt8(truncatingIfNeeded: text.utf8.count))
            out += text.utf8
        }
        return out
    }

    /// Reads the bytes of a payload; nil unless they are exactly one payload without `problem`.
    init?(bytes: ArraySlice<UInt8>) {
        var rest = bytes
        guard let head = Self.take(2, &rest), head.first == Self.version, let flags = head.last,
            flags & ~(Flag.session | Flag.validFrom | Flag.validUntil) == 0,
            let prefix = Self.take(Self.meshPrefixLength, &rest),
            let product: UInt64 = Self.number(&rest)
        else { return nil }
        var (session, from, until): (UInt64?, Int64?, Int64?) = (nil, nil, nil)
        if flags & Flag.session != 0 {
            guard let number: UInt64 = Self.number(&rest) else { return nil }
            session = number
        }
        if flags & Flag.validFrom != 0 {
            guard let number: Int64 = Self.number(&rest) else { return nil }
            from = number
        }
        if flags & Flag.validUntil != 0 {
            guard let number: Int64 = Self.number(&rest) else { return nil }
            until = number
        }
        guard let entries: UInt32 = Self.number(&rest), let issuedAt: Int64 = Self.number(&rest),
            let expires: Int64 = Self.number(&rest), let event = Self.text(&rest),
            let key = Self.text(&rest), let seat = Self.text(&rest),
            let holder = Self.text(&rest), rest.isEmpty
        else { return nil }
        self.init(
            key: key, event: event, mesh: Array(prefix), product: product, session: session,
            seat: seat, holder: holder, validFrom: from, validUntil: until, entries: entries,
            issuedAt: issuedAt, expires: expires)
        guard problem == nil else { return nil }
    }

    private static func append(_ number: some FixedWidthInteger, to out: inout [UInt8]) {
        withUnsafeBytes(of: number.bigEndian) { out += $0 }
    }

    private static func take(
        _ count: Int, _ rest: inout ArraySlice<UInt8>
    ) -> ArraySlice<UInt8>? {
        guard rest.count >= count else { return nil }
        defer { rest.removeFirst(count) }
        return rest.prefix(count)
    }

    private static func number<Number: FixedWidthInteger>(
        _ rest: inout ArraySlice<UInt8>
    ) -> Number? {
        take(Number.bitWidth / 8, &rest)?.reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
    }

    private static func text(_ rest: inout ArraySlice<UInt8>) -> String? {
        guard let length = rest.popFirst(), let bytes = take(Int(length), &rest) else {
            return nil
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
