import CSodium

/// The hash BLAKE2b (RFC 7693), plain or keyed.
package enum Blake2b {
    /// Lengths in bytes that a hash may have.
    package static let lengths = 1...64
    /// Most bytes of a key; no key is the plain hash.
    package static let maximumKeyLength = 64

    /// The hash of `bytes` in `length` bytes (1 to 64), under `key` (0 to 64 bytes).
    package static func hash(
        _ bytes: [UInt8], key: [UInt8] = [], length: Int = 32
    ) -> [UInt8] {
        checkSizes(key: key, length: length)
        return [UInt8](unsafeUninitializedCapacity: length) { buffer, initialised in
            let status = crypto_generichash_blake2b(
                buffer.baseAddress!, length, bytes, UInt64(bytes.count), key, key.count)
            precondition(status == 0, "BLAKE2b fails only on wrong sizes")
            initialised = length
        }
    }

    fileprivate static func checkSizes(key: [UInt8], length: Int) {
        precondition(lengths.contains(length), "a BLAKE2b hash has 1 to 64 bytes")
        precondition(key.count <= maximumKeyLength, "a BLAKE2b key has at most 64 bytes")
        Sodium.require()
    }

    /// The same hash, fed piece by piece: the pieces give what their concatenation gives.
    package struct Hasher: ~Copyable {
        /// libsodium wants its state on a 64-byte boundary, which Swift's own storage does not
        /// promise.
        private static let alignment = 64

        private let state: UnsafeMutableRawPointer
        private let length: Int

        /// An empty hash of `length` bytes (1 to 64) under `key` (0 to 64 bytes).
        package init(key: [UInt8] = [], length: Int = 32) {
            Blake2b.checkSizes(key: key, length: length)
            self.length = length
            state = .allocate(
                byteCount: crypto_generichash_statebytes(), alignment: Self.alignment)
            let status = crypto_generichash_init(OpaquePointer(state), key, key.count, length)
            precondition(status == 0, "BLAKE2b fails only on wrong sizes")
        }

        /// Appends `bytes`.
        package mutating func update(_ bytes: [UInt8]) {
            _ = crypto_generichash_update(OpaquePointer(state), bytes, UInt64(bytes.count))
        }

        /// Appends the bytes of a buffer, for instance a file's mapped page.
        package mutating func update(_ bytes: UnsafeRawBufferPointer) {
            let start = bytes.bindMemory(to: UInt8.self).baseAddress
            _ = crypto_generichash_update(OpaquePointer(state), start, UInt64(bytes.count))
        }

        /// The hash of everything appended; the hasher is used up.
        package consuming func finalize() -> [UInt8] {
            var digest = [UInt8](repeating: 0, count: length)
            _ = crypto_generichash_final(OpaquePointer(state), &digest, length)
            return digest
        }

        deinit {
            sodium_memzero(state, crypto_generichash_statebytes())
            state.deallocate()
        }
    }
}
