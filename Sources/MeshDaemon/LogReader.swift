import MeshControl
import MeshLedger
import MeshModel
import MeshNode
import MeshStorage
import MeshWire

/// The log of this kiosk as lines for people and scripts, oldest epoch first.
struct LogReader: Sendable {
    /// Blocks read from the disk at a time: keeps memory small on a long log.
    static let page = 64

    struct Chain: Sendable {
        let id: ChainID
        let length: UInt64
        /// How many of its blocks count; 0 for a chain that is void altogether.
        let cut: UInt64
        /// How many are known to be acknowledged.
        let acknowledged: UInt64
    }

    let chains: [Chain]
    let names: Roster
    let since: Timestamp?
    let ticket: [TicketID]?
    /// Disks that an acknowledgement needs now.
    let copiesNow: UInt32
    let disk: DiskQueue
    let codec: BlockCodec

    /// Calls `body` with each line until it answers false.
    ///
    /// How many disks an acknowledgement needed is known when a later block says that it was
    /// given: a set that shrank meanwhile shows in the smaller of both numbers.
    func read(from start: [ChainID: UInt64] = [:], _ body: (LogLine) async -> Bool) async {
        var held: [Held] = []
        for chain in chains {
            var next = start[chain.id] ?? 0
            while next < chain.length {
                let stored = try? await disk.read(
                    chain: chain.id.bytes, from: next, maximumBytes: 1 << 20,
                    maximumCount: Self.page)
                guard let stored, !stored.isEmpty else { break }
                for item in stored where item.sequence < chain.length {
                    guard let block = try? codec.open(item.bytes) else { return }
                    held.append(Held(block: block, chain: chain))
                    settle(&held, by: block.body)
                    while let first = held.first, let copies = first.copies {
                        held.removeFirst()
                        for line in lines(first.block, first.chain, copies)
                        where await !body(line) { return }
                    }
                }
                next += UInt64(stored.count)
            }
        }
        for rest in held {
            let copies = rest.copies ?? min(rest.block.body.copies, copiesNow)
            for line in lines(rest.block, rest.chain, copies) where await !body(line) { return }
        }
    }

    /// A block whose lines wait until it is known on how many disks it was acknowledged.
    private struct Held {
        let block: Block
        let chain: Chain
        var copies: UInt32?
    }

    private func settle(_ held: inout [Held], by later: BlockBody) {
        for index in held.indices where held[index].copies == nil {
            let at = held[index].block.position
            if at.length > held[index].chain.cut {
                held[index].copies = 0
            } else if let committed = later.committed,
                at.chain == committed.chain
                    ? at.length <= committed.length : at.chain.epoch < committed.chain.epoch
            {
                held[index].copies = min(held[index].block.body.copies, later.copies)
            }
        }
    }

    private func lines(_ block: Block, _ chain: Chain, _ copies: UInt32) -> [LogLine] {
        var lines: [LogLine] = []
        for (index, record) in block.body.records.enumerated() {
            guard var line = line(record, index, block.body, chain) else { continue }
            if line.guarantee != nil {
                line.guarantee = copies > 1 ? .replicated : .singleCopy
                line.copies = Int(copies)
            }
            if let since, line.at < since { continue }
            lines.append(line)
        }
        return lines
    }

    private func line(
        _ record: Record, _ index: Int, _ body: BlockBody, _ chain: Chain
    ) -> LogLine? {
        guard case .decision(let decision) = record else {
            return ticket == nil ? administrative(record, index, body, chain) : nil
        }
        if let ticket, !ticket.contains(decision.ticket) { return nil }
        var kind = "redeemed"
        var reason: String?
        if case .rejected(let why) = decision.verdict {
            kind = "rejected"
            reason = why.word
        }
        return make(
            kind, index, body, chain, ticket: decision.ticket.hex,
            request: decision.request, kiosk: decision.kiosk, reason: reason, at: decision.at)
    }

    private func administrative(
        _ record: Record, _ index: Int, _ body: BlockBody, _ chain: Chain
    ) -> LogLine? {
        let kind: String
        var kiosk = body.chain.origin
        var reason: String?
        switch record {
        case .decision: return nil
        case .tickets(let batch):
            kind = "tickets"
            reason = "\(batch.counts.added) added, \(batch.counts.updated) updated"
        case .admission(let admission):
            kind = "admitted"
            kiosk = admission.entry.kiosk
        case .revocation(_, let revoked):
            kind = "revoked"
            kiosk = revoked
        case .tokenCreated: kind = "token-created"
        case .tokenRevoked: kind = "token-revoked"
        case .annulment(let amendment):
            kind = "annulled"
            kiosk = amendment.kiosk
            reason = amendment.reason
        case .reprint(let amendment):
            kind = "reprinted"
            kiosk = amendment.kiosk
            reason = amendment.reason
        case .grant(_, let signed):
            kind = signed.grant.isWithdrawn ? "grant-withdrawn" : "grant"
            reason = "\(signed.grant.name), signed by \(signed.grant.operatorName)"
        case .page(_, let page):
            kind = "segment"
            let event = page.progress.event.isEmpty ? "" : "/\(page.progress.event)"
            reason =
                "\(page.progress.segment)\(event) \(page.progress.step.word), "
                + "\(page.tickets.count) tickets new or changed"
        case .receipts(_, let receipts):
            kind = "uploaded"
            reason = "\(receipts.count) facts"
        case .ticketFromCode: kind = "from-code"
        case .unknownCodes(let at, _, let count):
            kind = "unknown-codes"
            kiosk = at
            reason = "\(count) in a minute"
        }
        return make(
            kind, index, body, chain, ticket: nil, request: record.request, kiosk: kiosk,
            reason: reason, at: nil)
    }

    private func make(
        _ kind: String, _ index: Int, _ body: BlockBody, _ chain: Chain, ticket: String?,
        request: RequestID?, kiosk: KioskID, reason: String?, at: WallTime?
    ) -> LogLine {
        let isVoid = body.sequence >= chain.cut
        let isKnown = body.sequence < chain.acknowledged
        return LogLine(
            record: RecordID(chain: body.chain, sequence: body.sequence, index: index).text,
            kind: isVoid ? "void" : kind, ticket: ticket, requestId: request?.uuid,
            kiosk: names[kiosk]?.name ?? kiosk.description,
            host: names[body.chain.origin]?.name ?? body.chain.origin.description,
            epoch: body.chain.epoch, guarantee: isVoid || !isKnown ? nil : .singleCopy,
            copies: nil, reason: reason,
            at: Timestamp(millisecondsSinceEpoch: at ?? body.at))
    }
}

extension NodeLoop {
    /// A reader of the log as it stands now; nil on a kiosk without one.
    func logReader(since: Timestamp?, code: String?) -> LogReader? {
        guard node.configuration.hasStorage else { return nil }
        let applied = node.ledger.applied
        let chains = node.ledger.chains.map { chain in
            let cut = node.ledger.cut(of: chain.id) ?? 0
            var acknowledged: UInt64 = 0
            if let applied {
                if applied.chain == chain.id {
                    acknowledged = applied.length
                } else if chain.id.epoch < applied.chain.epoch {
                    acknowledged = cut
                }
            }
            return LogReader.Chain(
                id: chain.id, length: node.durableVector[chain.id], cut: cut,
                acknowledged: acknowledged)
        }
        let tickets = code.map { code in
            node.ledger.state.catalogue.find(parts.sealing.credential(code), kind: nil)
                + [parts.sealing.ticketID(serial: code)]
                + (bytes(hexadecimal: code).flatMap { TicketID($0) }.map { [$0] } ?? [])
        }
        return LogReader(
            chains: chains, names: node.roster, since: since, ticket: tickets,
            copiesNow: UInt32(max(1, registerReport.inSync.count)),
            disk: parts.disk, codec: parts.codec.blocks)
    }
}
