import Foundation
import TestHosts
import Testing

extension VenueTests {
    /// The whole day against a ticket server at the other end of an uplink.
    @Suite("Ticket server") struct TicketServerTests {
        @Test("authorised, downloaded, cut off, redeemed, host killed, uploaded: it balances")
        func day() throws {
            let venue = try Venue.running("gate-a", "gate-b", "gate-c")
            let office = try BoxOfficeHost(at: venue, tickets: 300)
            let codes = (1...300).map { "ticket-\($0)" }
            try add(try office.grant("gala"), at: venue["gate-a"])
            let here: SyncBalance = try venue["gate-b"].json("sync", "download", "--wait")
            #expect(here.step == "ready" && here.received == 300)
            try office.cut()
            let load = try Load(venue, at: venue.kiosks, codes: codes)
            let host = try venue.host(seenBy: venue["gate-b"])
            let other = venue.kiosks.first { $0 !== host } ?? host
            try eventually("some are redeemed") { try other.status().tickets.redeemed > 40 }
            host.kill()
            let outcome = try load.finish()
            #expect(outcome.summary.unavailable == 0 && outcome.redeemed.count == 300)
            let sold = try office.sell(for: other)
            #expect(try other.redeem(sold).exit == 0)
            #expect(try other.redeem(sold).answer.reason == "already_redeemed")
            let early = try other.run("sync", "upload", "--wait", "--timeout", "3s")
            #expect(early.code != 0, "nobody is there to take it: \(early)")
            try host.start()
            try venue.waitUntilHealthy()
            try office.heal()
            let balance: SyncBalance = try other.json("sync", "upload", "--wait")
            #expect(balance.left == 0 && balance.quarantined == 0)
            let report = try office.report()
            let gala = try #require(report.events.first { $0.event == "gala" })
            #expect(report.balanced && gala.standing == 301 && gala.doubles == 0)
            #expect(gala.facts.redeemed == 301 && gala.facts.unknown == 0)
            try outcome.expectKept(by: venue.kiosks)
        }

        @Test("the host dies again and again while it uploads: nothing missing, nothing twice")
        func interruptedUpload() throws {
            let venue = try Venue.running("gate-a", "gate-b", "gate-c")
            let office = try BoxOfficeHost(at: venue, tickets: 200)
            try add(try office.grant("gala"), at: venue["gate-a"])
            let _: SyncBalance = try venue["gate-a"].json("sync", "download", "--wait")
            for round in 0..<4 {
                let codes = (1...50).map { "ticket-\(round * 50 + $0)" }
                let outcome = try Load(venue, at: venue.kiosks, codes: codes).finish()
                #expect(outcome.redeemed.count == 50)
                let host = try venue.host(seenBy: venue["gate-b"])
                let other = venue.kiosks.first { $0 !== host } ?? host
                #expect(try other.run("sync", "upload").code == 0)
                host.kill()
                try venue.waitForHost(otherThan: host, at: other)
                try host.start()
                try venue.waitUntilHealthy()
            }
            let balance: SyncBalance = try venue["gate-a"].json("sync", "upload", "--wait")
            #expect(balance.left == 0 && balance.quarantined == 0)
            let report = try office.report()
            let gala = try #require(report.events.first { $0.event == "gala" })
            #expect(report.balanced && gala.standing == 200 && gala.doubles == 0)
            #expect(gala.facts.redeemed == 200 && gala.facts.rejected == 200)
        }

        @Test("no redemption before the data is here, and none that no grant covers")
        func authorisation() throws {
            let venue = try Venue.running("gate-a", "gate-b", "gate-c")
            let office = try BoxOfficeHost(at: venue, tickets: 20)
            let kiosk = venue["gate-b"]
            try office.cut()
            try add(try office.grant("gala"), at: venue["gate-a"])
            let early = try kiosk.redeem("ticket-1")
            #expect(early.exit == 3 && early.answer.reason == "stale_data")
            try office.heal()
            let _: SyncBalance = try kiosk.json("sync", "download", "--wait")
            #expect(try kiosk.redeem("ticket-1").exit == 0)
            // Narrower, with nobody to ask: it holds at once.
            try office.cut()
            let narrow = try office.grant("gala", ", codes: [ticket-1..ticket-15]")
            try add(narrow, at: venue["gate-a"])
            try eventually("ticket-20 is not covered any more") {
                try kiosk.redeem("ticket-20").answer.reason == "not_authorized"
            }
            #expect(try kiosk.redeem("ticket-12").exit == 0)
            let gone = try venue["gate-a"].run("grant", "withdraw", "gala", "--yes")
            #expect(gone.code == 0, "\(gone)")
            #expect(try kiosk.redeem("ticket-13").answer.reason == "not_authorized")
            let stranger = try kiosk.run("grant", "add", narrow, "--yes")
            #expect(stranger.code == 4, "an operator's key is needed: \(stranger)")
        }

        @Test("annulled, and redeemed again: the server has every fact")
        func annulled() throws {
            let venue = try Venue.running("gate-a")
            let office = try BoxOfficeHost(at: venue, tickets: 5)
            let kiosk = venue["gate-a"]
            try add(try office.grant("gala", upload: "continuous"), at: kiosk)
            let _: SyncBalance = try kiosk.json("sync", "download", "--wait")
            let first = try kiosk.redeem("ticket-1")
            let record = try #require(first.answer.record)
            #expect(try kiosk.run("annul", record, "--reason", "paper jam").code == 0)
            #expect(try kiosk.run("annul", record, "--reason", "again").code == 1)
            #expect(try kiosk.redeem("ticket-1").exit == 0)
            #expect(try kiosk.redeem("ticket-1").exit == 1)
            let _: SyncBalance = try kiosk.json("sync", "upload", "--wait")
            let gala = try #require(try office.report().events.first { $0.event == "gala" })
            #expect(gala.facts.redeemed == 2 && gala.facts.annulled == 1)
            #expect(gala.facts.rejected == 1 && gala.standing == 1)
        }

        private func add(_ grant: String, at kiosk: Kiosk) throws {
            let result = try kiosk.run("grant", "add", grant, "--yes")
            #expect(result.code == 0, "\(result)")
        }
    }
}
