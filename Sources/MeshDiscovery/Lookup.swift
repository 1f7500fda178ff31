/// Finds out host, port and addresses of one sighting: first the service, then its host's A and
/// AAAA records side by side. Avahi does not say when it has given all addresses, so a lookup
/// ends a moment after the last one.
final class Lookup {
    /// Most time for one: Avahi itself gives up resolving after 5 s.
    private static let patience = Duration.seconds(6)
    /// Pause after an address when both kinds were seen: the rest comes in the same breath.
    private static let shortPause = Duration.milliseconds(30)
    /// Pause after an address when the other kind may still come, or does not exist.
    private static let longPause = Duration.milliseconds(150)

    enum Outcome {
        case pending
        case found(DiscoveredService)
        case failed
    }

    let key: SightingKey
    private(set) var requests: [ServiceRequest] = []
    private(set) var deadline: ContinuousClock.Instant
    private var host: (name: String, port: Int, text: TextRecord)?
    private var addresses: Set<NetworkAddress> = []
    private var hasFailed = false

    init(_ key: SightingKey, at now: ContinuousClock.Instant) {
        self.key = key
        deadline = now + Self.patience
        start {
            () throws(ServiceRequest.Failure) in
            try .resolving(name: key.name, interfaceIndex: key.interfaceIndex)
        }
    }

    func take(_ answer: ServiceRequest.Answer, at now: ContinuousClock.Instant) {
        switch answer {
        case .resolved(let hostName, let port, let text):
            guard host == nil, port > 0 else { return }
            host = (hostName, port, TextRecord(decoding: text))
            for version6 in [false, true] {
                start {
                    () throws(ServiceRequest.Failure) in
                    try .addresses(
                        ofHost: hostName, version6: version6,
                        interfaceIndex: key.interfaceIndex)
                }
            }
        case .address(let isThere, let bytes, let interfaceIndex):
            guard let address = NetworkAddress(bytes: bytes, interfaceIndex: interfaceIndex)
            else { return }
            if !isThere {
                addresses.remove(address)
            } else if addresses.count < DiscoveredService.maximumAddresses {
                addresses.insert(address)
            }
            let hasBoth = Set(addresses.map(\.bytes.count)).count == 2
            deadline = now + (hasBoth ? Self.shortPause : Self.longPause)
        case .failed:
            hasFailed = true
        case .registered, .browsed:
            break
        }
    }

    func outcome(at now: ContinuousClock.Instant) -> Outcome {
        if hasFailed { return .failed }
        guard now >= deadline else { return .pending }
        guard let host, !addresses.isEmpty else { return .failed }
        return .found(
            DiscoveredService(
                instanceName: key.name, hostName: host.name, port: host.port,
                addresses: addresses.sorted().map(\.text), interfaceIndex: key.interfaceIndex,
                version: host.text.version, meshHash: host.text.meshHash))
    }

    func close() {
        for request in requests { request.close() }
        requests = []
    }

    private func start(_ make: () throws(ServiceRequest.Failure) -> ServiceRequest) {
        do throws(ServiceRequest.Failure) {
            requests.append(try make())
        } catch {
            hasFailed = true
        }
    }
}
