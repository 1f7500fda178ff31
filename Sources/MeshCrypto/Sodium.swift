import CSodium

/// The one place that initialises libsodium; everything in this module passes through it first.
package enum Sodium {
    /// True once libsodium is usable.
    ///
    /// The first use picks the fastest implementations for this processor and opens the random
    /// source. It is thread safe, runs once and costs one load after that. A machine without a
    /// random source cannot make a safe key: the process ends rather than making an unsafe one.
    package static let ready: Bool = {
        let status = sodium_init()
        precondition(status >= 0, "libsodium found no usable source of random bytes")
        return true
    }()

    /// Forces the initialisation; the name says why a caller touches it.
    @inline(__always)
    static func require() { _ = ready }
}

/// Bytes from the system's cryptographic random source.
package enum RandomBytes {
    /// `count` fresh random bytes; `count` is zero or more.
    package static func make(_ count: Int) -> [UInt8] {
        Sodium.require()
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialised in
            if count > 0 { randombytes_buf(buffer.baseAddress!, count) }
            initialised = count
        }
    }
}

/// Whether two byte strings are equal, in a time that depends on their length only.
///
/// For secrets and authenticators. Different lengths are unequal at once: lengths are no secret.
package func constantTimeEquals(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    Sodium.require()
    guard left.count == right.count else { return false }
    return sodium_memcmp(left, right, left.count) == 0
}
