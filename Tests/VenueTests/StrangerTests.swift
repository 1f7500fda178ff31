import Foundation
import TestHosts
import Testing

extension VenueTests {
    @Suite("Strangers") struct StrangerTests {
        struct Token: Decodable { let token: String }

        @Test("a wrong, used-up, expired, revoked or foreign token: refused, said, nothing changed")
        func tokens() throws {
            let venue = try Venue(["gate-a", "gate-b", "gate-c"])
            let (first, second, third) = (venue["gate-a"], venue["gate-b"], venue["gate-c"])
            try venue.found()
            try first.waitFor("redeeming")
            let once: Token = try first.json("token", "create", "--uses", "1")
            let brief: Token = try first.json("token", "create", "--expires", "1s")
            let madeAt = Date()
            try venue.join(second, token: once.token)
            try second.waitFor("synced")
            let members = try first.status().kiosks.map(\.name)

            try venue.join(third, token: once.token)
            try third.waitForLog("used up")
            try first.waitForLog("gate-c at 10.77.0.3")
            try first.waitForLog("is not admitted: The token is used up.")
            try restart(third)
            try eventually("its second is over") { Date().timeIntervalSince(madeAt) > 1.1 }
            try venue.join(third, token: brief.token)
            try third.waitForLog("has expired")
            try restart(third)
            let elsewhere = third.host.folder + "/other"
            let other: Founded = try third.json(
                "init", "--venue", "other", "--name", "x", "--state", elsewhere)
            try venue.join(third, token: other.token)
            try first.waitForLog("refused from 10.77.0.3")
            #expect(try third.run("wait", "--for", "joined", "--timeout", "1s").code == 1)
            try restart(third)
            let broken = try third.run(
                "run", environment: ["KIOSKMESH_TOKEN": venue.token.dropLast(8) + "AAAAAAAA"])
            #expect(broken.code != 0 && broken.errors.contains("token"))

            #expect(try first.status().kiosks.map(\.name) == members)
            try venue.join(third)
            try venue.waitUntilHealthy()
        }

        /// Its machine is set up anew.
        private func restart(_ kiosk: Kiosk) throws {
            kiosk.kill()
            try? FileManager.default.removeItem(atPath: kiosk.state)
        }

        @Test("a name that is taken is refused with a suggestion")
        func takenName() throws {
            let venue = try Venue(["gate-a", "gate-b"])
            try venue.found()
            try venue["gate-b"].start(
                ["--name", "gate-a", "--storage", "yes", "--peer", "10.77.0.1:7400"],
                token: venue.token)
            try venue["gate-b"].waitForLog("gate-a-2")
            #expect(try venue["gate-a"].status().kiosks.count == 1)
        }

        @Test("a revoked kiosk is cut off, knows it, and stays out after a restart")
        func revoked() throws {
            let venue = try Venue.running("gate-a", "gate-b", "gate-c", tickets: 4)
            let out = venue["gate-c"]
            #expect(try out.redeem(venue.codes[0]).exit == 0)
            let revocation = try venue["gate-b"].run("revoke", "gate-c")
            #expect(revocation.code == 0, "\(revocation)")
            try eventually("gate-c knows that it was revoked", or: { out.tail }) {
                try isRefused(out, venue.codes[1])
            }
            let seen = try venue["gate-b"].status().kiosks.first { $0.name == "gate-c" }
            #expect(seen?.state == "revoked")
            #expect(try venue["gate-b"].redeem(venue.codes[1]).exit == 0)
            out.kill()
            try out.start()
            try eventually("it still knows", or: { out.tail }) {
                try isRefused(out, venue.codes[2])
            }
            #expect(try venue["gate-a"].redeem(venue.codes[2]).exit == 0)
        }

        private func isRefused(_ kiosk: Kiosk, _ code: String) throws -> Bool {
            let answer = try kiosk.run("redeem", code, "--timeout", "1s", "--json")
            return answer.code == 4 && answer.output.contains("kiosk_revoked")
        }

        @Test("garbage, huge frames and strangers with a certificate do not stop a daemon")
        func garbage() throws {
            let venue = try Venue.running("gate-a", "gate-b", tickets: 2)
            let (first, second) = (venue["gate-a"], venue["gate-b"])
            let folder = second.host.folder
            let port = "/dev/tcp/10.77.0.1/7400"
            let script = """
                head -c 200000 /dev/urandom >\(port)
                printf 'GET / HTTP/1.1\\r\\n\\r\\n' >\(port)
                printf '\\026\\003\\001\\377\\377' >\(port)
                openssl req -x509 -newkey ed25519 -nodes -subj /CN=x -keyout \(folder)/key \\
                    -out \(folder)/certificate
                call() { timeout 3 openssl s_client -connect 10.77.0.1:7400 -quiet "$@"; }
                call </dev/null
                for bytes in '\\377\\377\\377\\377' '\\000\\000\\000\\004abcd' 'GET / HTTP'
                do printf "$bytes" | call -cert \(folder)/certificate -key \(folder)/key; done
                exit 0
                """
            let daemon = first.daemon?.identifier
            try second.host.inside("bash", "-c", script)
            try first.waitForLog("refused")
            #expect(first.daemon?.isRunning == true && first.daemon?.identifier == daemon)
            #expect(try second.redeem(venue.codes[0]).exit == 0)
            try venue.waitUntilHealthy()
        }

        @Test("odd codes are answered or refused plainly")
        func oddCodes() throws {
            let venue = try Venue.running("gate-a", tickets: 1)
            let kiosk = venue["gate-a"]
            #expect(try kiosk.run("redeem", "").code == 64)
            #expect(try kiosk.run("redeem", String(repeating: "x", count: 10_000)).code == 64)
            // With a Cyrillic letter.
            let alike = try kiosk.redeem("tick\u{0435}t-1")
            #expect(alike.exit == 1 && alike.answer.reason == "invalid")
            let file = kiosk.host.folder + "/odd"
            try Data([0x00, 0x0A, 0xFF, 0xFE, 0x0A] + Array("ticket-1\u{0}\n".utf8))
                .write(to: URL(fileURLWithPath: file))
            let batch: Summary = try kiosk.json("redeem", "--batch", file)
            #expect(batch.rejected == 3)
            #expect(try kiosk.redeem("ticket-1").exit == 0)
        }
    }
}
