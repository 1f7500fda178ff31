import MeshConsensus
import MeshLedger
import MeshModel
import MeshNode

// Four of five messages are heartbeats, acknowledgements and vectors: a few numbers each. They are
// written and read by hand, to the very bytes that the generated code gives (a test compares
// both); everything else, and whatever looks odd, goes the general way.

/// The payload of a frequent message; nil for all others.
func frequentPayload(_ message: MeshMessage) -> [UInt8]? {
    switch message {
    case .heartbeat(let heartbeat) where heartbeat.register == nil:
        return wrapped(14, content(heartbeat))
    case .heartbeatReply(let reply): return wrapped(15, content(reply))
    case .appended(let epoch, let incarnation, let length):
        var out: [UInt8] = []
        out.reserveCapacity(32)
        appendVarintField(1, epoch, to: &out)
        appendFixed64Field(2, incarnation, to: &out)
        appendVarintField(3, length, to: &out)
        return wrapped(13, out)
    case .want(let entries): return wrapped(16, content(entries))
    case .vector(let vector): return wrapped(19, content(vector.entries))
    default: return nil
    }
}

private func wrapped(_ number: UInt64, _ content: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(content.count + 8)
    appendVarint(number << 3 | 2, to: &out)
    appendVarint(UInt64(content.count), to: &out)
    out += content
    return out
}

private func content(_ heartbeat: Heartbeat) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(64)
    appendVarintField(1, heartbeat.epoch, to: &out)
    appendFixed64Field(2, heartbeat.sentAt.nanoseconds, to: &out)
    appendVarintField(3, heartbeat.length, to: &out)
    appendVarintField(4, heartbeat.committed, to: &out)
    appendFixed64Field(5, heartbeat.logIncarnation, to: &out)
    appendVarintField(6, heartbeat.isServing ? 1 : 0, to: &out)
    appendFixed64Field(7, heartbeat.digest, to: &out)
    appendVarintField(8, heartbeat.rosterVersion, to: &out)
    return out
}

private func content(_ reply: HeartbeatReply) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(80)
    appendVarintField(1, reply.epoch, to: &out)
    appendFixed64Field(2, reply.sentAt.nanoseconds, to: &out)
    appendFixed64Field(3, reply.voteIncarnation, to: &out)
    appendFixed64Field(4, reply.logIncarnation, to: &out)
    appendVarintField(5, reply.hasStorage ? 1 : 0, to: &out)
    appendVarintField(6, reply.length, to: &out)
    appendFixed64Field(7, reply.digest, to: &out)
    appendVarintField(8, reply.registerEpoch, to: &out)
    appendVarintField(9, reply.registerVersion, to: &out)
    appendVarintField(10, reply.rosterVersion, to: &out)
    return out
}

private func content(_ entries: [VersionVector.Entry]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(entries.count * 64)
    for entry in entries {
        let chain = entry.chain
        let chainSize =
            34 + (chain.incarnation == 0 ? 0 : 9)
            + (chain.epoch == 0 ? 0 : 1 + varintSize(chain.epoch))
        let size =
            1 + varintSize(UInt64(chainSize)) + chainSize
            + (entry.length == 0 ? 0 : 1 + varintSize(entry.length))
        out.append(1 << 3 | 2)
        appendVarint(UInt64(size), to: &out)
        out.append(1 << 3 | 2)
        appendVarint(UInt64(chainSize), to: &out)
        out.append(1 << 3 | 2)
        out.append(32)
        chain.origin.key.withBytes { out.append(contentsOf: $0) }
        appendFixed64Field(2, chain.incarnation, to: &out)
        appendVarintField(3, chain.epoch, to: &out)
        appendVarintField(2, entry.length, to: &out)
    }
    return out
}

/// Reads a frequent message; nil for all others and for everything that is not quite in order.
func frequentMessage(_ payload: [UInt8]) -> MeshMessage? {
    var outer = FieldReader(payload)
    guard case .bytes(let number, let range)? = outer.next(), outer.isAtEnd else { return nil }
    switch number {
    case 13: return appended(payload, range)
    case 14: return heartbeat(payload, range)
    case 15: return heartbeatReply(payload, range)
    case 16: return entries(payload, range).map { .want($0.entries) }
    case 19: return entries(payload, range).map { .vector($0) }
    default: return nil
    }
}

private func appended(_ bytes: [UInt8], _ range: Range<Int>) -> MeshMessage? {
    var epoch: UInt64 = 0
    var incarnation: UInt64 = 0
    var length: UInt64 = 0
    var fields = FieldReader(bytes, range)
    while !fields.isAtEnd {
        switch fields.next() {
        case .varint(1, let value): epoch = value
        case .fixed64(2, let value): incarnation = value
        case .varint(3, let value): length = value
        default: return nil
        }
    }
    return .appended(epoch: epoch, logIncarnation: incarnation, length: length)
}

private func heartbeat(_ bytes: [UInt8], _ range: Range<Int>) -> MeshMessage? {
    var sentAt: UInt64 = 0
    var found = Heartbeat(
        epoch: 0, sentAt: Tick(nanoseconds: 0), length: 0, committed: 0, logIncarnation: 0,
        isServing: false, digest: 0, rosterVersion: 0, register: nil)
    var fields = FieldReader(bytes, range)
    while !fields.isAtEnd {
        switch fields.next() {
        case .varint(1, let value): found.epoch = value
        case .fixed64(2, let value): sentAt = value
        case .varint(3, let value): found.length = value
        case .varint(4, let value): found.committed = value
        case .fixed64(5, let value): found.logIncarnation = value
        case .varint(6, let value): found.isServing = value != 0
        case .fixed64(7, let value): found.digest = value
        case .varint(8, let value): found.rosterVersion = value
        default: return nil
        }
    }
    found.sentAt = Tick(nanoseconds: sentAt)
    return .heartbeat(found)
}

private func heartbeatReply(_ bytes: [UInt8], _ range: Range<Int>) -> MeshMessage? {
    var found = HeartbeatReply(
        epoch: 0, sentAt: Tick(nanoseconds: 0), voteIncarnation: 0, logIncarnation: 0,
        hasStorage: false, length: 0, digest: 0, registerEpoch: 0, registerVersion: 0,
        rosterVersion: 0)
    var fields = FieldReader(bytes, range)
    while !fields.isAtEnd {
        switch fields.next() {
        case .varint(1, let value): found.epoch = value
        case .fixed64(2, let value): found.sentAt = Tick(nanoseconds: value)
        case .fixed64(3, let value): found.voteIncarnation = value
        case .fixed64(4, let value): found.logIncarnation = value
        case .varint(5, let value): found.hasStorage = value != 0
        case .varint(6, let value): found.length = value
        case .fixed64(7, let value): found.digest = value
        case .varint(8, let value): found.registerEpoch = value
        case .varint(9, let value): found.registerVersion = value
        case .varint(10, let value): found.rosterVersion = value
        default: return nil
        }
    }
    return .heartbeatReply(found)
}

private func entries(_ bytes: [UInt8], _ range: Range<Int>) -> VersionVector? {
    var vector = VersionVector()
    var count = 0
    var fields = FieldReader(bytes, range)
    while !fields.isAtEnd {
        guard case .bytes(1, let inner)? = fields.next(), let entry = entry(bytes, inner),
            count < WireLimits.chains, vector.entries.last.map({ $0.chain < entry.chain }) ?? true
        else { return nil }
        count += 1
        vector.raise(entry.chain, to: entry.length)
    }
    return vector
}

private func entry(_ bytes: [UInt8], _ range: Range<Int>) -> VersionVector.Entry? {
    var fields = FieldReader(bytes, range)
    guard case .bytes(1, let inner)? = fields.next(), case .varint(2, let length)? = fields.next(),
        fields.isAtEnd, length > 0
    else { return nil }
    var origin: Key32?
    var incarnation: UInt64 = 0
    var epoch: UInt64 = 0
    var chain = FieldReader(bytes, inner)
    while !chain.isAtEnd {
        switch chain.next() {
        case .bytes(1, let key):
            origin = bytes.withUnsafeBytes { Key32(UnsafeRawBufferPointer(rebasing: $0[key])) }
        case .fixed64(2, let value): incarnation = value
        case .varint(3, let value): epoch = value
        default: return nil
        }
    }
    guard let origin else { return nil }
    let id = ChainID(origin: KioskID(origin), incarnation: incarnation, epoch: epoch)
    return VersionVector.Entry(chain: id, length: length)
}
