import MeshLedger
import MeshModel

@testable import MeshSync

/// A log that records what is asked, and a segment's work on it.
struct Bench {
    var state = MeshState()
    var sync = SegmentSync()
    var now = Now(tick: Tick(nanoseconds: 1_000_000_000), wall: 1_796_000_000_000)
    /// What was called, records included.
    var calls: [SyncCall] = []
    private var recordCount: UInt64 = 0

    static let chain = ChainID(
        origin: KioskID(Key32(Array(repeating: 1, count: 32)) ?? .zero), incarnation: 1, epoch: 1)

    static func grant(
        _ version: WallTime, events: [String]? = ["gala"], products: [String]? = nil,
        upload: Grant.UploadPolicy = .manual
    ) -> Grant {
        Grant(
            name: "gala", version: version,
            server: Grant.ServerReference(kind: "pretix", address: "x"),
            scope: Grant.Scope(events: events, products: products), upload: upload,
            operatorName: "founder", sealed: [])
    }

    static func event(_ slug: String, gate: UInt64? = nil) -> EventDefinition {
        EventDefinition(
            slug: slug, name: slug, zone: ZoneOffsets(name: "UTC"),
            products: [Product(id: 1, name: "VIP")], gate: gate)
    }

    static func ticket(_ number: UInt64, digest: UInt64 = 1, event: String = "gala") -> Ticket {
        Ticket(
            id: Key16(high: 0, low: number), credentials: [], event: event,
            contentDigest: digest, segment: "gala")
    }

    init(_ grant: Grant) { give(grant) }

    var segment: Segments.Segment {
        state.segments["gala"] ?? state.segments.all[0]
    }

    mutating func give(_ grant: Grant) {
        add(.grant(request: Key16(high: 0, low: 0), SignedGrant(verified: grant, bytes: [])))
    }

    mutating func add(_ record: Record) {
        recordCount += 1
        state.apply(
            BlockBody(
                chain: Self.chain, sequence: recordCount, parent: nil, parentHash: .zero,
                records: [record]))
    }

    mutating func redeem(_ ticket: UInt64) -> RequestID {
        let request = Key16(high: 9, low: recordCount + 1)
        add(
            .decision(
                Decision(
                    request: request, kiosk: Self.chain.origin,
                    ticket: Key16(high: 0, low: ticket), verdict: .redeemed, at: now.wall)))
        return request
    }

    mutating func pass(_ span: Span64) {
        now = Now(
            tick: now.tick + span, wall: now.wall + WallTime(span.nanoseconds / 1_000_000))
    }

    /// Has calls answered until there are no more; nil from `server` breaks off, as a host that
    /// dies.
    mutating func run(_ server: (SyncCall) -> SyncResult?) {
        while let call = sync.next(segment, at: now) {
            calls.append(call)
            precondition(calls.count < 1000, "it goes round in circles")
            if let result = server(call) {
                sync.take(result, segment, at: now)
                continue
            }
            guard case .record(let body) = call else { return }
            let isTaken = record(body)
            sync.take(isTaken ? .recorded : .notRecorded, segment, at: now)
        }
    }

    /// As a host decides it, in short.
    private mutating func record(_ body: RequestBody) -> Bool {
        switch body {
        case .segmentPage(let page):
            guard page.progress.grant == segment.grant.grant.version else { return false }
            add(.page(request: Key16(high: 0, low: 0), page))
        case .receipts(let receipts): add(.receipts(request: Key16(high: 0, low: 0), receipts))
        default: return false
        }
        return true
    }

    /// The steps of the whole and of its events that were recorded, in their order.
    var steps: [String] {
        calls.compactMap { call in
            guard case .record(.segmentPage(let page)) = call else { return nil }
            let event = page.progress.event
            return (event.isEmpty ? "" : event + ":") + page.progress.step.word
        }
    }
}
