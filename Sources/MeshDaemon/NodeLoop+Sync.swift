import Foundation
import MeshControl
import MeshLedger
import MeshModel
import MeshNode
import MeshStorage
import MeshWire

extension NodeLoop {
    /// Answers what has to do with grants and ticket servers; see `answerRead`.
    mutating func answerSync(
        _ command: ControlCommand, arguments: [UInt8], mayAsk: Bool,
        done: @escaping @Sendable ([UInt8]?) -> Void
    ) {
        let isHere: Bool =
            switch command {
            case .syncStatus, .syncOrder: node.term != nil
            default: node.configuration.hasStorage
            }
        guard isHere else {
            guard mayAsk else { return done(nil) }
            let own = SyncReport(
                segments: node.ledger.state.segments.all.map { SyncReport.Segment($0) },
                isFromHost: false)
            let knowsItself = command == .syncStatus && node.configuration.hasStorage
            return askHost(command, arguments: arguments) { body in
                if let body, !body.isEmpty { return done(body) }
                done(knowsItself ? try? ControlCoding.encode(own) : nil)
            }
        }
        switch command {
        case .syncStatus:
            let segments = node.ledger.state.segments.all
            let engine = parts.engine
            Task {
                let report = SyncReport(
                    segments: await engine.report(segments), isFromHost: true)
                done(try? ControlCoding.encode(report))
            }
        case .syncOrder: order(arguments, done)
        case .syncQuarantine: done(try? ControlCoding.encode(quarantineReport))
        case .grantList: done(try? ControlCoding.encode(grantReport))
        case .recordShow: showRecord(arguments, done)
        default: done(nil)
        }
    }

    private func order(_ arguments: [UInt8], _ done: @escaping @Sendable ([UInt8]?) -> Void) {
        guard
            let order = try? ControlCoding.decode(SyncOrderArguments.self, from: arguments[...])
        else { return done(nil) }
        let names = node.ledger.state.segments.all.map(\.grant.grant.name)
            .filter { order.segment == nil || order.segment == $0 }
        let engine = parts.engine
        Task {
            for name in names {
                await engine.order(name, download: order.download, upload: order.upload)
            }
            done(try? ControlCoding.encode(DoneReport()))
        }
    }

    private var quarantineReport: QuarantineReport {
        var facts: [QuarantineReport.Fact] = []
        for segment in node.ledger.state.segments.all {
            for item in segment.uploads.quarantined {
                guard let (settled, kind) = settled(of: item.fact) else { continue }
                facts.append(
                    QuarantineReport.Fact(
                        record: settled.record.text, segment: segment.grant.grant.name, kind: kind,
                        requestId: settled.decision.request.uuid,
                        ticket: settled.decision.ticket.hex,
                        kiosk: name(of: settled.decision.kiosk),
                        at: Timestamp(millisecondsSinceEpoch: settled.decision.at),
                        words: item.words))
            }
        }
        return QuarantineReport(facts: facts)
    }

    /// The decision behind a fact, and what kind of fact it is.
    private func settled(of fact: RequestID) -> (SettledDecision, kind: String)? {
        let requests = node.ledger.state.requests
        switch requests[fact] {
        case .decision(let settled):
            return (settled, settled.decision.verdict == .redeemed ? "redeemed" : "rejected")
        case .annulled(let annulment):
            guard case .decision(let settled) = requests[annulment.redemption] else { return nil }
            return (settled, "annulled")
        default: return nil
        }
    }

    /// The facts in quarantine that an operator means: one, named by its record, or all.
    func quarantined(_ record: String?) -> [RequestID] {
        node.ledger.state.segments.all.flatMap { segment in
            segment.uploads.quarantined.map(\.fact)
        }.filter { fact in
            record == nil || settled(of: fact)?.0.record.text == record
        }
    }

    private var grantReport: GrantReport {
        let now = wallNow()
        return GrantReport(
            grants: node.ledger.state.segments.all.map { segment in
                let grant = segment.grant.grant
                var entry = GrantReport.Entry(
                    name: grant.name, state: grant.standing(at: now).rawValue,
                    server: grant.server.kind,
                    address: grant.server.address, organizer: grant.server.organizer,
                    upload: grant.upload.word, signedBy: grant.operatorName,
                    signedAt: Timestamp(millisecondsSinceEpoch: grant.version))
                entry.signed = Data(segment.grant.bytes).base64EncodedString()
                entry.events = grant.scope.events
                entry.lists = grant.scope.lists
                entry.products = grant.scope.products
                entry.from = grant.validFrom.map { Timestamp(millisecondsSinceEpoch: $0) }
                entry.until = grant.validUntil.map { Timestamp(millisecondsSinceEpoch: $0) }
                if let bytes = parts.sealing.open(grant.sealed, for: .grant),
                    let secrets = try? GrantSecrets(bytes: bytes)
                {
                    entry.codes = secrets.codes?.map { "\($0.first)..\($0.last)" }
                    entry.accounts = secrets.accounts?.count
                }
                return entry
            })
    }

    /// What a record that a person names decided.
    private func showRecord(
        _ arguments: [UInt8], _ done: @escaping @Sendable ([UInt8]?) -> Void
    ) {
        let nothing = try? ControlCoding.encode(RecordReport(request: ""))
        guard
            let named = try? ControlCoding.decode(CodeArguments.self, from: arguments[...])
        else { return done(nil) }
        let words = named.code.split(separator: "/")
        guard words.count == 3, let sequence = UInt64(words[1]), let index = Int(words[2]),
            let chain = node.ledger.chains.first(where: { chainName($0.id) == words[0] })
        else { return done(nothing) }
        let parts = parts
        Task {
            let stored = try? await parts.disk.read(
                chain: chain.id.bytes, from: sequence, maximumBytes: 1 << 20, maximumCount: 1)
            guard let bytes = stored?.first?.bytes,
                let block = try? parts.codec.blocks.open(bytes),
                block.body.sequence == sequence, block.body.records.indices.contains(index),
                case .decision(let decision) = block.body.records[index]
            else { return done(nothing) }
            done(try? ControlCoding.encode(RecordReport(request: decision.request.hex)))
        }
    }
}
