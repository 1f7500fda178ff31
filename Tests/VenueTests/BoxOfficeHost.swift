import Foundation
import TestHosts

/// A box office on a machine of its own, behind an uplink that a firewall can cut.
final class BoxOfficeHost {
    static let port = 8_090

    let machine: VirtualHost
    let token: String
    private let data: String
    private var server: Program?

    /// Serves `tickets` tickets of the event gala, with the serials ticket-1, ticket-2 and so on.
    init(at venue: Venue, tickets: Int) throws {
        machine = try venue.outside()
        data = machine.folder + "/office"
        let file = machine.folder + "/tickets.csv"
        let rows = (1...tickets).map { "ticket-\($0),gala,Standard" }
        try ("serial,event,product\n" + rows.joined(separator: "\n") + "\n")
            .write(toFile: file, atomically: true, encoding: .utf8)
        let server = try Program(
            machine.prefix + [
                Kiosk.program ?? "", "box-office", "serve", "--data", data, "--listen",
                "10.77.0.200:\(Self.port)", "--tickets", file,
            ])
        try server.wait(for: "serves on")
        self.server = server
        let told = try Program(
            [Kiosk.program ?? "", "box-office", "token", "--data", data], output: .apart)
        token = told.result().output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// A grant's file for it.
    func grant(_ name: String, _ more: String = "", upload: String = "manual") throws -> String {
        let file = machine.folder + "/\(name).yaml"
        let text = """
            name: \(name)
            server: { kind: box-office, url: "http://10.77.0.200:\(Self.port)", token: "\(token)" }
            segment: { events: [gala]\(more) }
            upload: \(upload)

            """
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        return file
    }

    /// Sells a ticket, whose encrypted code this is.
    func sell(for kiosk: Kiosk) throws -> String {
        let program = try Program(
            [
                Kiosk.program ?? "", "box-office", "issue", "--data", data, "--event", "gala",
                "--product", "Standard", "--state", kiosk.state,
            ], output: .apart)
        let lines = program.result().output.split(separator: "\n")
        guard let code = lines.last, code.hasPrefix("KMQ1.") else {
            throw Unexpected("no code: \(lines)")
        }
        return String(code)
    }

    /// Drops whatever comes in.
    func cut() throws { try machine.inside("iptables", "-A", "INPUT", "-p", "tcp", "-j", "DROP") }

    /// The same, but for one address.
    func cut(butFor address: String) throws {
        try machine.inside("iptables", "-A", "INPUT", "-s", address, "-j", "ACCEPT")
        try cut()
    }

    func heal() throws { try machine.inside("iptables", "-F") }

    func report() throws -> Report {
        let program = try Program(
            [Kiosk.program ?? "", "box-office", "report", "--data", data, "--json"],
            output: .apart)
        return try JSONDecoder().decode(Report.self, from: Data(program.result().output.utf8))
    }

    struct Report: Decodable {
        struct Facts: Decodable {
            let redeemed: Int
            let rejected: Int
            let annulled: Int
            let unknown: Int
        }
        struct Event: Decodable {
            let event: String
            let facts: Facts
            let standing: Int
            let doubles: Int
        }

        let balanced: Bool
        let events: [Event]
    }
}

/// The last line of `sync upload --wait --json` and `sync download --wait --json`.
struct SyncBalance: Decodable {
    let segment: String
    let step: String?
    let received: Int?
    let sent: Int?
    let alreadyKnown: Int?
    let quarantined: Int?
    let left: Int?
}
