import TestHosts
import Testing

@testable import MeshDiscovery

/// On the real avahi-daemon, in network namespaces.
@Suite(
    "Discovery through Avahi", .serialized, .timeLimit(.minutes(1)),
    .enabled(
        if: VirtualHost.discoveryObstacle == nil,
        Comment(rawValue: VirtualHost.discoveryObstacle ?? "possible")))
struct AvahiTests {
    private let host: VirtualHost

    init() throws {
        host = try VirtualHost(hostName: "machine", busPath: VirtualHost.ownBus)
        try host.startBus()
        try host.startAvahi()
    }

    @Test("three kiosks on one machine find each other over the loopback interface")
    func loopback() async throws {
        let kiosks = [7_001, 7_002, 7_003].map { DiscoveringKiosk("gate-\($0)", port: $0) }
        for kiosk in kiosks {
            let services = try await kiosk.found(ports: [7_001, 7_002, 7_003])
            for service in services {
                #expect(service.instanceName == "gate-\(service.port)")
                #expect(service.hostName == "machine.local.")
                #expect(service.addresses.first == "127.0.0.1")
                #expect(service.interfaceIndex == 1)
                #expect(service.version == 1 && service.meshHash == "5eed")
            }
        }
        await kiosks[2].stop()
        for kiosk in kiosks.prefix(2) {
            try await kiosk.event { $0 == .lost(instanceName: "gate-7003") }
        }
    }

    @Test("two kiosks of one name are both found, one of them renamed")
    func collision() async throws {
        let first = DiscoveringKiosk("gate", port: 7_001)
        try await first.event { $0 == .available }
        let second = DiscoveringKiosk("gate", port: 7_002)
        for kiosk in [first, second] {
            let names = try await kiosk.found(ports: [7_001, 7_002]).map(\.instanceName)
            #expect(Set(names).count == 2 && names.contains("gate"))
        }
    }

    @Test("Avahi killed and started again: one event each, and everybody is found again")
    func avahiRestarts() async throws {
        let first = DiscoveringKiosk("gate-a", port: 7_001)
        let second = DiscoveringKiosk("gate-b", port: 7_002)
        try await first.found(ports: [7_002])
        host.stopAvahi()
        let reason = try await first.unavailable()
        #expect(reason.contains("avahi-daemon"))
        try host.startAvahi()
        let next = try await first.event { $0.isUnavailable || $0 == .available }
        #expect(next == .available)
        // Announced anew by both, or the third would not see them.
        try await second.event { $0 == .available }
        let third = DiscoveringKiosk("gate-c", port: 7_003)
        try await third.found(ports: [7_001, 7_002])
        try await first.found(ports: [7_003])
    }

    @Test("Avahi killed in the middle of many lookups harms nothing")
    func avahiDiesDuringLookups() async throws {
        // As soon as the first answers come in, the others' lookups are under way.
        let kiosks = (0..<8).map { DiscoveringKiosk("gate-\($0)", port: 7_100 + $0) }
        for round in 0..<3 {
            try await kiosks[round].event { if case .found = $0 { true } else { false } }
            host.stopAvahi()
            try host.startAvahi()
        }
        for kiosk in kiosks { try await kiosk.event { $0 == .available } }
        let last = DiscoveringKiosk("gate-last", port: 7_200)
        try await last.found(ports: Set(7_100..<7_108))
    }

    @Test("without D-Bus it says so, and begins when D-Bus comes")
    func busComesLate() async throws {
        host.stopAvahi()
        host.stopBus()
        let kiosk = DiscoveringKiosk("gate-a", port: 7_001)
        #expect(try await kiosk.unavailable().contains("D-Bus"))
        try host.startBus()
        try host.startAvahi()
        try await kiosk.event { $0 == .available }
        try await kiosk.found(ports: [7_001])
        host.stopBus()
        #expect(try await kiosk.unavailable().contains("D-Bus"))
        await kiosk.stop()
    }

    @Test("a kiosk on another machine, with every address, also those it gets later")
    func anotherMachine() async throws {
        let other = try VirtualHost(hostName: "elsewhere")
        try VirtualHost.connect(host, "10.77.0.1/24", other, "10.77.0.2/24")
        try other.startBus()
        try other.startAvahi()
        let kiosk = DiscoveringKiosk("gate-a", port: 7_001, refresh: .milliseconds(200))
        let theirs = try other.publish("gate-b", "_kioskmesh._tcp", "7002", "v=3", "m=beef")
        let service = try #require(try await kiosk.found(ports: [7_002]).last)
        #expect(service.hostName == "elsewhere.local.")
        #expect(service.version == 3 && service.meshHash == "beef")
        #expect(service.addresses.first == "10.77.0.2")
        #expect(service.addresses.last?.hasPrefix("fe80::") == true)
        #expect(service.addresses.last?.contains("%") == true)
        try other.inside("ip", "address", "add", "10.77.0.9/24", "dev", "eth0")
        try await kiosk.event { event in
            guard case .found(let service) = event, service.port == 7_002 else { return false }
            return service.addresses.prefix(2) == ["10.77.0.2", "10.77.0.9"]
        }
        theirs.end()
        try await kiosk.event { $0 == .lost(instanceName: "gate-b") }
    }

    @Test("another program's odd announcement is passed on as far as it can be understood")
    func oddAnnouncement() async throws {
        let kiosk = DiscoveringKiosk("gate-a", port: 7_001)
        let odd = try host.publish(
            "Zähler „3“ \\ . %s", "_kioskmesh._tcp", "9", "v=twelve", "novalue", "M=AA", "m=b=c")
        defer { odd.end() }
        let service = try #require(try await kiosk.found(ports: [9]).last)
        #expect(service.instanceName == "Zähler „3“ \\ . %s")
        #expect(service.version == nil)
        #expect(service.meshHash == "b=c" || service.meshHash == "AA")
    }
}
