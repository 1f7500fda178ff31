import Foundation
import TestHosts
import Testing

extension VenueTests {
    /// A venue that never reaches its ticket server, and a terminal that carries bundles.
    @Suite("Courier") struct CourierTests {
        /// What `export` and `import` print.
        private struct Report: Decodable {
            struct Segment: Decodable {
                let isComplete: Bool
                let tickets: Int
                let sent: Int
                let left: Int
            }
            let segments: [Segment]
            let facts: Int?
            let taken: Int?
            let newerHere: Int?
        }
        private struct Status: Decodable {
            let segments: [SyncBalance]
        }

        @Test("grant, tickets and results are carried, in any order and twice: it balances")
        func carried() throws {
            let venue = try Venue(["gate-a", "gate-b", "gate-c", "terminal"])
            try venue.found()
            for kiosk in venue.kiosks[1...2] { try venue.join(kiosk) }
            try venue.join(terminal: venue["terminal"])
            try venue.waitUntilHealthy()
            try eventually("the terminal has no vote") {
                try venue["gate-a"].status().register.voters.sorted() == [
                    "gate-a", "gate-b", "gate-c",
                ]
            }
            let office = try BoxOfficeHost(at: venue, tickets: 60)
            let (kiosk, terminal) = (venue["gate-b"], venue["terminal"])
            let folder = office.machine.folder
            let key = folder + "/operator-key"
            let made = try venue["gate-a"].run("operator", "create", "carl", "--out", key)
            #expect(made.code == 0, "\(made)")
            terminal.stop()
            try office.cut(butFor: terminal.address)
            let grant = try office.grant("gala", upload: "courier")
            let first: Report = try terminal.json(
                "export", "--bundle", folder + "/first", "--grant", grant, "--operator-key", key,
                "--yes")
            #expect(first.segments.first?.isComplete == true && first.segments[0].tickets == 60)

            let altered = folder + "/altered"
            var bytes = try Data(contentsOf: URL(filePath: folder + "/first"))
            bytes[bytes.count / 2] ^= 1
            try bytes.write(to: URL(filePath: altered))
            let refused = try kiosk.run("import", "--bundle", altered)
            #expect(refused.code == 1 && refused.errors.contains("altered"), "\(refused)")
            #expect(try kiosk.redeem("ticket-1").answer.reason == "invalid")

            let taken: Report = try kiosk.json("import", "--bundle", folder + "/first")
            #expect(taken.newerHere == 0)
            let twice: Report = try venue["gate-c"].json("import", "--bundle", folder + "/first")
            #expect(twice.newerHere == 1, "one page of tickets, which is there")

            let codes = (1...40).map { "ticket-\($0)" }
            let outcome = try Load(
                venue, at: [venue["gate-a"], kiosk, venue["gate-c"]], codes: codes
            ).finish()
            #expect(outcome.redeemed.count == 40)
            let early: Report = try kiosk.json("export", "--bundle", folder + "/early")
            #expect((early.facts ?? 0) > 0)
            let extra = try kiosk.redeem("ticket-41")
            let record = try #require(extra.answer.record)
            #expect(try kiosk.run("annul", record, "--reason", "paper jam").code == 0)
            try eventually("all of it is at this kiosk") {
                let late: Report = try kiosk.json("export", "--bundle", folder + "/late")
                return late.facts == 82
            }

            // No connection: what was taken in is kept, and goes with the next exchange.
            try office.heal()
            try office.cut()
            let unconnected = try terminal.run("import", "--bundle", folder + "/late")
            #expect(unconnected.code == 2 && unconnected.output.contains("82 left"))
            try office.heal()
            try office.cut(butFor: terminal.address)
            let second: Report = try terminal.json("import", "--bundle", folder + "/early")
            #expect(second.segments.first?.sent == 82 && second.segments[0].left == 0)
            let back: Report = try terminal.json("export", "--bundle", folder + "/back")
            #expect(back.segments.first?.sent == 82)

            let host = try venue.host(seenBy: kiosk)
            let other = host === kiosk ? venue["gate-a"] : kiosk
            let interrupted = try other.begin(["import", "--bundle", folder + "/back"])
            host.kill()
            try host.start()
            _ = interrupted.result()
            try other.waitFor("redeeming")
            #expect(try other.run("import", "--bundle", folder + "/back").code == 0)
            #expect(try other.run("import", "--bundle", folder + "/first").code == 0)
            let status: Status = try other.json("sync", "status")
            #expect(status.segments.first?.left == 0 && status.segments.first?.sent == 82)
            let report = try office.report()
            let gala = try #require(report.events.first { $0.event == "gala" })
            #expect(report.balanced && gala.standing == 40 && gala.doubles == 0)
            #expect(gala.facts.redeemed == 41 && gala.facts.annulled == 1)

            let seen = try other.status()
            #expect(seen.health == "healthy", "nobody misses a terminal: \(seen)")

            // A grant for an event that another has is refused, and the rest of the bundle taken.
            let rival = try office.grant("rival", upload: "courier")
            _ = try terminal.run(
                "export", "--bundle", folder + "/rival", "--grant", rival, "--operator-key", key,
                "--yes")
            let half = try other.run("import", "--bundle", folder + "/rival")
            #expect(half.code == 1 && half.errors.contains("Refused: grant rival"), "\(half)")
            _ = try terminal.run("export", "--bundle", folder + "/whole", "--forget", "rival")
            #expect(try other.run("import", "--bundle", folder + "/whole").code == 0)

            // A terminal that was lost carries nothing any more.
            #expect(try other.run("revoke", "terminal").code == 0)
            try eventually("its bundles are refused") {
                let lost = try other.run("import", "--bundle", folder + "/back")
                return lost.code == 4 && lost.errors.contains("was revoked")
            }
        }
    }
}
