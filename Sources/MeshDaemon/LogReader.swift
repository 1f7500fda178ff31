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
    let disk: DiskQueue
    let codec: BlockCodec

    /// Calls `body` with each line until it answers false.
    func read(from start: [ChainID: UInt64] = [:], _ body: (LogLine) async -> Bool) async {
        for chain in chains {
            var next = start[chain.id] ?? 0
            while next < chain.length {
                let stored = try? await disk.read(
                    chain: chain.id.bytes, from: next, maximumBytes: 1 << 20,
                    maximumCount: Self.page)
                guard let stored, !stored.isEmpty else { break }
                for item in stored where item.sequence < chain.length {
                    guard let block = try? codec.open(item.bytes) else { return }
                    for line in lines(block, chain) where await !body(line) { return }
                }
                next += UInt64(stored.count)
            }
        }
    }

    private func lines(_ block: Block, _ chain: Chain) -> [LogLine] {
        var lines: [LogLine] = []
        for (index, record) in block.body.records.enumerated() {
            guard let line = line(record, index, block.body, chain) else { continue }
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
        case .unknownCodes(let at, _, let count):
            kind = "unknown-codes"
            kiosk = at
            reason = "\(count) in a minute"
        }
        guard since == nil else { return nil }
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
        let copies = Int(body.copies)
        let guarantee: MeshControl.Guarantee = copies > 1 ? .replicated : .singleCopy
        return LogLine(
            record: "\(chainName(body.chain))/\(body.sequence)/\(index)",
            kind: isVoid ? "void" : kind, ticket: ticket, requestId: request?.uuid,
            kiosk: names[kiosk]?.name ?? kiosk.description,
            host: names[body.chain.origin]?.name ?? body.chain.origin.description,
            epoch: body.chain.epoch, guarantee: isVoid || !isKnown ? nil : guarantee,
            copies: isVoid || !isKnown ? nil : copies, reason: reason,
            at: Timestamp(millisecondsSinceEpoch: at ?? 0))
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
                + [parts.sealing.ticketID(serial: code)] + (bytes(hexadecimal: code).flatMap { TicketID($0) }.map { [$0] } ?? [])
        }
        return LogReader(
            chains: chains, names: node.roster, since: since, ticket: tickets,
            disk: parts.disk, codec: parts.codec.blocks)
    }
}
