/// What the box office's interface answers, as its OpenAPI document has it: only what is needed.
enum BoxOfficeWords {
    struct Server: Decodable {
        var name: String
        var version: String
        var issuer: String
    }

    struct Mesh: Encodable {
        var id: String
        var boxKey: String
    }

    struct Events: Decodable {
        struct Event: Decodable {
            var slug: String
            var name: String
            var timeZone: String
            var products: [Named]
            var lists: [Named]
        }

        struct Named: Decodable {
            var id: UInt64
            var name: String
        }

        var events: [Event]
    }

    struct Page: Decodable {
        var tickets: [Ticket]
        var cursor: String
        var complete: Bool
        var total: Int
    }

    struct Ticket: Decodable {
        struct CheckIn: Decodable {
            var list: UInt64
            var at: Int64
            var exit: Bool?
        }

        var key: String
        var secret: String
        var qr: String?
        var idNumber: String?
        var account: String?
        var product: UInt64?
        var seat: String?
        var holder: String?
        var validFrom: Int64?
        var validUntil: Int64?
        var entries: Int?
        var status: String?
        var blocked: Bool?
        var checkIns: [CheckIn]?
    }

    struct Facts: Encodable {
        var mesh: String
        var facts: [Fact]
    }

    struct Fact: Encodable {
        var kind: String
        var request: String
        var list: UInt64
        var key: String
        var code: String
        var reason: String?
        var exit: Bool
        var at: Int64
        var kiosk: String
        var guarantee: String
        var note: String
    }

    struct Outcomes: Decodable {
        struct Outcome: Decodable {
            var outcome: String
            var words: String?
        }

        var outcomes: [Outcome]
    }

    struct Refusal: Decodable {
        var code: String
        var message: String
        var hint: String
    }
}

extension ServerEvent {
    init(_ event: BoxOfficeWords.Events.Event, issuer: [UInt8]) {
        self.init(
            slug: event.slug, name: event.name, timeZone: event.timeZone,
            products: event.products.map { ServerProduct(id: $0.id, name: $0.name) },
            lists: event.lists.map { ServerCheckInList(id: $0.id, name: $0.name) },
            issuers: [CodeIssuer(scheme: .sealedTicket, publicKey: issuer)])
    }
}

extension ServerTicket {
    init(_ ticket: BoxOfficeWords.Ticket) {
        self.init(
            key: ticket.key, secret: ticket.secret, qr: ticket.qr ?? "",
            idNumber: ticket.idNumber ?? "", account: ticket.account ?? "",
            product: ticket.product ?? 0, seat: ticket.seat ?? "", holder: ticket.holder ?? "",
            validFrom: ticket.validFrom, validUntil: ticket.validUntil,
            entries: max(1, ticket.entries ?? 1),
            // A status that is not known yet must not open a door.
            status: ticket.status.map { Status(rawValue: $0) ?? .canceled } ?? .paid,
            isBlocked: ticket.blocked ?? false,
            checkIns: (ticket.checkIns ?? []).map {
                ServerCheckIn(list: $0.list, isExit: $0.exit ?? false, at: $0.at)
            })
    }
}

extension BoxOfficeWords.Fact {
    init(_ fact: UploadFact) {
        var reason: String?
        switch fact.kind {
        case .redeemed: kind = "redeemed"
        case .annulled: kind = "annulled"
        case .rejected(let words):
            kind = "rejected"
            reason = words
        }
        self.reason = reason
        request = fact.requestID
        list = fact.list
        key = fact.key
        code = fact.secret
        exit = fact.isExit
        at = fact.at
        kiosk = fact.kiosk
        guarantee = fact.guarantee
        note = fact.note
    }
}
