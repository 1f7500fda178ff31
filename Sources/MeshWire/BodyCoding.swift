import MeshLedger
import MeshModel

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

func blockBody(
    _ pb: PBBlockBody, _ grants: GrantCodec
) throws(WireError) -> BlockBody {
    guard pb.records.count <= WireLimits.records, pb.seen.count <= WireLimits.chains else {
        throw WireError(.overLimit, "a block of \(pb.records.count) records")
    }
    var seen: [VersionVector.Entry] = []
    for entry in pb.seen {
        let at = try position(entry)
        seen.append(VersionVector.Entry(chain: at.chain, length: at.length))
    }
    var records: [Record] = []
    records.reserveCapacity(pb.records.count)
    for record in pb.records { records.append(try decode(record, grants)) }
    let body = BlockBody(
        chain: try chainID(pb.chain), sequence: pb.sequence,
        parent: pb.hasParent ? try position(pb.parent) : nil,
        parentHash: try key32(pb.parentHash, "parent hash"), seen: seen,
        committed: pb.hasCommitted ? try position(pb.committed) : nil, copies: pb.copies,
        records: records, at: pb.at)
    if body.sequence > 0 {
        guard body.parent == Position(chain: body.chain, length: body.sequence) else {
            throw WireError(.malformed, "block \(body.position) does not build on the one before")
        }
    }
    guard body.sequence < UInt64.max else { throw WireError(.malformed, "a sequence too large") }
    return body
}

extension PBBlockBody {
    init(_ body: BlockBody) {
        self.init()
        chain = PBChainID(body.chain)
        sequence = body.sequence
        if let parent = body.parent { self.parent = PBPosition(parent) }
        parentHash = Data(body.parentHash)
        seen = body.seen.map { PBPosition($0) }
        if let committed = body.committed { self.committed = PBPosition(committed) }
        copies = body.copies
        records = body.records.map { PBRecord($0) }
        at = body.at
    }
}

func decode(_ pb: PBRecord, _ grants: GrantCodec) throws(WireError) -> Record {
    switch pb.kind {
    case .decision(let decision): return .decision(try decode(decision))
    case .tickets(let batch): return .tickets(try decode(batch))
    case .admission(let admission):
        return .admission(
            Admission(
                request: try key16(admission.request, "request"),
                entry: try rosterEntry(admission.entry),
                token: try key16(admission.token, "token")))
    case .revocation(let revocation):
        return .revocation(
            request: try key16(revocation.request, "request"),
            kiosk: try kioskID(revocation.kiosk, "kiosk"))
    case .tokenCreated(let created):
        return .tokenCreated(
            request: try key16(created.request, "request"), token: try joinToken(created.token))
    case .tokenRevoked(let revoked):
        return .tokenRevoked(
            request: try key16(revoked.request, "request"), token: try key16(revoked.token, "token")
        )
    case .unknownCodes(let codes):
        return .unknownCodes(
            kiosk: try kioskID(codes.kiosk, "kiosk"), minute: codes.minute, count: codes.count)
    case .annulment(let pb): return .annulment(try amendment(pb))
    case .reprint(let pb): return .reprint(try amendment(pb))
    case .grant(let pb):
        return .grant(
            request: try key16(pb.request, "request"), try grants.open([UInt8](pb.grant)))
    case .page(let pb):
        return .page(request: try key16(pb.request, "request"), try segmentPage(pb.page))
    case .receipts(let pb):
        return .receipts(request: try key16(pb.request, "request"), try receipts(pb.receipts))
    case .ticketFromCode(let pb): return .ticketFromCode(try decode(pb))
    case nil: throw WireError(.malformed, "a record of a kind unknown here")
    }
}

func decode(_ pb: PBDecision) throws(WireError) -> Decision {
    let verdict: Verdict
    if pb.reason == 0 {
        verdict = .redeemed
    } else {
        guard let raw = UInt8(exactly: pb.reason), let reason = Reason(rawValue: raw) else {
            throw WireError(.malformed, "reason \(pb.reason) is unknown")
        }
        verdict = .rejected(reason)
    }
    return Decision(
        request: try key16(pb.request, "request"), kiosk: try kioskID(pb.kiosk, "kiosk"),
        ticket: try key16(pb.ticket, "ticket"), list: pb.list,
        direction: pb.isExit ? .exit : .entry, verdict: verdict,
        note: try text(pb.note, TextLimits.words, "note"), at: pb.at)
}

func decode(_ pb: PBTicketBatch) throws(WireError) -> TicketBatch {
    TicketBatch(
        request: try key16(pb.request, "request"),
        counts: ImportCounts(added: pb.added, updated: pb.updated, unchanged: pb.unchanged),
        tickets: try decode(pb.tickets))
}

func decode(_ pb: [PBTicket]) throws(WireError) -> [Ticket] {
    guard pb.count <= WireLimits.tickets else {
        throw WireError(.overLimit, "\(pb.count) tickets in one record")
    }
    var tickets: [Ticket] = []
    tickets.reserveCapacity(pb.count)
    for ticket in pb { tickets.append(try decode(ticket)) }
    return tickets
}

func decode(_ pb: PBTicket) throws(WireError) -> Ticket {
    var credentials: [Credential] = []
    for credential in pb.credentials {
        guard let raw = UInt8(exactly: credential.kind), let kind = CredentialKind(rawValue: raw)
        else { throw WireError(.malformed, "credential kind \(credential.kind) is unknown") }
        credentials.append(
            Credential(kind: kind, hash: try key16(credential.hash, "credential")))
    }
    guard let raw = UInt8(exactly: pb.status), let status = TicketStatus(rawValue: raw) else {
        throw WireError(.malformed, "ticket status \(pb.status) is unknown")
    }
    let marks = TicketMarks(rawValue: pb.marks)
    guard TicketMarks.all.isSuperset(of: marks) else {
        throw WireError(.malformed, "marks \(pb.marks) of a ticket are unknown")
    }
    guard pb.checkIns.count <= WireLimits.checkIns else {
        throw WireError(.overLimit, "a ticket with \(pb.checkIns.count) scans")
    }
    guard pb.entries > 0 else { throw WireError(.malformed, "a ticket without entries") }
    return Ticket(
        id: try key16(pb.id, "ticket"), credentials: credentials, event: pb.event,
        product: pb.product, seat: pb.seat, validFrom: pb.hasValidFrom ? pb.validFrom : nil,
        validUntil: pb.hasValidUntil ? pb.validUntil : nil, entries: pb.entries, status: status,
        sealedDetails: [UInt8](pb.sealedDetails), contentDigest: pb.contentDigest,
        segment: try text(pb.segment, TextLimits.name, "segment"), marks: marks,
        productID: pb.productID, variation: pb.hasVariation ? pb.variation : nil,
        session: pb.hasSession ? pb.session : nil, checkIns: pb.checkIns.map { checkIn($0) })
}

func joinToken(_ pb: PBJoinToken) throws(WireError) -> JoinToken {
    JoinToken(
        id: try key16(pb.id, "token"), verifier: try key32(pb.verifier, "verifier"), uses: pb.uses,
        expires: pb.expires)
}

// MARK: to protobuf

extension PBRecord {
    init(_ record: Record) {
        self.init()
        switch record {
        case .decision(let decision): self.decision = PBDecision(decision)
        case .tickets(let batch): tickets = PBTicketBatch(batch)
        case .admission(let admission):
            self.admission.request = Data(admission.request)
            self.admission.entry = PBRosterEntry(admission.entry)
            self.admission.token = Data(admission.token)
        case .revocation(let request, let kiosk):
            revocation.request = Data(request)
            revocation.kiosk = Data(kiosk.key)
        case .tokenCreated(let request, let token):
            tokenCreated.request = Data(request)
            tokenCreated.token = PBJoinToken(token)
        case .tokenRevoked(let request, let token):
            tokenRevoked.request = Data(request)
            tokenRevoked.token = Data(token)
        case .unknownCodes(let kiosk, let minute, let count):
            unknownCodes.kiosk = Data(kiosk.key)
            unknownCodes.minute = minute
            unknownCodes.count = count
        case .annulment(let amendment): annulment = PBAmendment(amendment)
        case .reprint(let amendment): reprint = PBAmendment(amendment)
        case .grant(let request, let signed):
            grant.request = Data(request)
            grant.grant = Data(signed.bytes)
        case .page(let request, let content):
            page.request = Data(request)
            page.page = PBSegmentPage(content)
        case .receipts(let request, let content):
            receipts.request = Data(request)
            receipts.receipts = content.map { PBReceipt($0) }
        case .ticketFromCode(let ticket): ticketFromCode = PBTicket(ticket)
        }
    }
}

extension PBDecision {
    init(_ decision: Decision) {
        self.init()
        request = Data(decision.request)
        kiosk = Data(decision.kiosk.key)
        ticket = Data(decision.ticket)
        if case .rejected(let reason) = decision.verdict { self.reason = UInt32(reason.rawValue) }
        at = decision.at
        list = decision.list
        isExit = decision.direction == .exit
        note = decision.note
    }
}

extension PBTicketBatch {
    init(_ batch: TicketBatch) {
        self.init()
        request = Data(batch.request)
        added = batch.counts.added
        updated = batch.counts.updated
        unchanged = batch.counts.unchanged
        tickets = batch.tickets.map { PBTicket($0) }
    }
}

extension PBTicket {
    init(_ ticket: Ticket) {
        self.init()
        id = Data(ticket.id)
        credentials = ticket.credentials.map { credential in
            var pb = PBCredential()
            pb.kind = UInt32(credential.kind.rawValue)
            pb.hash = Data(credential.hash)
            return pb
        }
        event = ticket.event
        product = ticket.product
        seat = ticket.seat
        if let from = ticket.validFrom { validFrom = from }
        if let until = ticket.validUntil { validUntil = until }
        entries = ticket.entries
        status = UInt32(ticket.status.rawValue)
        sealedDetails = Data(ticket.sealedDetails)
        contentDigest = ticket.contentDigest
        segment = ticket.segment
        marks = ticket.marks.rawValue
        productID = ticket.productID
        if let variation = ticket.variation { self.variation = variation }
        if let session = ticket.session { self.session = session }
        checkIns = ticket.checkIns.map { PBCheckIn($0) }
    }
}

extension PBJoinToken {
    init(_ token: JoinToken) {
        self.init()
        id = Data(token.id)
        verifier = Data(token.verifier)
        uses = token.uses
        expires = token.expires
    }
}
