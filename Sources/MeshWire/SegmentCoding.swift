import MeshModel

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

// What comes from ticket servers, read strictly.

func checkIn(_ pb: PBCheckIn) -> CheckIn {
    CheckIn(list: pb.list, kind: pb.isExit ? .exit : .entry, at: pb.at)
}

func segmentPage(_ pb: PBSegmentPage) throws(WireError) -> SegmentPage {
    SegmentPage(
        progress: try progress(pb.progress),
        definition: pb.hasDefinition ? try definition(pb.definition) : nil,
        tickets: try decode(pb.tickets), sealedToken: [UInt8](pb.sealedToken))
}

private func progress(_ pb: PBSegmentProgress) throws(WireError) -> SegmentProgress {
    guard let raw = UInt8(exactly: pb.step), let step = SegmentStep(rawValue: raw) else {
        throw WireError(.malformed, "step \(pb.step) of a segment is unknown")
    }
    return SegmentProgress(
        segment: try text(pb.segment, TextLimits.name, "segment"),
        event: try text(pb.event, TextLimits.name, "event"), grant: pb.grant, step: step,
        cursor: try text(pb.cursor, TextLimits.cursor, "cursor"), received: pb.received,
        expected: pb.hasExpected ? pb.expected : nil, skipped: pb.skipped, at: pb.at)
}

private func definition(_ pb: PBEventDefinition) throws(WireError) -> EventDefinition {
    for count in [pb.sessions.count, pb.products.count, pb.lists.count, pb.zone.changes.count]
    where count > WireLimits.definitions {
        throw WireError(.overLimit, "an event of \(count) parts")
    }
    guard pb.issuers.count <= WireLimits.issuers else {
        throw WireError(.overLimit, "\(pb.issuers.count) issuers of an event")
    }
    var lists: [CheckInList] = []
    for list in pb.lists { lists.append(try checkInList(list)) }
    var issuers: [Issuer] = []
    for issuer in pb.issuers {
        guard let raw = UInt8(exactly: issuer.scheme), let scheme = Issuer.Scheme(rawValue: raw)
        else { throw WireError(.malformed, "scheme \(issuer.scheme) of codes is unknown") }
        issuers.append(Issuer(scheme: scheme, key: try key32(issuer.key, "issuer key")))
    }
    return EventDefinition(
        slug: try text(pb.slug, TextLimits.name, "event"), name: pb.name, zone: zone(pb.zone),
        span: span(pb.span),
        sessions: pb.sessions.map { Session(id: $0.id, name: $0.name, span: span($0.span)) },
        products: pb.products.map { Product(id: $0.id, name: $0.name) }, lists: lists,
        issuers: issuers, gate: pb.hasGate ? pb.gate : nil)
}

private func checkInList(_ pb: PBCheckInList) throws(WireError) -> CheckInList {
    guard pb.products.count <= WireLimits.definitions else {
        throw WireError(.overLimit, "a list of \(pb.products.count) products")
    }
    let options = ListOptions(rawValue: pb.options)
    guard ListOptions.all.isSuperset(of: options) else {
        throw WireError(.malformed, "options \(pb.options) of a list are unknown")
    }
    return CheckInList(
        id: pb.id, name: pb.name, products: pb.allProducts ? nil : pb.products,
        session: pb.hasSession ? pb.session : nil, options: options,
        rules: try text(pb.rules, TextLimits.rules, "rules"))
}

private func zone(_ pb: PBZoneOffsets) -> ZoneOffsets {
    ZoneOffsets(
        name: pb.name, first: pb.first,
        changes: pb.changes.map { ZoneOffsets.Change(at: $0.at, seconds: $0.seconds) })
}

private func span(_ pb: PBEventSpan) -> EventSpan {
    EventSpan(
        from: pb.hasFrom ? pb.from : nil, until: pb.hasUntil ? pb.until : nil,
        admission: pb.hasAdmission ? pb.admission : nil)
}

func receipts(_ pb: [PBReceipt]) throws(WireError) -> [Receipt] {
    guard pb.count <= WireLimits.records else {
        throw WireError(.overLimit, "\(pb.count) receipts in one record")
    }
    var receipts: [Receipt] = []
    for receipt in pb {
        let result: Receipt.Result
        switch receipt.result {
        case 1: result = .sent
        case 2: result = .alreadyKnown
        case 3: result = .quarantined(try text(receipt.words, TextLimits.words, "words"))
        case 4: result = .retried
        case 5: result = .dismissed
        default: throw WireError(.malformed, "result \(receipt.result) is unknown")
        }
        receipts.append(
            Receipt(
                fact: try key16(receipt.fact, "fact"), result: result, attempt: receipt.attempt))
    }
    return receipts
}

func amendment(_ pb: PBAmendment) throws(WireError) -> Amendment {
    Amendment(
        request: try key16(pb.request, "request"),
        redemption: try key16(pb.redemption, "redemption"),
        reason: try text(pb.reason, TextLimits.words, "reason"),
        kiosk: try kioskID(pb.kiosk, "kiosk"), at: pb.at)
}

func text(_ text: String, _ limit: Int, _ field: String) throws(WireError) -> String {
    guard text.utf8.count <= limit else {
        throw WireError(.overLimit, "\(field) of \(text.utf8.count) bytes")
    }
    return text
}

// MARK: to protobuf

extension PBCheckIn {
    init(_ checkIn: CheckIn) {
        self.init()
        list = checkIn.list
        isExit = checkIn.kind == .exit
        at = checkIn.at
    }
}

extension PBSegmentPage {
    init(_ page: SegmentPage) {
        self.init()
        progress = PBSegmentProgress(page.progress)
        if let definition = page.definition { self.definition = PBEventDefinition(definition) }
        tickets = page.tickets.map { PBTicket($0) }
        sealedToken = Data(page.sealedToken)
    }
}

extension PBSegmentProgress {
    init(_ progress: SegmentProgress) {
        self.init()
        segment = progress.segment
        event = progress.event
        grant = progress.grant
        step = UInt32(progress.step.rawValue)
        cursor = progress.cursor
        received = progress.received
        if let expected = progress.expected { self.expected = expected }
        skipped = progress.skipped
        at = progress.at
    }
}

extension PBEventDefinition {
    init(_ definition: EventDefinition) {
        self.init()
        slug = definition.slug
        name = definition.name
        zone.name = definition.zone.name
        zone.first = definition.zone.first
        zone.changes = definition.zone.changes.map { change in
            var pb = PBZoneChange()
            pb.at = change.at
            pb.seconds = change.seconds
            return pb
        }
        span = PBEventSpan(definition.span)
        sessions = definition.sessions.map { session in
            var pb = PBSession()
            pb.id = session.id
            pb.name = session.name
            pb.span = PBEventSpan(session.span)
            return pb
        }
        products = definition.products.map { product in
            var pb = PBProduct()
            pb.id = product.id
            pb.name = product.name
            return pb
        }
        lists = definition.lists.map { PBCheckInList($0) }
        issuers = definition.issuers.map { issuer in
            var pb = PBIssuer()
            pb.scheme = UInt32(issuer.scheme.rawValue)
            pb.key = Data(issuer.key)
            return pb
        }
        if let gate = definition.gate { self.gate = gate }
    }
}

extension PBEventSpan {
    init(_ span: EventSpan) {
        self.init()
        if let from = span.from { self.from = from }
        if let until = span.until { self.until = until }
        if let admission = span.admission { self.admission = admission }
    }
}

extension PBCheckInList {
    init(_ list: CheckInList) {
        self.init()
        id = list.id
        name = list.name
        allProducts = list.products == nil
        products = list.products ?? []
        if let session = list.session { self.session = session }
        options = list.options.rawValue
        rules = list.rules
    }
}

extension PBReceipt {
    init(_ receipt: Receipt) {
        self.init()
        fact = Data(receipt.fact)
        attempt = receipt.attempt
        switch receipt.result {
        case .sent: result = 1
        case .alreadyKnown: result = 2
        case .quarantined(let words):
            result = 3
            self.words = words
        case .retried: result = 4
        case .dismissed: result = 5
        }
    }
}

extension PBAmendment {
    init(_ amendment: Amendment) {
        self.init()
        request = Data(amendment.request)
        redemption = Data(amendment.redemption)
        reason = amendment.reason
        kiosk = Data(amendment.kiosk.key)
        at = amendment.at
    }
}
