import Foundation
import TestHosts
import Testing

extension VenueTests {
    @Suite("Damage") struct DamageTests {
        @Test("a second daemon on one directory refuses plainly, the first goes on")
        func twoDaemons() throws {
            let venue = try Venue.running("gate-a", tickets: 1)
            let second = try venue["gate-a"].run("run")
            #expect(second.code == 1)
            #expect(second.errors.contains("another") || second.errors.contains("already"))
            #expect(try venue["gate-a"].redeem(venue.codes[0]).exit == 0)
        }

        @Test("a full disk: said plainly, the others go on, and it catches up once there is room")
        func fullDisk() throws {
            let venue = try Venue(["gate-a", "gate-b", "gate-c"])
            let full = venue["gate-c"]
            try full.mountSmallDisk(megabytes: 24)
            try venue.found()
            try venue.join(venue["gate-b"])
            try venue.join(full)
            try venue.waitUntilHealthy()
            try venue.importTickets(300)
            let redeemed = try full.redeem(venue.codes[0])
            #expect(redeemed.exit == 0)
            try? Program.run(
                ["dd", "if=/dev/zero", "of=\(full.state)/filler", "bs=4096"])
            let load = try Load(
                venue, at: [venue["gate-a"], venue["gate-b"]], codes: venue.codes.dropFirst())
            let outcome = try load.finish()
            #expect(outcome.summary.unavailable == 0 && outcome.redeemed.count == 299)
            #expect(full.log.contains("The disk is full"), "\(full.tail)")
            let told = try full.run("status")
            #expect(told.output.contains("The disk is full"), "\(told)")
            try FileManager.default.removeItem(atPath: full.state + "/filler")
            try venue.waitUntilHealthy()
            try outcome.expectKept(by: venue.kiosks)
            let kept = try full.records().contains { $0.requestId == redeemed.answer.requestId }
            #expect(kept)
        }

        @Test("a damaged log is found at the start, said, and fetched anew from the others")
        func damagedLog() throws {
            let venue = try Venue.running("gate-a", "gate-b", "gate-c", tickets: 200)
            let damaged = venue["gate-c"]
            #expect(try damaged.redeem(venue.codes[0]).exit == 0)
            damaged.stop()
            try damaged.damageLog()
            try damaged.start()
            try damaged.waitForLog("the log was damaged")
            try venue.waitUntilHealthy()
            #expect(try damaged.redeem(venue.codes[0]).exit == 1)
            #expect(try damaged.redeem(venue.codes[1]).exit == 0)
            try Load.Outcome.expectEqualDigests(venue.kiosks)
        }

        @Test("a damaged log with nobody to ask: never served")
        func damagedAlone() throws {
            let venue = try Venue.running("gate-a", tickets: 200)
            let kiosk = venue["gate-a"]
            #expect(try kiosk.redeem(venue.codes[0]).exit == 0)
            kiosk.stop()
            try kiosk.damageLog()
            try kiosk.start()
            try kiosk.waitForLog("the log was damaged")
            for code in venue.codes.prefix(2) {
                try eventually("the daemon answers") {
                    try kiosk.redeem(code, "--timeout", "3s").exit == 3
                }
            }
            let status = try kiosk.run("status")
            #expect(status.code == 3)
            #expect(status.output.contains("found a new mesh in an empty one"), "\(status)")
        }

        @Test("a long path serves; a bad one is refused plainly")
        func paths() throws {
            let venue = try Venue(["gate-a"])
            let kiosk = venue["gate-a"]
            kiosk.state = kiosk.host.folder + "/" + String(repeating: "long-", count: 40)
            try venue.found()
            try kiosk.waitFor("redeeming")
            try venue.importTickets(1)
            #expect(try kiosk.redeem(venue.codes[0]).exit == 0)
            let file = kiosk.host.folder + "/file"
            try "".write(toFile: file, atomically: true, encoding: .utf8)
            for path in [file, file + "/below", "/proc/below"] {
                let refused: Refusal = try kiosk.json(
                    "init", "--venue", "x", "--state", path)
                #expect(refused.error.message.contains(path))
                #expect(refused.error.hint?.isEmpty == false)
            }
        }

        @Test("a port in use is said plainly, and the daemon there goes on")
        func portInUse() throws {
            let venue = try Venue(["gate-a"])
            let kiosk = venue["gate-a"]
            try venue.found()
            try kiosk.waitFor("redeeming")
            let other = kiosk.host.folder + "/other"
            let founded = try kiosk.run("init", "--venue", "x", "--state", other)
            #expect(founded.code == 0)
            let refused = try kiosk.run(
                "run", "--listen", "10.77.0.1:7400", "--discovery", "static", "--state", other)
            #expect(refused.code == 1)
            #expect(refused.errors.contains("7400"), "\(refused)")
            #expect(try kiosk.run("status").code == 0)
        }
    }
}

extension Kiosk {
    /// Puts the state directory on a memory disk of its own.
    func mountSmallDisk(megabytes: Int) throws {
        try FileManager.default.createDirectory(
            atPath: state, withIntermediateDirectories: true)
        try Program.run(["mount", "-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", state])
        hasSmallDisk = true
    }

    /// Flips a byte in every page of the database.
    func damageLog() throws {
        let path = state + "/mesh.db"
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        defer { try? file.close() }
        let length = try file.seekToEnd()
        for offset in stride(from: UInt64(6_000), to: length, by: 4_096) {
            try file.seek(toOffset: offset)
            guard let byte = try file.read(upToCount: 1)?.first else { continue }
            try file.seek(toOffset: offset)
            try file.write(contentsOf: Data([byte ^ 0x55]))
        }
    }
}
