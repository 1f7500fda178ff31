import Foundation
import MeshModel
import TicketServers

extension EventDefinition {
    /// The event as the mesh records it.
    init(_ event: ServerEvent) {
        let span = EventSpan(from: event.from, until: event.until, admission: event.admission)
        self.init(
            slug: event.slug, name: event.name,
            zone: ZoneOffsets(cutting: event.timeZone, around: event.from), span: span,
            sessions: event.sessions.map { session in
                Session(
                    id: session.id, name: session.name,
                    span: EventSpan(
                        from: session.from, until: session.until, admission: session.admission))
            },
            products: event.products.map { Product(id: $0.id, name: $0.name) },
            lists: event.lists.map { CheckInList($0) },
            issuers: event.issuers.compactMap { Issuer($0) }, gate: event.gate)
    }
}

extension CheckInList {
    init(_ list: ServerCheckInList) {
        var options: ListOptions = []
        if list.includesPending { options.insert(.includesPending) }
        if list.allowsMultipleEntries { options.insert(.multipleEntries) }
        if list.allowsEntryAfterExit { options.insert(.reentry) }
        if list.matchesAddOns { options.insert(.addOns) }
        self.init(
            id: list.id, name: list.name, products: list.products, session: list.session,
            options: options, rules: list.rules == "{}" ? "" : list.rules)
    }
}

extension Issuer {
    init?(_ issuer: CodeIssuer) {
        guard let key = Key32(issuer.publicKey) else { return nil }
        let scheme: Scheme =
            switch issuer.scheme {
            case .pretixSig1: .pretixSig1
            case .sealedTicket: .sealedTicket
            }
        self.init(scheme: scheme, key: key)
    }
}

extension ZoneOffsets {
    /// Years before and after the event that rules may look at.
    private static let years = 4.0
    private static let secondsPerYear = 365.25 * 86_400

    /// Cuts the zone out of the system's database. A name that it does not know is read as UTC.
    init(cutting name: String, around moment: WallTime?) {
        guard let zone = TimeZone(identifier: name) else {
            self.init(name: name)
            return
        }
        let middle = moment.map { Date(timeIntervalSince1970: Double($0) / 1000) } ?? Date()
        let start = middle.addingTimeInterval(-Self.years * Self.secondsPerYear)
        let end = middle.addingTimeInterval(Self.years * Self.secondsPerYear)
        var changes: [Change] = []
        var cursor = start
        // Two changes a year, a few more in some; the bound is for a database gone wrong.
        while changes.count < 64, let next = zone.nextDaylightSavingTimeTransition(after: cursor),
            next < end, next > cursor
        {
            changes.append(
                Change(
                    at: WallTime((next.timeIntervalSince1970 * 1000).rounded()),
                    seconds: Int32(zone.secondsFromGMT(for: next))))
            cursor = next
        }
        self.init(name: name, first: Int32(zone.secondsFromGMT(for: start)), changes: changes)
    }
}
