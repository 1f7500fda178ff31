import MeshConsensus
import MeshLedger
import MeshModel
import MeshNode

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension FrameCodec {
    func decode(
        _ pb: PBMessage, from sender: KioskID?, knows: (KioskID) -> Bool
    ) throws(WireError) -> Frame {
        guard let kind = pb.kind else {
            throw WireError(.unknownMessage, "a message of a kind unknown here")
        }
        switch kind {
        case .relay(let relay):
            return .relay(id: relay.id, isReply: relay.isReply, body: [UInt8](relay.body))
        case .join(let application):
            return .join(
                try key16(application.request, "request"), try joinApplication(application))
        case .joinReply(let reply): return .joinReply(try joinReply(reply))
        case .addresses(let addresses):
            guard addresses.addresses.count <= WireLimits.addresses else {
                throw WireError(.overLimit, "\(addresses.addresses.count) addresses")
            }
            return .addresses(
                addresses.addresses, version: String(addresses.version.prefix(32)))
        default: return .node(try message(kind, from: sender, knows: knows))
        }
    }

    private func message(
        _ kind: PBMessage.OneOf_Kind, from sender: KioskID?, knows: (KioskID) -> Bool
    ) throws(WireError) -> MeshMessage {
        switch kind {
        case .hello(let pb): return .hello(try hello(pb))
        case .preVote(let epoch): return .preVote(epoch: epoch)
        case .preVoteReply(let pb): return .preVoteReply(try preVoteReply(pb))
        case .prepare(let epoch): return .prepare(epoch: epoch)
        case .promise(let pb):
            return .promise(
                epoch: pb.epoch, voteIncarnation: pb.voteIncarnation,
                accepted: pb.hasAccepted ? try register(pb.accepted) : nil)
        case .record(let pb): return .record(try register(pb))
        case .recorded(let pb):
            return .recorded(
                epoch: pb.epoch, version: pb.version, voteIncarnation: pb.voteIncarnation)
        case .refused(let fence): return .refused(fence: fence)
        case .takeOver(let epoch): return .takeOver(epoch: epoch)
        case .collect(let epoch): return .collect(epoch: epoch)
        case .collected(let pb):
            return .collected(
                epoch: pb.epoch, logIncarnation: pb.logIncarnation, vector: try vector(pb.vector))
        case .append(let pb):
            return .append(
                Append(
                    epoch: pb.epoch, committed: pb.committed,
                    blocks: try open(pb.blocks, knows: knows)))
        case .appended(let pb):
            return .appended(
                epoch: pb.epoch, logIncarnation: pb.logIncarnation, length: pb.length)
        case .heartbeat(let pb): return .heartbeat(try heartbeat(pb))
        case .heartbeatReply(let pb): return .heartbeatReply(heartbeatReply(pb))
        case .want(let pb): return .want(try vector(pb).entries)
        case .blocks(let pb): return .blocks(try open(pb.blocks, knows: knows))
        case .askVector: return .askVector
        case .vector(let pb): return .vector(try vector(pb))
        case .requests(let pb): return .requests(try requests(pb, from: sender))
        case .answers(let pb): return .answers(try answers(pb))
        case .roster(let pb): return .roster(try roster(pb))
        case .relay, .join, .joinReply, .addresses:
            throw WireError(.unknownMessage, "a message of a kind unknown here")
        }
    }

    private func open(
        _ envelopes: [Data], knows: (KioskID) -> Bool
    ) throws(WireError) -> [Block] {
        guard envelopes.count <= WireLimits.batch else {
            throw WireError(.overLimit, "\(envelopes.count) blocks in one message")
        }
        var opened: [Block] = []
        opened.reserveCapacity(envelopes.count)
        for envelope in envelopes {
            let block = try blocks.open([UInt8](envelope))
            guard knows(block.body.chain.origin) else {
                throw WireError(.notOnRoster, "a block of a kiosk that is not on the roster")
            }
            opened.append(block)
        }
        return opened
    }

    private func requests(
        _ pb: PBRequests, from sender: KioskID?
    ) throws(WireError) -> [Request] {
        guard let sender else { throw WireError(.notOnRoster, "requests of a stranger") }
        guard pb.requests.count <= WireLimits.batch else {
            throw WireError(.overLimit, "\(pb.requests.count) requests in one message")
        }
        var requests: [Request] = []
        for item in pb.requests {
            requests.append(
                Request(
                    id: try key16(item.id, "request"), kiosk: sender,
                    body: try requestBody(item, blocks.grants)))
        }
        return requests
    }

    private func answers(_ pb: PBAnswers) throws(WireError) -> [Answer] {
        guard pb.answers.count <= WireLimits.batch else {
            throw WireError(.overLimit, "\(pb.answers.count) answers in one message")
        }
        var answers: [Answer] = []
        for item in pb.answers { answers.append(try answer(item)) }
        return answers
    }
}

private func hello(_ pb: PBHello) throws(WireError) -> Hello {
    Hello(
        fence: pb.fence, register: pb.hasRegister ? try register(pb.register) : nil,
        voteIncarnation: pb.voteIncarnation, logIncarnation: pb.logIncarnation,
        hasStorage: pb.hasStorage_p, rosterVersion: pb.rosterVersion)
}

private func preVoteReply(_ pb: PBPreVoteReply) throws(WireError) -> PreVoteReply {
    PreVoteReply(
        epoch: pb.epoch, isGranted: pb.isGranted, fence: pb.fence,
        voteIncarnation: pb.voteIncarnation,
        register: pb.hasRegister ? try register(pb.register) : nil)
}

private func heartbeat(_ pb: PBHeartbeat) throws(WireError) -> Heartbeat {
    Heartbeat(
        epoch: pb.epoch, sentAt: Tick(nanoseconds: pb.sentAt), length: pb.length,
        committed: pb.committed, logIncarnation: pb.logIncarnation, isServing: pb.isServing,
        digest: pb.digest, rosterVersion: pb.rosterVersion,
        register: pb.hasRegister ? try register(pb.register) : nil)
}

private func heartbeatReply(_ pb: PBHeartbeatReply) -> HeartbeatReply {
    HeartbeatReply(
        epoch: pb.epoch, sentAt: Tick(nanoseconds: pb.sentAt),
        voteIncarnation: pb.voteIncarnation, logIncarnation: pb.logIncarnation,
        hasStorage: pb.hasStorage_p, length: pb.length, digest: pb.digest,
        registerEpoch: pb.registerEpoch, registerVersion: pb.registerVersion,
        rosterVersion: pb.rosterVersion)
}

private func vector(_ pb: PBVector) throws(WireError) -> VersionVector {
    guard pb.entries.count <= WireLimits.chains else {
        throw WireError(.overLimit, "a vector of \(pb.entries.count) chains")
    }
    var vector = VersionVector()
    for entry in pb.entries {
        let at = try position(entry)
        // In order, as everybody sends it: a vector in disorder would be slow to take in.
        if let last = vector.entries.last, !(last.chain < at.chain) {
            throw WireError(.malformed, "a vector that is not in the order of its chains")
        }
        vector.raise(at.chain, to: at.length)
    }
    return vector
}

func joinApplication(_ pb: PBJoinApplication) throws(WireError) -> JoinApplication {
    JoinApplication(
        entry: try rosterEntry(pb.entry), token: try key16(pb.token, "token"),
        proof: try key32(pb.proof, "proof"), signature: [UInt8](pb.signature))
}

private func joinReply(_ pb: PBJoinReply) throws(WireError) -> JoinReply {
    switch pb.outcome {
    case .welcome(let welcome):
        return .welcome(
            Welcome(
                charter: [UInt8](welcome.charter), roster: try roster(welcome.roster),
                sealedKeys: [UInt8](welcome.sealedKeys), proof: [UInt8](welcome.proof)))
    case .denied(let denied): return .denied(try denial(denied))
    case .unavailable(let why): return .unavailable(why)
    case nil: throw WireError(.malformed, "an answer at the door without content")
    }
}

private func scan(_ redeem: PBRedeem) throws(WireError) -> Scan {
    var kind: CredentialKind?
    if redeem.kind != 0 {
        guard let raw = UInt8(exactly: redeem.kind), let known = CredentialKind(rawValue: raw)
        else { throw WireError(.malformed, "credential kind \(redeem.kind) is unknown") }
        kind = known
    }
    guard redeem.sealedCode.count <= WireLimits.sealedCodeBytes else {
        throw WireError(.overLimit, "a code of \(redeem.sealedCode.count) bytes")
    }
    return Scan(
        try key16(redeem.hash, "credential"), kind: kind,
        direction: redeem.isExit ? .exit : .entry, list: redeem.hasList ? redeem.list : nil,
        ticket: redeem.ticket.isEmpty ? nil : try key16(redeem.ticket, "ticket"),
        ignoresUnpaid: redeem.ignoresUnpaid, sealedCode: [UInt8](redeem.sealedCode))
}

private func requestBody(_ pb: PBRequest, _ grants: GrantCodec) throws(WireError) -> RequestBody {
    switch pb.body {
    case .redeem(let redeem): return .redeem(try scan(redeem))
    case .annul(let amend):
        return .annul(
            try key16(amend.redemption, "redemption"),
            reason: try text(amend.reason, TextLimits.words, "reason"))
    case .reprint(let amend):
        return .reprint(
            try key16(amend.redemption, "redemption"),
            reason: try text(amend.reason, TextLimits.words, "reason"))
    case .grant(let bytes): return .grant(try grants.open([UInt8](bytes)))
    case .segmentPage(let page): return .segmentPage(try MeshWire.segmentPage(page))
    case .receipts(let content): return .receipts(try MeshWire.receipts(content.receipts))
    case .importTickets(let batch): return .importTickets(try decode(batch.tickets))
    case .createToken(let token): return .createToken(try joinToken(token))
    case .revokeToken(let token): return .revokeToken(try key16(token, "token"))
    case .revoke(let kiosk): return .revoke(try kioskID(kiosk, "kiosk"))
    case .admit(let application): return .admit(try joinApplication(application))
    case nil: throw WireError(.malformed, "a request of a kind unknown here")
    }
}

private func answer(_ pb: PBAnswer) throws(WireError) -> Answer {
    let outcome: Outcome
    switch pb.outcome {
    case .decided(let decided): outcome = .decided(try decode(decided))
    case .refused(let refused):
        guard let raw = UInt8(exactly: refused.reason), let reason = Reason(rawValue: raw) else {
            throw WireError(.malformed, "reason \(refused.reason) is unknown")
        }
        guard refused.candidates.count <= WireLimits.batch else {
            throw WireError(.overLimit, "\(refused.candidates.count) tickets to choose from")
        }
        var candidates: [Candidate] = []
        for candidate in refused.candidates {
            candidates.append(
                Candidate(
                    ticket: try key16(candidate.ticket, "ticket"), product: candidate.product,
                    seat: candidate.seat, isRedeemed: candidate.isRedeemed))
        }
        outcome = .refused(reason, candidates: candidates)
    case .unavailable(let number):
        guard let raw = UInt8(exactly: number), let why = Unavailable(rawValue: raw) else {
            throw WireError(.malformed, "cause \(number) is unknown")
        }
        outcome = .unavailable(why)
    case .imported(let counts):
        outcome = .imported(
            ImportCounts(
                added: counts.added, updated: counts.updated, unchanged: counts.unchanged))
    case .admitted(let entry): outcome = .admitted(try rosterEntry(entry))
    case .done: outcome = .done
    case .denied(let denied): outcome = .denied(try denial(denied))
    case nil: throw WireError(.malformed, "an answer without outcome")
    }
    return Answer(request: try key16(pb.request, "request"), outcome: outcome)
}

private func decode(_ pb: PBDecided) throws(WireError) -> DecidedAnswer {
    let guarantee: Guarantee
    switch pb.guarantee {
    case 1: guarantee = .singleCopy
    case 2: guarantee = .provisional
    case 3: guarantee = .volatile
    case 4: guarantee = .replicated(copies: Int(pb.copies))
    default: throw WireError(.malformed, "guarantee \(pb.guarantee) is unknown")
    }
    var first: FirstUse?
    if pb.hasFirst_p {
        first = FirstUse(
            at: pb.firstAt,
            kiosk: pb.firstKiosk.isEmpty ? nil : try kioskID(pb.firstKiosk, "first kiosk"))
    }
    return DecidedAnswer(
        decision: try decode(pb.decision),
        record: RecordID(
            chain: try chainID(pb.chain), sequence: pb.sequence, index: Int(pb.index)),
        guarantee: guarantee, product: pb.product, seat: pb.seat, first: first)
}
