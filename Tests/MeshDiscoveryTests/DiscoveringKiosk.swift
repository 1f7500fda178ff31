import Logging
import Testing

@testable import MeshDiscovery

/// One kiosk's discovery, and what it says.
final class DiscoveringKiosk {
    let name: String
    private let events: AsyncStream<DiscoveryEvent>
    private let task: Task<Void, Never>

    init(_ name: String, port: Int, refresh: Duration = ServiceDiscovery.refreshInterval) {
        self.name = name
        let (events, source) = AsyncStream.makeStream(of: DiscoveryEvent.self)
        self.events = events
        let discovery = ServiceDiscovery(
            configuration: DiscoveryConfiguration(
                instanceName: name, port: port, meshHash: "5eed", protocolVersion: 1,
                loopbackOnly: refresh == ServiceDiscovery.refreshInterval),
            refreshInterval: refresh, logger: Logger(label: name) { _ in SwiftLogNoOpLogHandler() }
        ) { source.yield($0) }
        task = Task {
            await discovery.run()
            source.finish()
        }
    }

    deinit { task.cancel() }

    /// Withdraws the announcement; returns when that is done.
    func stop() async {
        task.cancel()
        await task.value
    }

    /// Skips events until one that `isWanted`; the time limit of the test is the patience.
    @discardableResult
    func event(_ isWanted: (DiscoveryEvent) -> Bool) async throws -> DiscoveryEvent {
        for await event in events where isWanted(event) { return event }
        throw Ended()
    }

    /// Waits until a service is found on every one of `ports`.
    @discardableResult
    func found(ports: Set<Int>) async throws -> [DiscoveredService] {
        var services: [DiscoveredService] = []
        _ = try await event { event in
            if case .found(let service) = event, ports.contains(service.port) {
                services.append(service)
            }
            return ports.isSubset(of: services.map(\.port))
        }
        return services
    }

    func unavailable() async throws -> String {
        guard case .unavailable(let reason) = try await event({ $0.isUnavailable }) else {
            throw Ended()
        }
        return reason
    }

    private struct Ended: Error {}
}

extension DiscoveryEvent {
    var isUnavailable: Bool { if case .unavailable = self { true } else { false } }
}
