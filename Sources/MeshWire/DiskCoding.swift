package import MeshConsensus
package import MeshCrypto
import MeshLedger
package import MeshModel
import SwiftProtobuf

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The content of the vote file and the roster file as bytes.
package enum DiskCoding {
    package static func encode(_ vote: VoteState) -> [UInt8] {
        var pb = PBVoteState()
        pb.fence = vote.fence
        if let accepted = vote.accepted { pb.accepted = PBRegister(accepted) }
        pb.voteIncarnation = vote.voteIncarnation
        pb.logIncarnation = vote.logIncarnation
        pb.logBlocks = vote.log.blockCount
        if let tip = vote.log.tip { pb.logTip = PBPosition(tip) }
        return serialized(pb)
    }

    package static func voteState(_ bytes: [UInt8]) throws(WireError) -> VoteState {
        let pb: PBVoteState = try parse(bytes, "vote file")
        return VoteState(
            fence: pb.fence, accepted: pb.hasAccepted ? try register(pb.accepted) : nil,
            voteIncarnation: pb.voteIncarnation, logIncarnation: pb.logIncarnation,
            log: LogMark(
                blockCount: pb.logBlocks, tip: pb.hasLogTip ? try position(pb.logTip) : nil))
    }

    package static func encode(_ roster: Roster) -> [UInt8] { serialized(PBRoster(roster)) }

    package static func rosterFile(_ bytes: [UInt8]) throws(WireError) -> Roster {
        try roster(try parse(bytes, "roster file"))
    }
}

func parse<Value: SwiftProtobuf.Message>(
    _ bytes: [UInt8], _ what: String
) throws(WireError) -> Value {
    do {
        return try Value(serializedBytes: bytes)
    } catch {
        throw WireError(.malformed, "the \(what) cannot be read")
    }
}

/// What the mesh is, signed by its admin key when it was founded.
package struct Charter: Sendable {
    package let mesh: MeshID
    package let adminKey: Key32
    package let venue: String
    package let founder: RosterEntry
    package let genesis: Register
    package let firstToken: JoinToken
    /// The signed charter's exact bytes.
    package let bytes: [UInt8]
    /// What the first epoch start of the mesh builds on.
    package let hash: Key32

    /// Founds a mesh.
    package static func sign(
        venue: String, founder: RosterEntry, genesis: Register, firstToken: JoinToken,
        admin: SigningKey
    ) throws(WireError) -> Charter {
        var pb = PBCharter()
        pb.adminKey = Data(admin.publicKey)
        pb.venue = venue
        pb.founder = PBRosterEntry(founder)
        pb.genesis = PBRegister(genesis)
        pb.firstToken = PBJoinToken(firstToken)
        let payload: [UInt8] = serialized(pb)
        var signed = PBSignedCharter()
        signed.payload = Data(payload)
        signed.signature = Data(admin.sign(SigningContext.charter.bytes(payload)))
        return try Charter(bytes: serialized(signed))
    }

    /// Reads a charter and checks the admin key's signature. Whoever got it from outside compares
    /// `mesh` with what the join token says.
    package init(bytes: [UInt8]) throws(WireError) {
        let signed: PBSignedCharter = try parse(bytes, "charter")
        let payload = [UInt8](signed.payload)
        let pb: PBCharter = try parse(payload, "charter")
        adminKey = try key32(pb.adminKey, "admin key")
        guard
            Signature.verify(
                [UInt8](signed.signature), of: SigningContext.charter.bytes(payload),
                by: adminKey.bytes)
        else { throw WireError(.badSignature, "the charter's signature does not hold") }
        mesh = Self.meshID(of: adminKey)
        venue = pb.venue
        founder = try rosterEntry(pb.founder)
        genesis = try register(pb.genesis)
        firstToken = try joinToken(pb.firstToken)
        self.bytes = bytes
        hash = blake2b256(payload)
    }

    /// The id of a mesh is the hash of its admin key.
    package static func meshID(of adminKey: Key32) -> MeshID {
        MeshID(blake2b256(Array("kioskmesh/v0/mesh".utf8) + [0] + adminKey.bytes))
    }
}

extension DiskCoding {
    /// Everything that a ticket says but its digest, as bytes: equal for equal tickets only.
    package static func canonicalBytes(_ ticket: Ticket) -> [UInt8] {
        var bare = ticket
        bare.contentDigest = 0
        return serialized(PBTicket(bare))
    }
}

extension DiskCoding {
    /// A ticket as it is kept outside the log.
    package static func encode(_ ticket: Ticket) -> [UInt8] { serialized(PBTicket(ticket)) }

    package static func ticket(_ bytes: [UInt8]) throws(WireError) -> Ticket {
        try decode(try parse(bytes, "ticket") as PBTicket)
    }

    /// A page as it is kept outside the log.
    package static func encode(_ page: SegmentPage) -> [UInt8] { serialized(PBSegmentPage(page)) }

    package static func page(_ bytes: [UInt8]) throws(WireError) -> SegmentPage {
        try segmentPage(try parse(bytes, "page") as PBSegmentPage)
    }
}
