import Foundation
import TestHosts
import Testing

/// Three kiosks on the loopback interface and a real pretix, which `Scripts/pretix-server` started
/// and described in the file that KIOSKMESH_PRETIX names.
@Suite(
    "A day with pretix", .serialized, .ownThread,
    .enabled(
        if: ProcessInfo.processInfo.environment["KIOSKMESH_PRETIX"] != nil,
        "needs a pretix: Scripts/test --all starts one"),
    .enabled(if: Kiosk.program != nil, "needs the kioskmesh binary beside the tests"))
struct PretixDayTests {
    @Test("every answer as pretix gives it; then uploaded through two deaths of the host")
    func day() throws {
        let pretix = try Pretix()
        let mesh = try LoopbackMesh()
        try mesh.addGrant(pretix, events: ["gala", "signed", "series"])
        let here: SyncBalance = try mesh.json("b", "sync", "download", "--wait")
        #expect(here.step == "ready")
        try compare(mesh, pretix)
        try redeemAndUpload(mesh, pretix)
        // Changes come round after round, also after one that the upload itself made.
        for _ in 0..<3 {
            let sold = try pretix.sell(event: "gala")
            let _: SyncBalance = try mesh.json("c", "sync", "download", "--wait")
            let list = pretix.facts.events["gala"]?.lists["main"] ?? 0
            #expect(try mesh.redeem(sold, list: list) == "ok")
        }
    }

    /// The first scan of a ticket on a list: pretix is asked without effect, then the mesh decides.
    private func compare(_ mesh: LoopbackMesh, _ pretix: Pretix) throws {
        var table: [String] = []
        for (slug, event) in pretix.facts.events.sorted(by: { $0.key < $1.key }) {
            for (name, list) in event.lists.sorted(by: { $0.key < $1.key }) {
                // The first tickets, and the last: unpaid, and with a question.
                let first = event.tickets.prefix(4)
                for ticket in first + event.tickets.dropFirst(first.count).suffix(2) {
                    let theirs = try pretix.simulate(ticket.secret, list: list)
                    let ours = try mesh.redeem(ticket.secret, list: list)
                    table.append("\(slug) \(name) \(ticket.id): \(theirs), \(ours)")
                    #expect(ours == theirs, "\(slug), list \(name), ticket \(ticket.id)")
                }
            }
        }
        let kinds = Set(table.compactMap { $0.split(separator: " ").last })
        #expect(kinds.count >= 5, "too few kinds of answers: \(kinds.sorted())")
        print("compared with pretix: \(table.count) scans, \(kinds.sorted())")
    }

    private func redeemAndUpload(_ mesh: LoopbackMesh, _ pretix: Pretix) throws {
        let gala = try #require(pretix.facts.events["gala"])
        let list = try #require(gala.lists["main"])
        // None that the comparison scanned.
        let codes = gala.tickets.map(\.secret).dropFirst(4).dropLast(2).prefix(40)
        let answers = try mesh.batch(Array(codes), list: list)
        for _ in 0..<2 {
            #expect(try mesh.run("a", "sync", "upload").code == 0)
            try mesh.killHost()
        }
        let balance: SyncBalance = try mesh.json("a", "sync", "upload", "--wait")
        #expect(balance.left == 0)
        let log: [LoggedTime] = try lines(try mesh.run("a", "log", "--json").output)
        let timeOf = Dictionary(
            log.map { ($0.record, $0.at) }, uniquingKeysWith: { first, _ in first })
        let theirs = try pretix.checkIns(event: "gala", list: list)
        #expect(answers.count >= 30)
        for ticket in gala.tickets {
            guard let record = answers[ticket.secret] else { continue }
            let times = theirs.filter { $0.position == ticket.id }.map(\.datetime)
            #expect(times.map(toMilliseconds) == [toMilliseconds(timeOf[record] ?? "?")])
        }
    }
}

/// A time in UTC without its zone, with three digits of a second's fraction: a full second has none
/// in pretix.
private func toMilliseconds(_ time: String) -> String {
    let seconds = time.prefix(19)
    let fraction = time.dropFirst(19).drop { $0 == "." }.prefix { $0.isNumber }.prefix(3)
    return seconds + "." + fraction + String(repeating: "0", count: 3 - fraction.count)
}

struct LoggedTime: Decodable {
    let record: String
    let at: String
}

/// Three kiosks of one mesh on the loopback interface.
final class LoopbackMesh {
    private let folder: String
    private var daemons: [String: Program] = [:]
    private static let ports = ["a": 17_401, "b": 17_402, "c": 17_403]

    init() throws {
        folder =
            FileManager.default.temporaryDirectory.path
            + "/kioskmesh-pretix-day-\(ProcessInfo.processInfo.processIdentifier)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let founded = try run(
            "a", "init", "--venue", "hall", "--name", "a", "--storage", "yes", "--json")
        let token = try JSONDecoder().decode(Founded.self, from: Data(founded.output.utf8)).token
        for name in ["b", "c"] {
            let joined = try run(name, "join", token, "--name", name, "--storage", "yes")
            guard joined.code == 0 else { throw Unexpected("join: \(joined)") }
        }
        for name in ["a", "b", "c"] { try start(name) }
        for name in ["a", "b", "c"] { try wait(name) }
    }

    deinit {
        daemons.removeAll()
        try? FileManager.default.removeItem(atPath: folder)
    }

    private func start(_ name: String) throws {
        let peers = Self.ports.sorted { $0.key < $1.key }
            .flatMap { ["--peer", "127.0.0.1:\($0.value)"] }
        daemons[name] = try Program(
            [
                Kiosk.program ?? "", "run", "--state", "\(folder)/\(name)", "--listen",
                "127.0.0.1:\(Self.ports[name] ?? 0)", "--discovery", "static",
            ] + peers, output: .file("\(folder)/\(name).log"))
    }

    private func wait(_ name: String) throws {
        for goal in ["joined", "synced"] {
            let result = try run(name, "wait", "--for", goal, "--timeout", "30s")
            guard result.code == 0 else { throw Unexpected("\(name): \(result)") }
        }
    }

    func run(_ name: String, _ arguments: String...) throws -> Program.Result {
        try Program(
            [Kiosk.program ?? ""] + arguments + ["--state", "\(folder)/\(name)"],
            output: .apart
        ).result()
    }

    func json<Report: Decodable>(_ name: String, _ arguments: String...) throws -> Report {
        let program = try Program(
            ["timeout", "120", Kiosk.program ?? ""] + arguments
                + ["--json", "--state", "\(folder)/\(name)"], output: .apart)
        let result = program.result()
        do {
            return try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
        } catch {
            throw Unexpected("\(arguments): \(result.output)\(result.errors)")
        }
    }

    func addGrant(_ pretix: Pretix, events: [String]) throws {
        let file = "\(folder)/grant.yaml"
        let token = try #require(pretix.facts.devices.first?.token)
        try """
        name: day
        server:
          kind: pretix
          url: "\(pretix.facts.url)"
          organizer: \(pretix.facts.organizer)
          token: "\(token)"
        segment: { events: [\(events.joined(separator: ", "))] }

        """.write(toFile: file, atomically: true, encoding: .utf8)
        let result = try run("a", "grant", "add", file, "--yes")
        guard result.code == 0 else { throw Unexpected("grant: \(result)") }
    }

    /// `ok` or the reason.
    func redeem(_ code: String, list: UInt64) throws -> String {
        let program = try Program(
            [
                Kiosk.program ?? "", "redeem", "--list", "\(list)", "--json", "--state",
                "\(folder)/b", "--", code,
            ], output: .apart)
        let output = program.result().output
        let answer = try JSONDecoder().decode(Answer.self, from: Data(output.utf8))
        return answer.status == "ok" ? "ok" : answer.reason ?? "?"
    }

    /// Redeems codes at all kiosks; the record of each that passed.
    func batch(_ codes: [String], list: UInt64) throws -> [String: String] {
        let (file, answers) = ("\(folder)/codes", "\(folder)/answers")
        try codes.joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
        let program = try Program(
            [
                Kiosk.program ?? "", "redeem", "--batch", file, "--list", "\(list)", "--clients",
                "6", "--answers", answers, "--json",
            ] + ["a", "b", "c"].flatMap { ["--state", "\(folder)/\($0)"] }, output: .apart)
        #expect(program.result().code == 0)
        let given: [BatchLine] = try lines(try String(contentsOfFile: answers, encoding: .utf8))
        var records: [String: String] = [:]
        for line in given where line.status == "ok" { records[codes[line.line - 1]] = line.record }
        return records
    }

    /// The host loses power, another takes over, and it comes back.
    func killHost() throws {
        let status: Status = try json("b", "status")
        let host = try #require(status.host?.name)
        daemons[host] = nil
        let other = host == "a" ? "b" : "a"
        let waited = try run(other, "wait", "--for", "redeeming", "--timeout", "20s")
        #expect(waited.code == 0, "\(waited)")
        try start(host)
        try wait(host)
    }
}
