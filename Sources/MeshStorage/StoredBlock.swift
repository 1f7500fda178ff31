/// One block as the disk keeps it: exact bytes, and where they belong.
package struct StoredBlock: Sendable, Equatable {
    /// Bytes of a chain's name.
    package static let chainLength = 48
    /// Bytes of a block's hash.
    package static let hashLength = 32
    /// Most bytes of a block: far above a full group commit, far below SQLite's limit for a row.
    package static let maximumLength = 64 * 1024 * 1024

    /// The chain: origin 32, incarnation 8, epoch 8 (big-endian).
    package let chain: [UInt8]
    /// Position in the chain, from 0.
    package let sequence: UInt64
    /// The hash of `bytes`: 32 bytes.
    package let hash: [UInt8]
    /// The encoded, signed block.
    package let bytes: [UInt8]

    /// A block; sizes are checked where it is stored.
    package init(chain: [UInt8], sequence: UInt64, hash: [UInt8], bytes: [UInt8]) {
        self.chain = chain
        self.sequence = sequence
        self.hash = hash
        self.bytes = bytes
    }

    /// Throws `refused` where the block does not fit the file format.
    func check() throws(StorageError) {
        guard chain.count == Self.chainLength, hash.count == Self.hashLength,
            sequence <= UInt64(Int64.max), !bytes.isEmpty, bytes.count <= Self.maximumLength
        else {
            throw StorageError(
                code: .refused,
                message: "A block does not fit the database: chain \(chain.count) bytes, hash "
                    + "\(hash.count), block \(bytes.count), sequence \(sequence).",
                hint: "This is a fault of the program: please report it with the log.")
        }
    }

    /// Chain and position for messages: the first bytes of the chain in hex, and the sequence.
    static func place(_ chain: some Collection<UInt8>, _ sequence: UInt64) -> String {
        let digits = Array("0123456789abcdef")
        let prefix = chain.prefix(6).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return "block \(sequence) of chain \(String(prefix))"
    }
}
