import MeshConsensus
import MeshLedger
import MeshModel
import MeshNode

// How inputs and effects read in a transcript.

extension KioskID {
    /// The one letter that all bytes of a script's key spell.
    var letter: Character { Character(Unicode.Scalar(key.bytes[0])) }
}

extension Key16 {
    var number: UInt64 { bytes.suffix(8).reduce(0) { $0 << 8 | UInt64($1) } }
}

private func named(_ kiosk: KioskID, _ incarnation: Incarnation) -> String {
    incarnation == 1 ? "\(kiosk.letter)" : "\(kiosk.letter)'\(incarnation)"
}

extension ChainID {
    var wording: String { "\(epoch)@\(named(origin, incarnation))" }
}

extension Position {
    var wording: String { "\(chain.wording)/\(length)" }
}

extension [VersionVector.Entry] {
    var wording: String {
        "[" + map { "\($0.chain.wording)/\($0.length)" }.joined(separator: " ") + "]"
    }
}

extension Register {
    var wording: String {
        let set = inSync.map { named($0.kiosk, $0.incarnation) }.joined(separator: " ")
        let voting = voters.map { named($0.kiosk, $0.incarnation) }.joined(separator: " ")
        return "\(epoch).\(version) host \(host.letter) set [\(set)] voters [\(voting)]"
    }
}

extension Block {
    var wording: String {
        var parts = [body.position.wording]
        if body.isEpochStart { parts.append("on \(body.parent?.wording ?? "the charter")") }
        if !body.seen.isEmpty { parts.append("seen \(body.seen.wording)") }
        if let committed = body.committed { parts.append("committed \(committed.wording)") }
        parts.append("copies \(body.copies)")
        for record in body.records { parts.append("{\(record.wording)}") }
        return parts.joined(separator: " ")
    }
}

extension Record {
    var wording: String {
        switch self {
        case .decision(let decision): decision.wording
        case .tickets(let batch):
            "#\(batch.request.number) tickets \(batch.tickets.map(\.id.number))"
        case .admission(let admission):
            "#\(admission.request.number) admits \(admission.entry.kiosk.letter)"
        case .revocation(let request, let kiosk): "#\(request.number) revokes \(kiosk.letter)"
        case .tokenCreated(let request, let token): "#\(request.number) token \(token.id.number)"
        case .tokenRevoked(let request, let token):
            "#\(request.number) withdraws token \(token.number)"
        case .unknownCodes(let kiosk, _, let count): "\(count) unknown codes at \(kiosk.letter)"
        case .annulment(let amendment):
            "#\(amendment.request.number) annuls #\(amendment.redemption.number)"
        case .reprint(let amendment):
            "#\(amendment.request.number) reprints #\(amendment.redemption.number)"
        case .grant(let request, let signed):
            "#\(request.number) grant \(signed.grant.name)"
                + (signed.grant.isWithdrawn ? " withdrawn" : "")
        case .page(let request, let page): "#\(request.number) \(page.wording)"
        case .receipts(let request, let receipts):
            "#\(request.number) receipts \(receipts.map { "\($0.fact.number) \($0.result)" })"
        case .ticketFromCode(let ticket): "ticket \(ticket.id.number) from its code"
        }
    }
}

extension SegmentPage {
    var wording: String {
        "\(progress.segment)/\(progress.event) \(progress.step.word) \(tickets.map(\.id.number))"
    }
}

extension Decision {
    var wording: String {
        let outcome =
            switch verdict {
            case .redeemed: "redeemed"
            case .rejected(let reason): reason.word
            }
        let door = list == 0 ? "" : " list \(list)"
        let way = direction == .exit ? " exit" : ""
        return "#\(request.number) ticket \(ticket.number)\(door)\(way) \(outcome) at \(kiosk.letter)"
    }
}

extension Outcome {
    var wording: String {
        switch self {
        case .decided(let answer):
            "\(answer.decision.wording), \(answer.guarantee), record \(answer.record.chain.wording)"
                + "/\(answer.record.sequence)/\(answer.record.index)"
                + (answer.first.map { ", first at \($0.kiosk?.letter ?? "?")" } ?? "")
        case .refused(let reason, let candidates):
            "refused \(reason.word) \(candidates.map(\.ticket.number))"
        case .unavailable(let why): "unavailable \(why.word)"
        case .imported(let counts):
            "imported +\(counts.added) ~\(counts.updated) =\(counts.unchanged)"
        case .admitted(let entry): "admitted \(entry.name)"
        case .done: "done"
        case .denied(let denial): "denied \(denial)"
        }
    }
}

extension RequestBody {
    var wording: String {
        switch self {
        case .redeem(let scan):
            "redeem \(scan.hash.number)" + (scan.kind.map { " as \($0)" } ?? "")
                + (scan.direction == .exit ? " exit" : "")
                + (scan.list.map { " list \($0)" } ?? "")
        case .annul(let redemption, _): "annul #\(redemption.number)"
        case .reprint(let redemption, _): "reprint #\(redemption.number)"
        case .grant(let signed): "grant \(signed.grant.name)"
        case .segmentPage(let page): "page \(page.wording)"
        case .receipts(let receipts): "receipts \(receipts.map(\.fact.number))"
        case .importTickets(let tickets): "import \(tickets.map(\.id.number))"
        case .createToken(let token): "create token \(token.id.number)"
        case .revokeToken(let token): "withdraw token \(token.number)"
        case .revoke(let kiosk): "revoke \(kiosk.letter)"
        case .admit(let application):
            "admit \(application.entry.kiosk.letter) as \(application.entry.name)"
                + " with token \(application.token.number)"
        }
    }
}

extension Input {
    var wording: String {
        switch self {
        case .message(let message, let from): "< \(from.letter): \(message.wording)"
        case .linkUp(let peer): "link to \(peer.letter)"
        case .linkDown(let peer): "link to \(peer.letter) closed"
        case .persisted(let id): "durable \(id)"
        case .request(let id, let body, _): "asked #\(id.number) \(body.wording)"
        case .abandon(let id): "abandoned #\(id.number)"
        case .transfer(let target): "hand over to \(target.letter)"
        case .takeOver: "take over"
        case .wake: "wake"
        }
    }
}

extension Effect {
    var wording: String {
        switch self {
        case .persist(let write): write.wording
        case .send(let message, let peer): "> \(peer.letter): \(message.wording)"
        case .sendStored(let entries, let peer): "> \(peer.letter): stored after \(entries.wording)"
        case .answer(let answer): "answer #\(answer.request.number) \(answer.outcome.wording)"
        case .roster(let roster):
            "roster \(roster.version): "
                + roster.entries.map { "\($0.kiosk.letter)" + ($0.isRevoked ? " revoked" : "") }
                .joined(separator: ", ")
        case .event(let event): "event \(event.wording)"
        }
    }
}

extension Persist {
    var wording: String {
        var parts = ["persist \(id)"]
        if let vote {
            let tip = vote.log.tip.map { " to \($0.wording)" } ?? ""
            parts.append(
                "vote fence \(vote.fence) accepted \(vote.accepted?.wording ?? "none")"
                    + " log \(vote.log.blockCount)\(tip)")
        }
        for block in blocks { parts.append("block \(block.wording)") }
        return parts.joined(separator: "; ")
    }
}

extension Event {
    var wording: String {
        switch self {
        case .campaigning(let epoch): "campaigning \(epoch)"
        case .elected(let epoch): "elected \(epoch)"
        case .serving(let epoch): "serving \(epoch)"
        case .steppedDown(let epoch, let why): "stepped down from \(epoch): \(readable(why))"
        case .followsHost(let kiosk, let epoch): "follows \(kiosk.letter) in \(epoch)"
        case .hostLost(let kiosk): "host \(kiosk.letter) lost"
        case .registerRecorded(let register): "recorded \(register.wording)"
        case .memberLeft(let kiosk): "\(kiosk.letter) leaves the set"
        case .memberJoined(let kiosk): "\(kiosk.letter) joins the set"
        case .refusedBlock(let from, let why): "block of \(from.letter) refused: \(readable(why))"
        case .admitted(let kiosk, let name): "admitted \(kiosk.letter) as \(name)"
        case .revoked(let kiosk): "revoked \(kiosk.letter)"
        case .droppedMessage(let from, let why): "dropped of \(from.letter): \(readable(why))"
        }
    }

    /// Replaces the hexadecimal names of keys by their letters.
    private func readable(_ text: String) -> String {
        var text = text
        for letter in "abcdefg" {
            let id = Venue.id(letter).description
            while let range = text.firstRange(of: id) {
                text.replaceSubrange(range, with: String(letter))
            }
        }
        return text
    }
}
