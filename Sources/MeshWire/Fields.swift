import MeshConsensus
import MeshLedger
import MeshModel

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

// Fields that several messages share, read strictly: what does not fit is refused.

extension Data {
    init(_ key: Key32) { self = key.withBytes { Data($0) } }
    init(_ key: Key16) { self = key.withBytes { Data($0) } }
}

func key32(_ data: Data, _ field: String) throws(WireError) -> Key32 {
    guard let key = data.withUnsafeBytes({ Key32($0) }) else {
        throw WireError(.malformed, "\(field) has \(data.count) bytes instead of 32")
    }
    return key
}

func key16(_ data: Data, _ field: String) throws(WireError) -> Key16 {
    guard let key = data.withUnsafeBytes({ Key16($0) }) else {
        throw WireError(.malformed, "\(field) has \(data.count) bytes instead of 16")
    }
    return key
}

func kioskID(_ data: Data, _ field: String) throws(WireError) -> KioskID {
    KioskID(try key32(data, field))
}

func chainID(_ pb: PBChainID) throws(WireError) -> ChainID {
    ChainID(
        origin: try kioskID(pb.origin, "chain origin"), incarnation: pb.incarnation,
        epoch: pb.epoch)
}

func position(_ pb: PBPosition) throws(WireError) -> Position {
    guard pb.length > 0 else { throw WireError(.malformed, "a position of length 0") }
    return Position(chain: try chainID(pb.chain), length: pb.length)
}

func register(_ pb: PBRegister) throws(WireError) -> Register {
    guard (1...WireLimits.members).contains(pb.inSync.count),
        (1...WireLimits.members).contains(pb.voters.count)
    else { throw WireError(.malformed, "a register without members, or with too many") }
    var inSync: [Member] = []
    for member in pb.inSync {
        inSync.append(
            Member(
                kiosk: try kioskID(member.kiosk, "member"), incarnation: member.incarnation))
    }
    var voters: [Voter] = []
    for voter in pb.voters {
        voters.append(
            Voter(kiosk: try kioskID(voter.kiosk, "voter"), incarnation: voter.incarnation))
    }
    return Register(
        epoch: pb.epoch, version: pb.version, host: try kioskID(pb.host, "host"), inSync: inSync,
        voters: voters)
}

func rosterEntry(_ pb: PBRosterEntry) throws(WireError) -> RosterEntry {
    guard KioskName.isValid(pb.name) else {
        throw WireError(.malformed, "a kiosk name that is empty, too long or has odd characters")
    }
    return RosterEntry(
        kiosk: try kioskID(pb.kiosk, "kiosk"), name: pb.name,
        tlsKey: try key32(pb.tlsKey, "TLS key"), hasStorage: pb.hasStorage_p,
        isRevoked: pb.isRevoked, isTerminal: pb.isTerminal)
}

func roster(_ pb: PBRoster) throws(WireError) -> Roster {
    guard pb.entries.count <= WireLimits.members else {
        throw WireError(.overLimit, "a roster of \(pb.entries.count) kiosks")
    }
    var entries: [RosterEntry] = []
    for entry in pb.entries { entries.append(try rosterEntry(entry)) }
    return Roster(version: pb.version, entries: entries)
}

/// Bounds on what a peer may send, beside the frame's own.
package enum WireLimits {
    /// Kiosks in a register or on a roster: the largest venue thought of has 200.
    package static let members = 256
    /// Chains in a vector: one for each host's reign; an event sees tens.
    package static let chains = 65536
    /// Records in a block.
    package static let records = 4096
    /// Tickets in one record.
    package static let tickets = 4096
    /// Requests, answers or blocks in one message.
    package static let batch = 4096
    /// Addresses in one message: several for each kiosk.
    package static let addresses = 1024
    /// Sessions, products, lists or changes of a clock in one event: a large season has hundreds.
    package static let definitions = 4096
    /// Keys that sign an event's codes.
    package static let issuers = 32
    /// Scans of one ticket that a server tells of.
    package static let checkIns = 4096
    /// Bytes of a signed grant.
    package static let grantBytes = 256 * 1024
    /// Bytes of a code that carries its ticket, sealed.
    package static let sealedCodeBytes = 4096
    /// Bytes of one frame on a link.
    package static let frameBytes = 8 << 20
}

/// What a kiosk may be called: it stands in tables, logs and commands.
package enum KioskName {
    package static let maximumBytes = 63

    /// Letters, digits, `-`, `_`, `.` of any script; no space, no control character.
    package static func isValid(_ name: String) -> Bool {
        guard !name.isEmpty, name.utf8.count <= maximumBytes, name.first != "-" else {
            return false
        }
        return name.allSatisfy { $0.isLetter || $0.isNumber || "-_.".contains($0) }
    }
}

// MARK: to protobuf

extension PBChainID {
    init(_ chain: ChainID) {
        self.init()
        origin = Data(chain.origin.key)
        incarnation = chain.incarnation
        epoch = chain.epoch
    }
}

extension PBPosition {
    init(_ position: Position) {
        self.init()
        chain = PBChainID(position.chain)
        length = position.length
    }

    init(_ entry: VersionVector.Entry) {
        self.init()
        chain = PBChainID(entry.chain)
        length = entry.length
    }
}

extension PBRegister {
    init(_ register: Register) {
        self.init()
        epoch = register.epoch
        version = register.version
        host = Data(register.host.key)
        inSync = register.inSync.map { PBMember($0.kiosk, $0.incarnation) }
        voters = register.voters.map { PBMember($0.kiosk, $0.incarnation) }
    }
}

extension PBMember {
    init(_ kiosk: KioskID, _ incarnation: Incarnation) {
        self.init()
        self.kiosk = Data(kiosk.key)
        self.incarnation = incarnation
    }
}

extension PBRosterEntry {
    init(_ entry: RosterEntry) {
        self.init()
        kiosk = Data(entry.kiosk.key)
        name = entry.name
        tlsKey = Data(entry.tlsKey)
        hasStorage_p = entry.hasStorage
        isRevoked = entry.isRevoked
        isTerminal = entry.isTerminal
    }
}

extension PBRoster {
    init(_ roster: Roster) {
        self.init()
        version = roster.version
        entries = roster.entries.map { PBRosterEntry($0) }
    }
}
