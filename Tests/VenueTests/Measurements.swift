import Foundation
import MeshControl
import TestHosts
import Testing

extension VenueTests {
    /// Not tests: they print figures. A debug build's are worse than a release build's;
    /// KIOSKMESH_BINARY names another binary than the one beside the tests.
    @Suite(
        "Measurements",
        .enabled(
            if: ProcessInfo.processInfo.environment["KIOSKMESH_MEASURE"] == "1",
            "measures only with KIOSKMESH_MEASURE=1"))
    struct Measurements {
        private static let rounds = 20
        /// Redeemed in a round; each is asked for twice.
        private static let ticketsPerRound = 400

        @Test("from the last run to four kiosks healthy, and what an idle kiosk takes")
        func joining() async throws {
            var times: [Double] = []
            for _ in 0..<5 {
                let venue = try Venue(
                    ["gate-a", "gate-b", "gate-c", "gate-d"], finding: .avahi)
                try venue.found()
                try venue["gate-a"].waitFor("redeeming")
                for kiosk in venue.kiosks.dropFirst() { try venue.join(kiosk) }
                let start = ContinuousClock.now
                for kiosk in venue.kiosks { try await waitUntilHealthy(kiosk, members: 4) }
                times.append((ContinuousClock.now - start) / .seconds(1))
                if times.count == 5 { tellMemory(venue) }
            }
            tell("last run to four kiosks healthy, s", times)
        }

        private func waitUntilHealthy(_ kiosk: Kiosk, members: Int) async throws {
            let deadline = ContinuousClock.now + .seconds(30)
            while ContinuousClock.now < deadline {
                let client = try? await ControlClient.connect(
                    path: kiosk.state + "/control.sock")
                let status: StatusReport? = try? await client?.call(.status, timeout: .seconds(1))
                await client?.close()
                if status?.health == .healthy, status?.kiosks.count == members { return }
                usleep(10_000)
            }
            throw Unexpected("not healthy\n\(kiosk.tail)")
        }

        private func tellMemory(_ venue: Venue) {
            for kiosk in venue.kiosks {
                let path = "/proc/\(kiosk.daemon?.identifier ?? 0)/status"
                let facts = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
                let line = facts.split(separator: "\n").first { $0.hasPrefix("VmRSS") } ?? "?"
                print("measured: idle \(kiosk.name) \(line)")
            }
        }

        @Test("the longest pause that clients see: undisturbed, and when the host is killed")
        func killed() async throws {
            try await pauses("host killed") { _, host in
                host.kill()
                return { try host.start() }
            }
        }

        @Test("the longest pause that clients see: undisturbed, and when the host's link is cut")
        func cut() async throws {
            try await pauses("host cut off") { venue, host in
                try venue.separate(host)
                return { try venue.heal() }
            }
        }

        /// Many rounds of load from eight clients at the kiosks that are not host, in each of
        /// which the host is harmed once and mended afterwards.
        private func pauses(
            _ what: String, harm: (Venue, Kiosk) throws -> () throws -> Void
        ) async throws {
            let venue = try Venue.running(
                "gate-a", "gate-b", "gate-c", tickets: (Self.rounds + 5) * Self.ticketsPerRound)
            var outcomes: [Load.Outcome] = []
            for round in 0..<5 {
                outcomes.append(try begin(venue, round, at: venue.kiosks).finish())
            }
            tell("undisturbed, longest pause, ms", outcomes.map { Double($0.longestGap) })
            var gaps: [Double] = []
            for round in 5..<Self.rounds + 5 {
                let host = try venue.host(seenBy: venue.kiosks[0])
                let others = venue.kiosks.filter { $0 !== host }
                let before = try others[0].status().tickets.redeemed
                let load = try begin(venue, round, at: others)
                try eventually("some are redeemed") {
                    try others[0].status().tickets.redeemed > before + 50
                }
                let mend = try harm(venue, host)
                let outcome = try load.finish()
                #expect(outcome.redeemed.count == Self.ticketsPerRound)
                gaps.append(Double(outcome.longestGap))
                outcomes.append(outcome)
                try mend()
                try venue.waitUntilHealthy()
            }
            tell("\(what), longest pause, ms", gaps)
            let all = Load.Outcome(
                answers: outcomes.flatMap(\.answers), summary: outcomes[0].summary)
            try all.expectKept(by: venue.kiosks)
            try await all.expectSameAnswers(from: venue.kiosks)
            print("measured: \(what): \(all.redeemed.count) acknowledged, all looked for")
        }

        private func begin(_ venue: Venue, _ round: Int, at kiosks: [Kiosk]) throws -> Load {
            let codes = venue.codes.dropFirst(round * Self.ticketsPerRound)
            return try Load(venue, at: kiosks, codes: codes.prefix(Self.ticketsPerRound))
        }

        private func tell(_ what: String, _ values: [Double]) {
            let sorted = values.sorted()
            print(
                "measured: \(what): p50 \(sorted[sorted.count / 2]) worst \(sorted.last ?? 0)",
                "of \(values.count):", sorted.map { "\($0)" }.joined(separator: " "))
        }
    }
}
