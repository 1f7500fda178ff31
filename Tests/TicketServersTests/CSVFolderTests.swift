import Foundation
import Testing
import TicketServers

@Suite struct CSVFolderTests {
    /// A folder of a test's own, gone with it.
    private final class Stick: Sendable {
        let path = NSTemporaryDirectory() + "/stick-\(UUID().uuidString)"

        init(_ files: [String: String] = [:]) throws {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
            for (name, text) in files { try write(text, to: name) }
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func write(_ text: String, to name: String) throws {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
        }

        func text(of name: String) throws -> String {
            try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)
        }

        func names() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        }
    }

    private func server(_ path: String) throws -> CSVFolderServer {
        try CSVFolderServer(path: path, mesh: "0a1b")
    }

    private func all(
        _ server: CSVFolderServer, _ event: String
    ) async throws -> (tickets: [ServerTicket], pages: Int, cursor: String, skipped: [String]) {
        var page = try await server.page(of: event, from: nil)
        var (tickets, pages, skipped) = (page.tickets, 1, page.skipped)
        while !page.isComplete {
            page = try await server.page(of: event, from: page.cursor)
            tickets += page.tickets
            skipped += page.skipped
            pages += 1
        }
        return (tickets, pages, page.cursor, skipped)
    }

    private func fact(
        _ kind: UploadFact.Kind, _ number: Int, key: String = "A-1", note: String = ""
    ) -> UploadFact {
        UploadFact(
            kind: kind, requestID: String(repeating: "0", count: 30) + "\(10 + number)",
            event: "gala", list: 1, key: key, secret: key, isExit: false, at: 1_500,
            kiosk: "gate", guarantee: "replicated", note: note)
    }

    @Test func eventsAndTickets() async throws {
        let stick = try Stick([
            "gala.csv": "serial,product,status,event\nA-1,Day,,\nA-2,Night,blocked,\nC-1,,,Ball\n",
            "more.CSV": "serial,qr,event,entries,status\nB-1,Q,gala,3,unpaid\nB-2,,,,canceled\n",
            "results-0a1b.csv": "not looked at", "Results-x.csv": "neither", ".hidden.csv": "no",
            "notes.txt": "no",
        ])
        let server = try server(stick.path)
        let description = try await server.describe()
        #expect(description.events.map(\.slug) == ["Ball", "gala", "more"])
        let gala = try #require(description.events.dropFirst().first)
        #expect(gala.products.map(\.name) == ["Day", "Night"])
        #expect(gala.lists == [ServerCheckInList(id: 1, name: "Admission")])
        let tickets = try await all(server, "gala").tickets
        #expect(tickets.map(\.key) == ["A-1", "A-2", "B-1"])
        #expect(tickets.map(\.product) == gala.products.map(\.id) + [0])
        #expect(tickets.map(\.isBlocked) == [false, true, false])
        #expect(tickets.last?.qr == "Q")
        #expect((tickets.last?.entries, tickets.last?.status) == (3, .unpaid))
        #expect(try await all(server, "more").tickets.map(\.status) == [.canceled])
        #expect(try await all(server, "none").tickets.isEmpty)
    }

    @Test func pagesGoOnAfterARestart() async throws {
        let lines = (1...4_500).map { "T-\($0)" }.joined(separator: "\n")
        let stick = try Stick(["a.csv": "serial\n\(lines)\n", "b.csv": "serial,event\nX-1,a\n"])
        let steady = try await all(server(stick.path), "a")
        #expect(steady.tickets.map(\.key) == (1...4_500).map { "T-\($0)" } + ["X-1"])
        #expect(steady.pages == 3)
        // A new host knows the cursor only.
        var keys: [String] = []
        var cursor: String?
        var isComplete = false
        while !isComplete {
            let page = try await server(stick.path).page(of: "a", from: cursor)
            keys += page.tickets.map(\.key)
            (cursor, isComplete) = (page.cursor, page.isComplete)
        }
        #expect(keys == steady.tickets.map(\.key))
    }

    @Test func nothingComesAgainUntilSomethingChanges() async throws {
        let stick = try Stick(["a.csv": "serial\nA\n"])
        let server = try server(stick.path)
        let cursor = try await all(server, "a").cursor
        let quiet = try await server.page(of: "a", from: cursor)
        #expect(quiet.tickets.isEmpty && quiet.isComplete && quiet.cursor == cursor)
        try stick.write("serial\nB\n", to: "b.csv")
        let changed = try await server.page(of: "a", from: cursor)
        #expect(changed.tickets.map(\.key) == ["A"])
        #expect(changed.cursor != cursor)
        #expect(try await server.page(of: "a", from: "rubbish").tickets.map(\.key) == ["A"])
    }

    @Test func badLinesAreSkippedWithTheirNumbers() async throws {
        let stick = try Stick(["a.csv": "serial,entries\nA,1\nB,x\nA,1\n"])
        let found = try await all(server(stick.path), "a")
        #expect(found.tickets.map(\.key) == ["A"])
        #expect(found.skipped.count == 2)
        #expect(found.skipped.first?.hasPrefix("a.csv line 3, column entries: ") == true)
    }

    @Test(arguments: ["", "serial\n", "a;serial\n1;2\n"]) func uselessFiles(
        _ text: String
    ) async throws {
        let stick = try Stick(["a.csv": "serial\nA\n", "b.csv": text])
        let server = try server(stick.path)
        let error = await problem { _ = try await server.describe() }
        #expect(error?.code == .file)
        #expect(error?.message.hasPrefix("b.csv: ") == true)
        #expect(await problem { _ = try await all(server, "a") }?.code == .file)
    }

    @Test func noFolder() async throws {
        let server = try server("/nowhere/at/all")
        for error in [
            await problem { _ = try await server.describe() },
            await problem { _ = try await server.page(of: "a", from: nil) },
            await problem { _ = try await server.upload(fact(.redeemed, 1)) },
        ] {
            #expect(error?.code == .file)
            #expect(error?.hint.contains("plugged in") == true)
        }
    }

    @Test func aFolderThatCannotBeWritten() async throws {
        // Not even root makes files there.
        let server = try server("/proc/self")
        let error = await problem { _ = try await server.upload(fact(.redeemed, 1)) }
        #expect(error?.code == .file)
        #expect(error?.hint.isEmpty == false)
    }

    @Test(.enabled(if: SmallDisk.isPossible, "only root may mount a small disk"))
    func aFullStick() async throws {
        let path = try #require(SmallDisk.mount())
        defer { SmallDisk.unmount(path) }
        let server = try server(path)
        #expect(try await server.upload(fact(.redeemed, 1)) == .stored)
        let before = try String(contentsOfFile: path + "/results-0a1b.csv", encoding: .utf8)
        let note = String(repeating: "n", count: 2_000)
        let facts = (2..<80).map { fact(.redeemed, $0, note: note) }
        let error = await problem { _ = try await server.uploadBatch(facts) }
        #expect(error?.code == .file)
        #expect(error?.hint.contains("Free some space") == true)
        // What was there is still there, and nothing of the attempt is.
        #expect(try String(contentsOfFile: path + "/results-0a1b.csv", encoding: .utf8) == before)
        #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["results-0a1b.csv"])
        #expect(try await server.upload(fact(.redeemed, 1)) == .alreadyKnown)
        #expect(try await server.upload(fact(.redeemed, 2)) == .stored)
    }

    @Test func resultsAreWrittenOnce() async throws {
        let stick = try Stick()
        let server = try server(stick.path)
        let facts = [
            fact(.redeemed, 1, note: "a \"b\", c\nd"), fact(.annulled, 1),
            fact(.rejected(reason: "unpaid"), 2, key: "A,2"),
        ]
        #expect(try await server.uploadBatch(facts) == [.stored, .stored, .stored])
        let text = try stick.text(of: "results-0a1b.csv")
        let id = String(repeating: "0", count: 30)
        #expect(
            text == """
                request_id,kind,event,serial,code,exit,at,kiosk,guarantee,reason,note
                \(id)11,redeemed,gala,A-1,A-1,0,1970-01-01T00:00:01.500Z,gate,replicated,,\
                "a ""b"", c d"
                \(id)11,annulled,gala,A-1,A-1,0,1970-01-01T00:00:01.500Z,gate,replicated,,
                \(id)12,rejected,gala,"A,2","A,2",0,1970-01-01T00:00:01.500Z,gate,replicated,unpaid,

                """)
        // By the same server, by one that has to read the file, and after an addition.
        for server in [server, try self.server(stick.path)] {
            let known = [UploadOutcome](repeating: .alreadyKnown, count: 3)
            #expect(try await server.uploadBatch(facts) == known)
            #expect(try stick.text(of: "results-0a1b.csv") == text)
        }
        let mixed = [facts[0], fact(.redeemed, 3), fact(.redeemed, 3)]
        #expect(try await server.uploadBatch(mixed) == [.alreadyKnown, .stored, .alreadyKnown])
        #expect(try stick.text(of: "results-0a1b.csv").hasPrefix(text))
        guard case .refused = try await server.upload(fact(.redeemed, 1, key: "other")) else {
            Issue.record("one request id, two facts")
            return
        }
        #expect(try stick.names() == ["results-0a1b.csv"])
    }

    /// The stick was changed for another one, or the file taken away, while the server runs.
    @Test func anotherStick() async throws {
        let stick = try Stick()
        let server = try server(stick.path)
        #expect(try await server.upload(fact(.redeemed, 1)) == .stored)
        try FileManager.default.removeItem(atPath: stick.path + "/results-0a1b.csv")
        #expect(try await server.upload(fact(.redeemed, 1)) == .stored)
        #expect(try await server.upload(fact(.redeemed, 1)) == .alreadyKnown)
    }

    /// What a power cut leaves on a stick with a simple file system.
    @Test func anEmptyResultsFileIsNone() async throws {
        let stick = try Stick(["results-0a1b.csv": ""])
        #expect(try await server(stick.path).upload(fact(.redeemed, 1)) == .stored)
        #expect(try stick.text(of: "results-0a1b.csv").hasPrefix("request_id,"))
    }

    @Test(arguments: ["name,number\nx,1\n", "request_id,kind\n", "\"open"])
    func aFileOfSomebodyElse(_ text: String) async throws {
        let stick = try Stick(["results-0a1b.csv": text])
        let server = try server(stick.path)
        #expect(await problem { _ = try await server.upload(fact(.redeemed, 1)) }?.code == .file)
        #expect(try stick.text(of: "results-0a1b.csv") == text)
    }

    @Test(arguments: ["", "a/b", "..", "a b", "é", String(repeating: "x", count: 65)])
    func oddNames(_ mesh: String) async {
        #expect(
            await problem { _ = try CSVFolderServer(path: "/tmp", mesh: mesh) }?.code
                == .unsupported)
    }

    private func problem(_ body: () async throws -> Void) async -> ServerError? {
        do {
            try await body()
            return nil
        } catch let error as ServerError {
            return error
        } catch {
            Issue.record(error)
            return nil
        }
    }
}
