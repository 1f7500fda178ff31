/// A kiosk: its Ed25519 public key, never a host name or an address.
package struct KioskID: Hashable, Comparable, Sendable {
    package let key: Key32

    package init(_ key: Key32) { self.key = key }

    /// Reads the 32 bytes of a public key; nil where the count differs.
    package init?(_ bytes: some Collection<UInt8>) {
        guard let key = Key32(bytes) else { return nil }
        self.key = key
    }

    package static func < (a: KioskID, b: KioskID) -> Bool { a.key < b.key }
}

extension KioskID: CustomStringConvertible {
    package var description: String { String(key.hex.prefix(8)) }
}

/// The mesh: a hash of its admin key.
package struct MeshID: Hashable, Sendable {
    package let key: Key32

    package init(_ key: Key32) { self.key = key }
}

/// A random number drawn anew whenever a kiosk's log (or its vote file) starts from nothing.
package typealias Incarnation = UInt64

/// The number of a host's reign: strictly grows and fences every earlier host.
package typealias Epoch = UInt64

/// One append-only sequence of signed blocks: one origin, one incarnation of its log, one epoch.
package struct ChainID: Hashable, Comparable, Sendable {
    package let epoch: Epoch
    package let origin: KioskID
    package let incarnation: Incarnation

    package init(origin: KioskID, incarnation: Incarnation, epoch: Epoch) {
        self.origin = origin
        self.incarnation = incarnation
        self.epoch = epoch
    }

    /// The older epoch first, so that a sorted list of chains is in order of dependency.
    package static func < (a: ChainID, b: ChainID) -> Bool {
        if a.epoch != b.epoch { return a.epoch < b.epoch }
        if a.origin != b.origin { return a.origin < b.origin }
        return a.incarnation < b.incarnation
    }

    package static func == (a: ChainID, b: ChainID) -> Bool {
        a.epoch == b.epoch && a.incarnation == b.incarnation && a.origin == b.origin
    }

    /// 48 bytes: origin, incarnation, epoch, the numbers big-endian.
    package var bytes: [UInt8] {
        var out = origin.key.bytes
        appendBigEndian(incarnation, to: &out)
        appendBigEndian(epoch, to: &out)
        return out
    }

    /// Reads what `bytes` wrote; nil where the count differs.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 48, let origin = KioskID(bytes[0..<32]),
            let numbers = Key16(bytes[32..<48])
        else { return nil }
        self.init(origin: origin, incarnation: numbers.high, epoch: numbers.low)
    }
}

extension ChainID: CustomStringConvertible {
    package var description: String { "\(epoch)@\(origin)" }
}

/// A place in the log: the first `length` blocks of one chain and all they build on.
package struct Position: Hashable, Sendable {
    package let chain: ChainID
    /// Number of blocks, at least 1.
    package let length: UInt64

    package init(chain: ChainID, length: UInt64) {
        self.chain = chain
        self.length = length
    }
}

extension Position: CustomStringConvertible {
    package var description: String { "\(chain)/\(length)" }
}

/// Where one record stands: block `sequence` (from 0) of a chain, record `index` (from 0) in it.
package struct RecordID: Hashable, Sendable {
    package let chain: ChainID
    package let sequence: UInt64
    package let index: Int

    package init(chain: ChainID, sequence: UInt64, index: Int) {
        self.chain = chain
        self.sequence = sequence
        self.index = index
    }
}

/// Random id of one attempt, kept across retries, fail-over and upload: the server's nonce.
package typealias RequestID = Key16

/// Keyed hash of a ticket's serial: names the ticket without telling its code.
package typealias TicketID = Key16

/// Keyed hash of something a visitor shows.
package typealias CredentialHash = Key16
