import MeshConsensus
import MeshCrypto
import MeshLedger
import MeshModel
import MeshNode
import MeshWire

/// The kiosks of the golden vectors: every key comes from a seed of one repeated byte.
enum Cast {
    static let adminSeed: UInt8 = 0xAD
    static let a = signer(0x0A)
    static let b = signer(0x0B)
    static let stranger = signer(0x0F)
    static let admin = SigningKey(seed: seed(adminSeed))
    static let mesh = Charter.meshID(of: key(SigningKey(seed: seed(adminSeed)).publicKey))

    static func seed(_ byte: UInt8) -> [UInt8] { [UInt8](repeating: byte, count: 32) }

    static func signer(_ byte: UInt8) -> SodiumSigner { SodiumSigner(SigningKey(seed: seed(byte))) }

    static func key(_ bytes: [UInt8]) -> Key32 { Key32(bytes) ?? .zero }

    static func filled(_ byte: UInt8) -> Key32 { key(seed(byte)) }

    static func id(_ number: UInt64) -> Key16 { Key16(high: 0x1122_3344_5566_7788, low: number) }

    static func codec(_ signer: any Signer, mesh: MeshID = mesh) -> FrameCodec {
        FrameCodec(mesh: mesh, signer: signer, verifier: SodiumVerifier())
    }

    /// True for the two kiosks on the roster.
    static func knows(_ kiosk: KioskID) -> Bool { kiosk == a.kiosk || kiosk == b.kiosk }

    /// What kiosk b makes of a frame that came over the link of kiosk a.
    static func decodeAtB(_ bytes: [UInt8]) throws(WireError) -> Frame {
        try codec(b).decode(bytes, from: a.kiosk, knows: knows)
    }

    static func chain(_ epoch: Epoch = 3) -> ChainID {
        ChainID(origin: a.kiosk, incarnation: 0x0102_0304_0506_0708, epoch: epoch)
    }
}

/// Values that the samples share.
enum Sample {
    static let register = Register(
        epoch: 3, version: 31, host: Cast.a.kiosk,
        inSync: [
            Member(kiosk: Cast.a.kiosk, incarnation: 0x0102_0304_0506_0708),
            Member(kiosk: Cast.b.kiosk, incarnation: 9),
        ], voters: [Voter(kiosk: Cast.a.kiosk, incarnation: 0xFFFF_FFFF_FFFF_FFFF)])
    static let entry = RosterEntry(
        kiosk: Cast.b.kiosk, name: "gate-b", tlsKey: Cast.filled(0x71), hasStorage: true)
    static let token = JoinToken(
        id: Cast.id(70), verifier: Cast.filled(0x72), uses: 50, expires: 1_796_000_000_000)
    static let ticket = Ticket(
        id: Cast.id(1),
        credentials: CredentialKind.allCases.map {
            Credential(kind: $0, hash: Cast.id(100 + UInt64($0.rawValue)))
        },
        event: "gala", product: "Tageskarte", seat: "4/12", validFrom: -1,
        validUntil: 1_796_000_000_000, entries: 3, status: .unpaid, sealedDetails: [1, 2, 3],
        contentDigest: 0xDEAD_BEEF)
    static let vector = VersionVector([
        VersionVector.Entry(chain: Cast.chain(2), length: 7),
        VersionVector.Entry(chain: Cast.chain(3), length: 300),
    ])
    static let application = JoinApplication(
        entry: entry, token: Cast.id(70), proof: Cast.filled(0x73),
        signature: [UInt8](repeating: 0x74, count: 64))

    static func decision(_ verdict: Verdict) -> Decision {
        Decision(
            request: Cast.id(5), kiosk: Cast.b.kiosk, ticket: Cast.id(1), verdict: verdict,
            at: 1_796_000_000_123)
    }

    static let records: [(name: String, record: Record)] = [
        ("decision-redeemed", .decision(decision(.redeemed))),
        ("decision-rejected", .decision(decision(.rejected(.conflict)))),
        (
            "tickets",
            .tickets(
                TicketBatch(
                    request: Cast.id(6), counts: ImportCounts(added: 1, updated: 2, unchanged: 3),
                    tickets: [ticket]))
        ),
        (
            "admission",
            .admission(Admission(request: Cast.id(7), entry: entry, token: Cast.id(70)))
        ),
        ("revocation", .revocation(request: Cast.id(8), kiosk: Cast.b.kiosk)),
        ("token-created", .tokenCreated(request: Cast.id(9), token: token)),
        ("token-revoked", .tokenRevoked(request: Cast.id(10), token: Cast.id(70))),
        ("unknown-codes", .unknownCodes(kiosk: Cast.b.kiosk, minute: 29_933_333, count: 41)),
        ("annulment", .annulment(amendment)), ("reprint", .reprint(amendment)),
        ("grant", .grant(request: Cast.id(12), grant)),
        ("page", .page(request: Cast.id(13), page)),
        (
            "page-of-the-whole",
            .page(
                request: Cast.id(14),
                SegmentPage(
                    progress: SegmentProgress(
                        segment: "gala-evening", event: "", grant: 5, step: .acquire, at: 6),
                    sealedToken: [4, 5]))
        ),
        ("receipts", .receipts(request: Cast.id(15), receipts)),
        ("ticket-from-code", .ticketFromCode(codeTicket)),
        (
            "decision-exit",
            .decision(
                Decision(
                    request: Cast.id(5), kiosk: Cast.b.kiosk, ticket: Cast.id(1), list: 5,
                    direction: .exit, verdict: .redeemed, note: "from-code", at: 1))
        ),
    ]

    static let amendment = Amendment(
        request: Cast.id(16), redemption: Cast.id(5), reason: "paper jam", kiosk: Cast.a.kiosk,
        at: 1_796_000_000_200)
    static let receipts: [Receipt] = [
        Receipt(fact: Cast.id(5), result: .sent),
        Receipt(fact: Cast.id(6), result: .alreadyKnown),
        Receipt(fact: Cast.id(7), result: .quarantined("invalid: Not found."), attempt: 2),
        Receipt(fact: Cast.id(8), result: .retried),
        Receipt(fact: Cast.id(9), result: .dismissed),
    ]
    static let codeTicket = Ticket(
        id: Cast.id(17), credentials: [Credential(kind: .qr, hash: Cast.id(18))], event: "gala",
        product: "VIP", entries: 1, status: .paid, sealedDetails: [9], contentDigest: 3,
        segment: "gala-evening", marks: [.fromCode, .signatureOnly], productID: 2, variation: 0,
        session: 7,
        checkIns: [
            CheckIn(list: 5, kind: .entry, at: 1), CheckIn(list: 5, kind: .exit, at: 2),
        ])
    static let page = SegmentPage(
        progress: SegmentProgress(
            segment: "gala-evening", event: "gala", grant: 5, step: .download, cursor: "2/50",
            received: 100, expected: 5000, skipped: 1, at: 1_796_000_000_000),
        definition: definition, tickets: [codeTicket])
    static let definition = EventDefinition(
        slug: "gala", name: "Gala", zone: zone,
        span: EventSpan(from: 10, until: 20, admission: nil),
        sessions: [
            Session(id: 7, name: "Day 1", span: EventSpan(from: nil, until: nil, admission: -1))
        ],
        products: [Product(id: 2, name: "VIP")],
        lists: [
            CheckInList(id: 5, name: "Main entrance"),
            CheckInList(
                id: 6, name: "VIP", products: [2], session: 7,
                options: [.includesPending, .multipleEntries, .addOns],
                rules: #"{"and":[{"==":[{"var":"gate"},1]}]}"#),
        ], issuers: [Issuer(scheme: .pretixSig1, key: Cast.filled(0x21))], gate: 1)
    private static let zone = ZoneOffsets(
        name: "Europe/Berlin", first: 3600,
        changes: [.init(at: 1_774_746_000_000, seconds: 7200), .init(at: -1, seconds: -3600)])

    /// Signed by an operator whose seed is 0x0c repeated, whom the admin key delegated to.
    static let grant: SignedGrant = {
        let operatorKey = try? OperatorKey.make(
            name: "founder", admin: Cast.admin, at: 4, seed: [UInt8](repeating: 0x0c, count: 32))
        let grant = Grant(
            name: "gala-evening", version: 5,
            server: Grant.ServerReference(
                kind: "pretix", address: "https://tickets.example", organizer: "venue"),
            scope: Grant.Scope(
                events: ["gala"], lists: [5, 6], products: ["VIP"], codesDigest: 77),
            validFrom: -1, validUntil: 1_796_000_000_000, upload: .continuous,
            operatorName: "founder", sealed: [1, 2, 3])
        guard let bytes = operatorKey?.sign(grant) else { preconditionFailure("a good name") }
        return SignedGrant(verified: grant, bytes: bytes)
    }()

    /// The epoch start of epoch 3, on what epoch 2 left.
    static let start = BlockBody(
        chain: Cast.chain(), sequence: 0, parent: Position(chain: Cast.chain(2), length: 7),
        parentHash: Cast.filled(0x50), seen: [VersionVector.Entry(chain: Cast.chain(2), length: 7)],
        committed: Position(chain: Cast.chain(2), length: 6), copies: 2,
        at: 1_796_000_000_000)

    /// A later block of that chain.
    static func body(_ records: [Record]) -> BlockBody {
        BlockBody(
            chain: Cast.chain(), sequence: 4, parent: Position(chain: Cast.chain(), length: 4),
            parentHash: Cast.filled(0x51), copies: 2, records: records,
            at: -1)
    }

    static func seal(_ body: BlockBody) -> Block {
        Cast.codec(Cast.a).blocks.seal(body, with: Cast.a)
    }
}
