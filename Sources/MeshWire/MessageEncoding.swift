import MeshConsensus
import MeshLedger
import MeshModel
import MeshNode
import SwiftProtobuf

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension PBMessage {
    init(_ frame: Frame) {
        self.init()
        switch frame {
        case .node(let message): kind = Self.coded(message)
        case .relay(let id, let isReply, let body):
            relay.id = id
            relay.isReply = isReply
            relay.body = Data(body)
        case .join(let request, let application):
            join = PBJoinApplication(application)
            join.request = Data(request)
        case .joinReply(let reply): joinReply = PBJoinReply(reply)
        case .addresses(let list, let version):
            addresses.addresses = list
            addresses.version = version
        }
    }

    private static func coded(_ message: MeshMessage) -> OneOf_Kind {
        switch message {
        case .hello(let hello): return .hello(PBHello(hello))
        case .preVote(let epoch): return .preVote(epoch)
        case .preVoteReply(let reply): return .preVoteReply(PBPreVoteReply(reply))
        case .prepare(let epoch): return .prepare(epoch)
        case .promise(let epoch, let incarnation, let accepted):
            var pb = PBPromise()
            pb.epoch = epoch
            pb.voteIncarnation = incarnation
            if let accepted { pb.accepted = PBRegister(accepted) }
            return .promise(pb)
        case .record(let register): return .record(PBRegister(register))
        case .recorded(let epoch, let version, let incarnation):
            var pb = PBRecorded()
            pb.epoch = epoch
            pb.version = version
            pb.voteIncarnation = incarnation
            return .recorded(pb)
        case .refused(let fence): return .refused(fence)
        case .takeOver(let epoch): return .takeOver(epoch)
        case .collect(let epoch): return .collect(epoch)
        case .collected(let epoch, let incarnation, let vector):
            var pb = PBCollected()
            pb.epoch = epoch
            pb.logIncarnation = incarnation
            pb.vector = PBVector(vector.entries)
            return .collected(pb)
        case .append(let append):
            var pb = PBAppend()
            pb.epoch = append.epoch
            pb.committed = append.committed
            pb.blocks = append.blocks.map { Data($0.bytes) }
            return .append(pb)
        case .appended(let epoch, let incarnation, let length):
            var pb = PBAppended()
            pb.epoch = epoch
            pb.logIncarnation = incarnation
            pb.length = length
            return .appended(pb)
        case .heartbeat(let heartbeat): return .heartbeat(PBHeartbeat(heartbeat))
        case .heartbeatReply(let reply): return .heartbeatReply(PBHeartbeatReply(reply))
        case .want(let entries): return .want(PBVector(entries))
        case .blocks(let blocks):
            var pb = PBBlocks()
            pb.blocks = blocks.map { Data($0.bytes) }
            return .blocks(pb)
        case .askVector: return .askVector(PBNothing())
        case .vector(let vector): return .vector(PBVector(vector.entries))
        case .requests(let requests):
            var pb = PBRequests()
            pb.requests = requests.map { PBRequest($0) }
            return .requests(pb)
        case .answers(let answers):
            var pb = PBAnswers()
            pb.answers = answers.map { PBAnswer($0) }
            return .answers(pb)
        case .roster(let roster): return .roster(PBRoster(roster))
        }
    }
}

extension PBHello {
    init(_ hello: Hello) {
        self.init()
        fence = hello.fence
        if let register = hello.register { self.register = PBRegister(register) }
        voteIncarnation = hello.voteIncarnation
        logIncarnation = hello.logIncarnation
        hasStorage_p = hello.hasStorage
        rosterVersion = hello.rosterVersion
    }
}

extension PBPreVoteReply {
    init(_ reply: PreVoteReply) {
        self.init()
        epoch = reply.epoch
        isGranted = reply.isGranted
        fence = reply.fence
        voteIncarnation = reply.voteIncarnation
        if let register = reply.register { self.register = PBRegister(register) }
    }
}

extension PBHeartbeat {
    init(_ heartbeat: Heartbeat) {
        self.init()
        epoch = heartbeat.epoch
        sentAt = heartbeat.sentAt.nanoseconds
        length = heartbeat.length
        committed = heartbeat.committed
        logIncarnation = heartbeat.logIncarnation
        isServing = heartbeat.isServing
        digest = heartbeat.digest
        rosterVersion = heartbeat.rosterVersion
        if let register = heartbeat.register { self.register = PBRegister(register) }
    }
}

extension PBHeartbeatReply {
    init(_ reply: HeartbeatReply) {
        self.init()
        epoch = reply.epoch
        sentAt = reply.sentAt.nanoseconds
        voteIncarnation = reply.voteIncarnation
        logIncarnation = reply.logIncarnation
        hasStorage_p = reply.hasStorage
        length = reply.length
        digest = reply.digest
        registerEpoch = reply.registerEpoch
        registerVersion = reply.registerVersion
        rosterVersion = reply.rosterVersion
    }
}

extension PBVector {
    init(_ entries: [VersionVector.Entry]) {
        self.init()
        self.entries = entries.map { PBPosition($0) }
    }
}

extension PBRequest {
    init(_ request: Request) {
        self.init()
        id = Data(request.id)
        switch request.body {
        case .redeem(let scan): redeem = PBRedeem(scan)
        case .annul(let redemption, let reason):
            annul.redemption = Data(redemption)
            annul.reason = reason
        case .reprint(let redemption, let reason):
            reprint.redemption = Data(redemption)
            reprint.reason = reason
        case .grant(let signed): grant = Data(signed.bytes)
        case .segmentPage(let page): segmentPage = PBSegmentPage(page)
        case .receipts(let content): receipts.receipts = content.map { PBReceipt($0) }
        case .importTickets(let tickets): importTickets.tickets = tickets.map { PBTicket($0) }
        case .createToken(let token): createToken = PBJoinToken(token)
        case .revokeToken(let token): revokeToken = Data(token)
        case .revoke(let kiosk): revoke = Data(kiosk.key)
        case .admit(let application): admit = PBJoinApplication(application)
        }
    }
}

extension PBRedeem {
    init(_ scan: Scan) {
        self.init()
        hash = Data(scan.hash)
        kind = UInt32(scan.kind?.rawValue ?? 0)
        isExit = scan.direction == .exit
        if let list = scan.list { self.list = list }
        if let ticket = scan.ticket { self.ticket = Data(ticket) }
        ignoresUnpaid = scan.ignoresUnpaid
        sealedCode = Data(scan.sealedCode)
    }
}

extension PBJoinApplication {
    init(_ application: JoinApplication) {
        self.init()
        entry = PBRosterEntry(application.entry)
        token = Data(application.token)
        proof = Data(application.proof)
        signature = Data(application.signature)
    }
}

extension PBJoinReply {
    init(_ reply: JoinReply) {
        self.init()
        switch reply {
        case .welcome(let welcome):
            self.welcome.charter = Data(welcome.charter)
            self.welcome.roster = PBRoster(welcome.roster)
            self.welcome.sealedKeys = Data(welcome.sealedKeys)
            self.welcome.proof = Data(welcome.proof)
        case .denied(let denial): denied = PBDenied(denial)
        case .unavailable(let why): unavailable = why
        }
    }
}

extension PBAnswer {
    init(_ answer: Answer) {
        self.init()
        request = Data(answer.request)
        switch answer.outcome {
        case .decided(let decided): self.decided = PBDecided(decided)
        case .refused(let reason, let candidates):
            refused.reason = UInt32(reason.rawValue)
            refused.candidates = candidates.map { candidate in
                var pb = PBCandidate()
                pb.ticket = Data(candidate.ticket)
                pb.product = candidate.product
                pb.seat = candidate.seat
                pb.isRedeemed = candidate.isRedeemed
                return pb
            }
        case .unavailable(let why): unavailable = UInt32(why.rawValue)
        case .imported(let counts):
            imported.added = counts.added
            imported.updated = counts.updated
            imported.unchanged = counts.unchanged
        case .admitted(let entry): admitted = PBRosterEntry(entry)
        case .done: done = PBNothing()
        case .denied(let denial): denied = PBDenied(denial)
        }
    }
}

extension PBDecided {
    init(_ answer: DecidedAnswer) {
        self.init()
        decision = PBDecision(answer.decision)
        chain = PBChainID(answer.record.chain)
        sequence = answer.record.sequence
        index = UInt32(answer.record.index)
        switch answer.guarantee {
        case .singleCopy: guarantee = 1
        case .provisional: guarantee = 2
        case .volatile: guarantee = 3
        case .replicated(let copies):
            guarantee = 4
            self.copies = UInt32(copies)
        }
        product = answer.product
        seat = answer.seat
        if let first = answer.first {
            hasFirst_p = true
            firstAt = first.at
            if let kiosk = first.kiosk { firstKiosk = Data(kiosk.key) }
        }
    }
}
