import Foundation
import TestHosts

/// Kiosks at one switch.
final class Venue {
    /// How kiosks find each other.
    enum Finding {
        /// By mDNS alone.
        case avahi
        /// By the address of one of them alone.
        case oneAddress
    }

    let kiosks: [Kiosk]
    private let hall: VirtualHost
    private let finding: Finding
    private(set) var token = ""
    private(set) var codes: [String] = []

    /// Machines without daemons.
    init(_ names: [String], finding: Finding = .oneAddress) throws {
        self.finding = finding
        hall = try VirtualHost(hostName: "hall")
        for bridge in ["br0", "br1"] {
            try hall.inside("ip", "link", "add", bridge, "type", "bridge")
            try hall.inside("ip", "link", "set", bridge, "up")
        }
        kiosks = try names.enumerated().map { index, name in
            try Kiosk(name, address: "10.77.0.\(index + 1)")
        }
        for kiosk in kiosks {
            try hall.inside(
                "ip", "link", "add", kiosk.name, "type", "veth", "peer", "name", "eth0", "netns",
                kiosk.host.name)
            try hall.inside("ip", "link", "set", kiosk.name, "master", "br0", "up")
            try kiosk.host.address("\(kiosk.address)/24", on: "eth0")
            guard finding == .avahi else { continue }
            try kiosk.host.startBus()
            try kiosk.host.startAvahi()
        }
    }

    /// A healthy mesh of these kiosks, with tickets of one entry each.
    static func running(
        _ names: String..., tickets: Int = 0, finding: Finding = .oneAddress
    ) throws -> Venue {
        let venue = try Venue(names, finding: finding)
        try venue.found()
        for kiosk in venue.kiosks.dropFirst() { try venue.join(kiosk) }
        try venue.waitUntilHealthy()
        if tickets > 0 { try venue.importTickets(tickets) }
        return venue
    }

    subscript(_ name: String) -> Kiosk {
        guard let kiosk = kiosks.first(where: { $0.name == name }) else {
            preconditionFailure("no kiosk \(name)")
        }
        return kiosk
    }

    /// The first kiosk founds the mesh and runs.
    func found() throws {
        let first = kiosks[0]
        let founded: Founded = try first.json(
            "init", "--venue", "hall", "--name", first.name, "--storage", "yes")
        token = founded.token
        try run(first)
    }

    /// A kiosk with an empty state directory is switched on.
    func join(_ kiosk: Kiosk, storage: Bool = true, token: String? = nil) throws {
        try run(
            kiosk, "--name", kiosk.name, "--storage", storage ? "yes" : "no",
            token: token ?? self.token)
    }

    /// A terminal that carries bundles is admitted.
    func join(terminal kiosk: Kiosk) throws {
        let prepared = try kiosk.run("join", token, "--name", kiosk.name, "--terminal")
        guard prepared.code == 0 else { throw Unexpected("join: \(prepared)") }
        try run(kiosk)
    }

    private func run(_ kiosk: Kiosk, _ options: String..., token: String? = nil) throws {
        switch finding {
        case .avahi:
            try kiosk.start(options + ["--discovery", "mdns"], token: token)
        case .oneAddress:
            let peer = kiosk === kiosks[0] ? kiosks[kiosks.count - 1] : kiosks[0]
            let address = "\(kiosk.address):\(Kiosk.port)"
            try kiosk.start(
                options + [
                    "--listen", address, "--discovery", "static", "--peer",
                    "\(peer.address):\(Kiosk.port)",
                ], token: token)
        }
    }

    func importTickets(_ count: Int) throws {
        codes = (1...count).map { "ticket-\($0)" }
        let file = kiosks[0].host.folder + "/tickets.csv"
        try ("serial\n" + codes.joined(separator: "\n") + "\n")
            .write(toFile: file, atomically: true, encoding: .utf8)
        let result = try kiosks[0].run("tickets", "import", file)
        guard result.code == 0 else { throw Unexpected("import: \(result)") }
    }

    // MARK: the network

    /// Moves kiosks to a switch of their own. Cables stay plugged in: nothing tells a kiosk.
    func separate(_ kiosks: Kiosk...) throws {
        for kiosk in kiosks { try hall.inside("ip", "link", "set", kiosk.name, "master", "br1") }
    }

    /// All kiosks at one switch again.
    func heal() throws {
        for kiosk in kiosks { try hall.inside("ip", "link", "set", kiosk.name, "master", "br0") }
    }

    /// A machine at the same switch that is no kiosk, at 10.77.0.200.
    func outside() throws -> VirtualHost {
        let machine = try VirtualHost(hostName: "server")
        try hall.inside(
            "ip", "link", "add", "server", "type", "veth", "peer", "name", "eth0", "netns",
            machine.name)
        try hall.inside("ip", "link", "set", "server", "master", "br0", "up")
        try machine.address("10.77.0.200/24", on: "eth0")
        return machine
    }

    // MARK: how it is

    /// The kiosk that `observer` takes for the host.
    func host(seenBy observer: Kiosk) throws -> Kiosk {
        guard let name = try observer.status().host?.name else { throw Unexpected("no host") }
        return self[name]
    }

    /// Waits until every kiosk reports the whole mesh healthy, with as many voters as it can have.
    func waitUntilHealthy(within seconds: Double = 20) throws {
        for kiosk in kiosks {
            try eventually("\(kiosk.name) healthy", within: seconds, or: { tails }) {
                let status = try kiosk.status()
                let stores = status.kiosks.count { $0.storage && $0.state != "revoked" }
                return status.health == "healthy" && status.kiosks.count >= kiosks.count
                    && status.register.inSync.count == stores
                    && status.register.voters.count >= min(7, (kiosks.count - 1) | 1)
            }
        }
    }

    /// Waits for another host than `old` that redeems.
    func waitForHost(otherThan old: Kiosk, at kiosk: Kiosk) throws {
        try eventually("another host than \(old.name)", or: { tails }) {
            try host(seenBy: kiosk) !== old
        }
        try kiosk.waitFor("redeeming")
    }

    var tails: String { kiosks.map(\.tail).joined(separator: "\n") }
}
