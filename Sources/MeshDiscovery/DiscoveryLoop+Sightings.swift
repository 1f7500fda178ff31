import Logging

extension DiscoveryLoop {
    func appeared(_ key: SightingKey) {
        if sightings[key] == nil {
            guard sightings.count < Self.maximumSightings else {
                logger.warning("too many kiosks in mDNS: one is ignored")
                return
            }
            sightings[key] = Sighting(nextLookup: clock.now)
        }
        sightings[key]!.count += 1
        // Seen again after a restart of Avahi: its address may be another.
        if sightings[key]!.count == 1 { sightings[key]!.nextLookup = clock.now }
    }

    func disappeared(_ key: SightingKey) {
        guard let sighting = sightings[key] else { return }
        sightings[key]!.count -= 1
        if sighting.count <= 1 { forget(key) }
    }

    /// What Avahi knew is void, what we know is not: kiosks do not go because it does.
    func browsingStopped() {
        for lookup in lookups { lookup.close() }
        lookups = []
        graceEnds = nil
        for key in sightings.keys { sightings[key]!.count = 0 }
    }

    func forgetStale() {
        guard let ends = graceEnds, ends <= clock.now else { return }
        graceEnds = nil
        for key in sightings.keys.sorted() where sightings[key]!.count == 0 { forget(key) }
    }

    private func forget(_ key: SightingKey) {
        guard let sighting = sightings.removeValue(forKey: key) else { return }
        for lookup in lookups where lookup.key == key { lookup.close() }
        lookups.removeAll { $0.key == key }
        let isElsewhere = sightings.contains {
            $0.key.name == key.name && $0.value.service != nil
        }
        if sighting.service != nil, !isElsewhere { handler(.lost(instanceName: key.name)) }
    }

    func startLookups() {
        guard browsing.isConfirmed, lookups.count < Self.maximumLookups else { return }
        let running = Set(lookups.map(\.key))
        let due = sightings.filter { $0.value.nextLookup <= clock.now }
            .filter { !running.contains($0.key) }
            .sorted { ($0.value.nextLookup, $0.key) < ($1.value.nextLookup, $1.key) }
        for (key, _) in due.prefix(Self.maximumLookups - lookups.count) {
            lookups.append(Lookup(key, at: clock.now))
        }
    }

    func finishLookups() {
        let now = clock.now
        for lookup in lookups {
            switch lookup.outcome(at: now) {
            case .pending:
                continue
            case .found(let service):
                sightings[lookup.key]?.lookupSucceeded(nextAt: now + refreshInterval)
                if let known = sightings[lookup.key], known.service != service {
                    sightings[lookup.key]!.service = service
                    handler(.found(service))
                }
            case .failed:
                sightings[lookup.key]?.lookupFailed(at: now)
            }
            lookup.close()
        }
        // A lookup that is over has closed its requests.
        lookups.removeAll { $0.requests.isEmpty }
    }
}
