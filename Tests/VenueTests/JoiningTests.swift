import Foundation
import TestHosts
import Testing

extension VenueTests {
    @Suite("Joining") struct JoiningTests {
        @Test("four kiosks find each other through mDNS alone and join with a token")
        func throughMulticast() throws {
            let venue = try Venue.running("gate-a", "gate-b", "gate-c", "gate-d", finding: .avahi)
            let names = Set(try venue["gate-d"].status().kiosks.map(\.name))
            #expect(names == ["gate-a", "gate-b", "gate-c", "gate-d"])
        }

        @Test("Avahi stops and comes back: the mesh goes on, and a newcomer is found again")
        func avahiRestarts() throws {
            let venue = try Venue(["gate-a", "gate-b", "gate-c"], finding: .avahi)
            let (first, second, third) = (venue["gate-a"], venue["gate-b"], venue["gate-c"])
            try venue.found()
            try venue.join(second)
            try second.waitFor("synced")
            try venue.importTickets(3)
            for kiosk in venue.kiosks { kiosk.host.stopAvahi() }
            try first.waitForLog("mDNS is not available")
            #expect(try second.redeem(venue.codes[0]).exit == 0)
            second.kill()
            #expect(try first.redeem(venue.codes[1]).exit == 0)
            try second.start()
            try second.waitFor("synced")
            #expect(try second.redeem(venue.codes[2]).exit == 0)
            for kiosk in venue.kiosks { try kiosk.host.startAvahi() }
            try venue.join(third)
            try venue.waitUntilHealthy(within: 40)
            try Load.Outcome.expectEqualDigests(venue.kiosks)
        }

        @Test("without Avahi it says so, and one given address is enough for a whole mesh")
        func withoutAvahi() throws {
            let venue = try Venue(["gate-a", "gate-b", "gate-c"])
            try venue.found()
            for kiosk in venue.kiosks.dropFirst() {
                try kiosk.start(
                    ["--name", kiosk.name, "--storage", "yes", "--peer", "10.77.0.1:7400"],
                    token: venue.token)
            }
            try venue.waitUntilHealthy()
            try venue["gate-b"].waitForLog("mDNS is not available")
            // These two know each other from the first one only.
            venue["gate-a"].kill()
            try venue.waitForHost(otherThan: venue["gate-a"], at: venue["gate-c"])
        }

        @Test("a kiosk without storage redeems, and looks through the host")
        func withoutStorage() throws {
            let venue = try Venue(["gate-a", "gate-b", "gate-c"])
            let small = venue["gate-c"]
            try venue.found()
            try venue.join(venue["gate-b"])
            try venue.join(small, storage: false)
            try venue.waitUntilHealthy()
            try venue.importTickets(2)
            let redeemed = try small.redeem(venue.codes[0])
            #expect(redeemed.exit == 0)
            let again = try small.redeem(venue.codes[0])
            #expect(again.exit == 1 && again.answer.reason == "already_redeemed")
            let log = try small.records()
            #expect(log.contains { $0.requestId == redeemed.answer.requestId })
            #expect(try small.status().tickets.redeemed == 1)
            let refusal: Refusal = try small.json("digest")
            #expect(refusal.error.code == "no_storage")
            // As witness it votes: the other one with storage can become host.
            venue["gate-a"].kill()
            try venue.waitForHost(otherThan: venue["gate-a"], at: small)
            #expect(try small.redeem(venue.codes[1]).exit == 0)
        }

        @Test("the host moves to another kiosk on purpose; clients notice nothing")
        func transfer() async throws {
            let venue = try Venue.running("gate-a", "gate-b", "gate-c", tickets: 200)
            let load = try Load(venue, at: venue.kiosks, codes: venue.codes)
            try eventually("some are redeemed") {
                try venue["gate-c"].status().tickets.redeemed > 20
            }
            let moved = try venue["gate-a"].run("host", "transfer", "gate-b")
            #expect(moved.code == 0, "\(moved)")
            #expect(try venue.host(seenBy: venue["gate-c"]) === venue["gate-b"])
            let outcome = try load.finish()
            #expect(outcome.summary.unavailable == 0 && outcome.redeemed.count == 200)
            try outcome.expectKept(by: venue.kiosks)
        }
    }
}
