import Foundation
import Testing

extension VenueTests {
    @Suite("Loss of the host") struct HostLossTests {
        @Test("killed under load: nothing acknowledged is lost or doubled, and it comes back")
        func killed() async throws {
            let venue = try Venue.running("gate-a", "gate-b", "gate-c", tickets: 400)
            let load = try Load(venue, at: venue.kiosks, codes: venue.codes)
            let host = try venue.host(seenBy: venue["gate-b"])
            try eventually("some are redeemed") {
                try venue["gate-b"].status().tickets.redeemed > 50
            }
            host.kill()
            let outcome = try load.finish()
            #expect(outcome.summary.unavailable == 0 && outcome.redeemed.count == 400)
            try host.start()
            try venue.waitUntilHealthy()
            try outcome.expectKept(by: venue.kiosks)
            try await outcome.expectSameAnswers(from: venue.kiosks)
        }

        @Test("its link is cut without a word and mended: another decides, it steps down")
        func cut() async throws {
            let venue = try Venue.running("gate-a", "gate-b", "gate-c", tickets: 400)
            let host = try venue.host(seenBy: venue["gate-b"])
            let others = venue.kiosks.filter { $0 !== host }
            let load = try Load(venue, at: others, codes: venue.codes.dropLast())
            try eventually("some are redeemed") { try host.status().tickets.redeemed > 50 }
            try venue.separate(host)
            try venue.waitForHost(otherThan: host, at: others[0])
            let alone = try host.redeem(venue.codes.last ?? "", "--timeout", "2s")
            #expect(alone.exit == 3 && alone.answer.status == "unavailable")
            let outcome = try load.finish()
            #expect(outcome.summary.unavailable == 0 && outcome.redeemed.count == 399)
            try venue.heal()
            try venue.waitUntilHealthy()
            #expect(try host.status().`self`.role == "standby")
            #expect(try host.redeem(venue.codes.last ?? "").exit == 0)
            try outcome.expectKept(by: venue.kiosks)
            try await outcome.expectSameAnswers(from: venue.kiosks)
        }

        @Test("parted with it on the small side: only the large side redeems")
        func smallSide() throws {
            let venue = try Venue.running(
                "gate-a", "gate-b", "gate-c", "gate-d", "gate-e", tickets: 20)
            let host = try venue.host(seenBy: venue["gate-b"])
            let other = venue.kiosks.first { $0 !== host } ?? host
            let large = venue.kiosks.filter { $0 !== host && $0 !== other }
            try venue.separate(host, other)
            try venue.waitForHost(otherThan: host, at: large[0])
            for (kiosk, code) in zip(large, venue.codes) {
                #expect(try kiosk.redeem(code).exit == 0)
            }
            for kiosk in [host, other] {
                let answer = try kiosk.redeem(venue.codes[10], "--timeout", "2s")
                #expect(answer.exit == 3 && answer.answer.status == "unavailable")
            }
            try venue.heal()
            try venue.waitUntilHealthy()
            let again = try host.redeem(venue.codes[0])
            #expect(again.exit == 1 && again.answer.reason == "already_redeemed")
            #expect(try other.redeem(venue.codes[10]).exit == 0)
            try Load.Outcome.expectEqualDigests(venue.kiosks)
        }

        @Test("power cut for all under load: they come back with nothing but their directory")
        func powerCut() async throws {
            let venue = try Venue.running("gate-a", "gate-b", "gate-c", tickets: 400)
            let load = try Load(venue, at: venue.kiosks, codes: venue.codes)
            try eventually("some are redeemed") {
                try venue["gate-b"].status().tickets.redeemed > 50
            }
            for kiosk in venue.kiosks { kiosk.kill() }
            for kiosk in venue.kiosks { try kiosk.start() }
            let outcome = try load.finish()
            try venue.waitUntilHealthy()
            #expect(outcome.summary.unavailable == 0 && outcome.redeemed.count == 400)
            try outcome.expectKept(by: venue.kiosks)
            try await outcome.expectSameAnswers(from: venue.kiosks)
        }
    }
}
