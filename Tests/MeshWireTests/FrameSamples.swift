import MeshConsensus
import MeshLedger
import MeshModel
import MeshNode
import MeshWire

/// One frame of every kind, for round trips and golden vectors.
enum FrameSamples {
    static let all: [(name: String, frame: Frame)] = election + replication + work + shells

    private static let election: [(name: String, frame: Frame)] = [
        ("hello", .node(.hello(hello(Sample.register)))),
        ("hello-without-register", .node(.hello(hello(nil)))),
        ("pre-vote", .node(.preVote(epoch: 4))),
        (
            "pre-vote-reply",
            .node(
                .preVoteReply(
                    PreVoteReply(
                        epoch: 4, isGranted: true, fence: 3, voteIncarnation: 8,
                        register: Sample.register)))
        ),
        ("prepare", .node(.prepare(epoch: 4))),
        (
            "promise",
            .node(.promise(epoch: 4, voteIncarnation: 8, accepted: Sample.register))
        ),
        ("promise-without-register", .node(.promise(epoch: 4, voteIncarnation: 8, accepted: nil))),
        ("record", .node(.record(Sample.register))),
        ("recorded", .node(.recorded(epoch: 4, version: 32, voteIncarnation: 8))),
        ("refused", .node(.refused(fence: .max))),
        ("take-over", .node(.takeOver(epoch: 3))),
        ("collect", .node(.collect(epoch: 4))),
        (
            "collected",
            .node(.collected(epoch: 4, logIncarnation: 9, vector: Sample.vector))
        ),
    ]

    private static func hello(_ register: Register?) -> Hello {
        Hello(
            fence: 3, register: register, voteIncarnation: 8, logIncarnation: 9, hasStorage: true,
            rosterVersion: 2)
    }

    private static let replication: [(name: String, frame: Frame)] = [
        (
            "append",
            .node(
                .append(
                    Append(
                        epoch: 3, committed: 4,
                        blocks: [Sample.seal(Sample.body(Sample.records.map(\.record)))])))
        ),
        ("appended", .node(.appended(epoch: 3, logIncarnation: 9, length: 5))),
        ("heartbeat", .node(.heartbeat(heartbeat(Sample.register)))),
        ("heartbeat-without-register", .node(.heartbeat(heartbeat(nil)))),
        (
            "heartbeat-reply",
            .node(
                .heartbeatReply(
                    HeartbeatReply(
                        epoch: 3, sentAt: Tick(nanoseconds: 77), voteIncarnation: 8,
                        logIncarnation: 9, hasStorage: true, length: 5, digest: 0xABCD,
                        registerEpoch: 3, registerVersion: 31, rosterVersion: 2)))
        ),
        ("want", .node(.want(Sample.vector.entries))),
        ("want-everything", .node(.want([]))),
        ("blocks", .node(.blocks([Sample.seal(Sample.start)]))),
        ("ask-vector", .node(.askVector)),
        ("vector", .node(.vector(Sample.vector))),
    ]

    private static func heartbeat(_ register: Register?) -> Heartbeat {
        Heartbeat(
            epoch: 3, sentAt: Tick(nanoseconds: 77), length: 300, committed: 4, logIncarnation: 9,
            isServing: true, digest: 0xABCD, rosterVersion: 2, register: register)
    }

    private static let work: [(name: String, frame: Frame)] = [
        ("requests", .node(.requests(requests))),
        ("answers", .node(.answers(answers))),
        ("roster", .node(.roster(Roster(version: 2, entries: [Sample.entry, revoked])))),
    ]

    private static let revoked = RosterEntry(
        kiosk: Cast.a.kiosk, name: "门-1", tlsKey: .zero, hasStorage: false, isRevoked: true)

    private static let bodies: [RequestBody] = [
        .redeem(Scan(Cast.id(101))), .redeem(Scan(Cast.id(102), kind: .idNumber)),
        .redeem(
            Scan(
                Cast.id(103), direction: .exit, list: 5, ticket: Cast.id(1), ignoresUnpaid: true,
                sealedCode: [7, 8, 9])),
        .importTickets([Sample.ticket]), .createToken(Sample.token), .revokeToken(Cast.id(70)),
        .revoke(Cast.b.kiosk), .admit(Sample.application), .annul(Cast.id(5), reason: "jam"),
        .reprint(Cast.id(5), reason: ""), .grant(Sample.grant), .segmentPage(Sample.page),
        .receipts(Sample.receipts),
    ]

    private static let requests: [Request] = bodies.enumerated().map { number, body in
        Request(id: Cast.id(200 + UInt64(number)), kiosk: Cast.a.kiosk, body: body)
    }

    static let denials: [Denial] = [
        .unknownToken, .tokenUsedUp, .tokenExpired, .badProof, .nameTaken(suggestion: "gate-a-2"),
        .unknownKiosk, .kioskIsHost, .kioskRevoked, .onlyVoter, .rosterFull, .tooManyTokens,
        .tooManyTickets, .otherKey, .unknownRedemption, .alreadyAnnulled, .olderGrant,
        .eventCovered(by: "gala-evening"), .tooManyGrants, .grantChanged, .otherRequest,
    ]

    private static let guarantees: [Guarantee] = [
        .singleCopy, .provisional, .volatile, .replicated(copies: 2),
    ]

    private static let decisions: [Outcome] =
        guarantees.map { decided(.redeemed, $0, first: nil) }
        + Reason.allCases.map { reason in
            let kiosk = reason == .rules ? nil : Cast.a.kiosk
            return decided(.rejected(reason), .singleCopy, first: FirstUse(at: -5, kiosk: kiosk))
        }

    private static let candidates = [
        Candidate(ticket: Cast.id(1), product: "Tageskarte", seat: "4/12", isRedeemed: true),
        Candidate(ticket: Cast.id(2), product: "", seat: "", isRedeemed: false),
    ]

    private static let outcomes: [Outcome] =
        decisions
        + [
            .refused(.invalid, candidates: []),
            .refused(.ambiguous, candidates: candidates),
            .unavailable(.noHost), .unavailable(.staleData), .unavailable(.busy),
            .unavailable(.revokedKiosk),
            .imported(ImportCounts(added: 1, updated: 2, unchanged: 3)), .admitted(Sample.entry),
            .done,
        ] + denials.map { .denied($0) }

    private static func decided(
        _ verdict: Verdict, _ guarantee: Guarantee, first: FirstUse?
    ) -> Outcome {
        .decided(
            DecidedAnswer(
                decision: Sample.decision(verdict),
                record: RecordID(chain: Cast.chain(), sequence: 4, index: 2),
                guarantee: guarantee, product: "Tageskarte", seat: "4/12", first: first))
    }

    private static let answers: [Answer] = outcomes.enumerated().map { number, outcome in
        Answer(request: Cast.id(300 + UInt64(number)), outcome: outcome)
    }

    private static let shells: [(name: String, frame: Frame)] = [
        ("relay", .relay(id: 7, isReply: true, body: Array(#"{"schema":1}"#.utf8))),
        ("join", .join(Cast.id(11), Sample.application)),
        (
            "join-reply-welcome",
            .joinReply(
                .welcome(
                    Welcome(
                        charter: [1, 2], roster: Roster(version: 1, entries: [Sample.entry]),
                        sealedKeys: [3, 4], proof: [5, 6])))
        ),
        ("join-reply-denied", .joinReply(.denied(.tokenExpired))),
        ("join-reply-unavailable", .joinReply(.unavailable("no host"))),
        ("addresses", .addresses(["10.0.0.1:7700", "[fe80::1]:7700"], version: "")),
    ]
}
