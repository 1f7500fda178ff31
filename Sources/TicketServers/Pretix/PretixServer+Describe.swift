import TicketCodes

extension PretixServer {
    /// Most events that are described: a grant for more is a mistake.
    static let maximumEvents = 50

    /// Five to seven calls an event, one after the other.
    package func describe() async throws(ServerError) -> ServerDescription {
        let gate = try await gate()
        var events: [ServerEvent] = []
        for slug in try await eventNames() {
            events.append(try await event(slug, gate: gate))
        }
        // Last: to a wrong token it says 403, where all else says 401.
        let version: PretixVersion = try await get(
            ServerPath(["api", "v1", "version"], endsWithSlash: false))
        return ServerDescription(
            software: ServerWords.plain("pretix \(version.pretix)"), events: events)
    }

    private func gate() async throws(ServerError) -> UInt64? {
        guard configuration.access.kind == .device else { return nil }
        let info: PretixDeviceInfo = try await get(
            ServerPath(["api", "v1", "device", "info"], endsWithSlash: false))
        return info.device.gate?.id
    }

    private func eventNames() async throws(ServerError) -> [String] {
        let names: [String]
        if let events = configuration.events {
            names = events
        } else {
            names = try await all(path("events"), of: PretixEventName.self).map(\.slug)
        }
        guard names.count <= Self.maximumEvents else {
            throw ServerError(
                .unsupported, "The grant covers \(names.count) events.",
                hint: "Name at most \(Self.maximumEvents) events in the grant")
        }
        return names
    }

    private func event(_ slug: String, gate: UInt64?) async throws(ServerError) -> ServerEvent {
        let detail: PretixEvent
        do {
            detail = try await get(path("events", slug))
        } catch {
            // pretix answers 403 for an event that does not exist.
            var named = error
            named.message = "Event \(ServerWords.plain(slug)): \(error.message)"
            throw named
        }
        let language = configuration.language
        let subevents: [PretixSubevent] =
            detail.hasSubevents ? try await all(path("events", slug, "subevents")) : []
        let items: [PretixItem] = try await all(path("events", slug, "items"))
        let lists: [PretixCheckInList] = try await all(path("events", slug, "checkinlists"))
        return ServerEvent(
            slug: detail.slug, name: detail.name.text(in: language), timeZone: detail.timezone,
            from: detail.dateFrom?.milliseconds, until: detail.dateTo?.milliseconds,
            admission: detail.dateAdmission?.milliseconds,
            sessions: subevents.map { $0.session(language) },
            products: items.map { $0.product(language) }, lists: lists.map(list),
            issuers: try issuers(of: detail), gate: gate)
    }

    private func list(_ list: PretixCheckInList) -> ServerCheckInList {
        ServerCheckInList(
            id: list.id, name: list.name,
            products: list.allProducts ? nil : list.limitProducts, session: list.subevent,
            includesPending: list.includePending,
            allowsMultipleEntries: list.allowMultipleEntries,
            allowsEntryAfterExit: list.allowEntryAfterExit,
            matchesAddOns: list.addonMatch ?? false, rules: list.rules?.text ?? "{}")
    }

    private func issuers(of event: PretixEvent) throws(ServerError) -> [CodeIssuer] {
        let scheme = CodeIssuer.Scheme.pretixSig1
        var issuers: [CodeIssuer] = []
        for text in event.validKeys?[scheme.rawValue] ?? [] {
            guard let key = PretixSignedCode.publicKey(fromAPI: text) else {
                throw ServerError(
                    .badAnswer, "Event \(ServerWords.plain(event.slug)) has an unreadable key.",
                    hint: "Check the version of pretix (2026.8 is known)")
            }
            issuers.append(CodeIssuer(scheme: scheme, publicKey: key))
        }
        return issuers
    }
}

extension PretixSubevent {
    fileprivate func session(_ language: String) -> ServerSession {
        ServerSession(
            id: id, name: name.text(in: language), from: dateFrom?.milliseconds,
            until: dateTo?.milliseconds, admission: dateAdmission?.milliseconds)
    }
}

extension PretixItem {
    fileprivate func product(_ language: String) -> ServerProduct {
        ServerProduct(
            id: id, name: name.text(in: language),
            variations: (variations ?? []).map {
                ServerProduct.Variation(id: $0.id, name: $0.value.text(in: language))
            })
    }
}
