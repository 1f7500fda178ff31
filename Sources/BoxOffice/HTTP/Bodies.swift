/// What requests carry and answers hold, as the OpenAPI document has it. Members that a request
/// may leave out are optional here, so that what is missing can be told in words.
enum Bodies {
    struct Server: Encodable {
        let name = "KioskMesh box office"
        let version: String
        /// Ed25519, 64 hexadecimal digits.
        let issuer: String
    }

    struct Mesh: Codable {
        var id: String
        var boxKey: String
    }

    struct Events: Encodable {
        struct Event: Encodable {
            let slug: String
            let name: String
            let timeZone: String
            let tickets: Int
            let products: [Product]
            let lists: [List]
        }

        struct Product: Encodable {
            let id: Int64
            let name: String
        }

        struct List: Encodable {
            let id: UInt64
            let name: String
        }

        let events: [Event]
    }

    struct Facts: Decodable {
        var mesh: String?
        var facts: [Fact]
    }

    struct Fact: Decodable {
        var kind: String?
        var request: String?
        var list: UInt64?
        var key: String?
        var code: String?
        var reason: String?
        var exit: Bool?
        var at: Int64?
        var kiosk: String?
        var guarantee: String?
        var note: String?
    }

    struct Outcomes: Encodable {
        struct Outcome: Encodable {
            let outcome: String
            var words: String?
        }

        let outcomes: [Outcome]
    }

    struct Order: Decodable {
        var event: String
        var product: String?
        var holder: String?
        var seat: String?
        var account: String?
        var idNumber: String?
        var validFrom: Int64?
        var validUntil: Int64?
        var entries: Int?
        /// Nil is every registered mesh.
        var meshes: [String]?
        var createsMissing: Bool?
    }
}

extension Bodies.Fact {
    /// The fact, or why it is none.
    var fact: Result<OfficeFact, FactProblem> {
        guard let kind = kind.flatMap(OfficeFact.Kind.init) else {
            return .failure(.init(words: "The kind is none of redeemed, rejected and annulled."))
        }
        guard let request, let key, let at else {
            return .failure(.init(words: "A fact needs request, key and at."))
        }
        var fact = OfficeFact(kind: kind, request: request, list: list ?? 0, key: key, at: at)
        fact.code = code ?? ""
        fact.reason = kind == .rejected ? reason ?? "" : ""
        fact.isExit = exit ?? false
        fact.kiosk = kiosk ?? ""
        fact.guarantee = guarantee ?? ""
        fact.note = note ?? ""
        return .success(fact)
    }

    struct FactProblem: Error {
        let words: String
    }
}

extension Bodies.Outcomes.Outcome {
    init(_ outcome: FactOutcome) {
        switch outcome {
        case .stored: self.init(outcome: "stored")
        case .alreadyKnown: self.init(outcome: "alreadyKnown")
        case .refused(let words): self.init(outcome: "refused", words: words)
        }
    }
}

extension TicketOrder {
    init(_ body: Bodies.Order) {
        self.init(event: body.event, product: body.product ?? "")
        holder = body.holder ?? ""
        seat = body.seat ?? ""
        account = body.account ?? ""
        idNumber = body.idNumber ?? ""
        validFrom = body.validFrom
        validUntil = body.validUntil
        entries = body.entries ?? 1
        createsMissing = body.createsMissing ?? false
    }
}
