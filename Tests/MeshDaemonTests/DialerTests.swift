import MeshModel
import Testing

@testable import MeshDaemon

@Suite struct DialerTests {
    private let kiosk = KioskID(Key32(Array(repeating: 7, count: 32))!)
    private func tick(_ milliseconds: UInt64) -> Tick {
        Tick(nanoseconds: milliseconds * 1_000_000)
    }

    @Test func dialsANewAddressAtOnceAndThenMoreAndMoreSeldom() {
        var dialer = Dialer()
        dialer.add(host: "10.0.0.1", port: 7400)
        #expect(dialer.due(tick(0), linked: []).map(\.host) == ["10.0.0.1"])
        #expect(dialer.due(tick(100), linked: []).isEmpty)
        dialer.failed(host: "10.0.0.1", port: 7400, isOwn: false)
        #expect(dialer.due(tick(300), linked: []).count == 1)
        #expect(dialer.due(tick(600), linked: []).isEmpty)
        #expect(dialer.due(tick(900), linked: []).count == 1)
    }

    @Test func leavesAloneWhoIsLinkedAndComesBackWhenTheLinkCloses() {
        var dialer = Dialer()
        dialer.add(host: "10.0.0.1", port: 7400)
        dialer.connected("10.0.0.1:7400", to: kiosk)
        #expect(dialer.due(tick(0), linked: [kiosk]).isEmpty)
        #expect(dialer.known == ["10.0.0.1:7400"])
        dialer.retry(kiosk)
        #expect(dialer.due(tick(1), linked: []).count == 1)
    }

    @Test func asksMoreAndMoreSeldomWhereItIsRefused() {
        var dialer = Dialer()
        dialer.add(host: "10.0.0.1", port: 7400, isGiven: true)
        var dials: [UInt64] = []
        // A minute and a half in steps of the daemon's; each dial comes up and is refused.
        for step in 0..<450 {
            let now = tick(UInt64(step) * 200)
            guard !dialer.due(now, linked: []).isEmpty else { continue }
            dials.append(UInt64(step) * 200)
            dialer.connected("10.0.0.1:7400", to: kiosk)
            dialer.refused("10.0.0.1:7400", at: now)
            dialer.retry(kiosk)
        }
        #expect(dials == [0, 1000, 3000, 7000, 15_000, 31_000, 61_000])
    }

    @Test func asksSeldomOnWhereTheRefuserDoesNotEvenAnswer() {
        var dialer = Dialer()
        dialer.add(host: "10.0.0.1", port: 7400)
        dialer.refused("10.0.0.1:7400", at: tick(0))
        #expect(dialer.due(tick(1000), linked: []).count == 1)
        #expect(dialer.due(tick(1200), linked: []).isEmpty)
        #expect(dialer.due(tick(2000), linked: []).count == 1)
    }

    // A fail-over is as long as the others take to find each other again.
    @Test func aLinkThatWorkedIsRedialledAtOnceWhenItIsLost() {
        var dialer = Dialer()
        dialer.add(host: "10.0.0.1", port: 7400)
        dialer.connected("10.0.0.1:7400", to: kiosk)
        dialer.refused("10.0.0.1:7400", at: tick(0))
        dialer.welcomed(kiosk)
        dialer.retry(kiosk)
        #expect(dialer.due(tick(1), linked: []).count == 1)
        #expect(dialer.due(tick(301), linked: []).count == 1)
    }

    @Test func aNewRosterMayMakeItWelcome() {
        var dialer = Dialer()
        dialer.add(host: "10.0.0.1", port: 7400)
        dialer.refused("10.0.0.1:7400", at: tick(0))
        dialer.forgive()
        #expect(dialer.due(tick(1), linked: []).count == 1)
    }

    @Test func neverDialsItself() {
        var dialer = Dialer()
        dialer.add(host: "127.0.0.1", port: 7400, isGiven: true)
        dialer.failed(host: "127.0.0.1", port: 7400, isOwn: true)
        #expect(dialer.due(tick(60_000), linked: []).isEmpty)
    }

    @Test func forgetsALearnedAddressThatNeverAnswersButNotAGivenOne() {
        var dialer = Dialer()
        dialer.add(host: "10.0.0.1", port: 1)
        dialer.add(host: "10.0.0.2", port: 2, isGiven: true)
        for _ in 0...Dialer.patience {
            dialer.failed(host: "10.0.0.1", port: 1, isOwn: false)
            dialer.failed(host: "10.0.0.2", port: 2, isOwn: false)
        }
        #expect(dialer.due(tick(60_000), linked: []).map(\.host) == ["10.0.0.2"])
    }

    @Test func learnsTheTellersOwnAddressFromTheLink() {
        var dialer = Dialer()
        dialer.learn(
            [":7401", "10.0.0.9:7402", "nonsense", "[fe80::1%eth0]:7403"], from: "10.0.0.5:50123")
        let due = dialer.due(tick(0), linked: []).map { "\($0.host) \($0.port)" }
        #expect(due == ["10.0.0.5 7401", "10.0.0.9 7402", "fe80::1%eth0 7403"])
    }

    @Test func isBounded() {
        var dialer = Dialer()
        for port in 1...(Dialer.maximum + 50) { dialer.add(host: "10.0.0.1", port: port) }
        #expect(dialer.due(tick(0), linked: []).count == Dialer.maximum)
    }

    @Test(arguments: [
        ("10.0.0.1:7400", "10.0.0.1", 7400), ("[::1]:1", "::1", 1),
        ("kiosk.local:65535", "kiosk.local", 65535),
    ])
    func splitsAddresses(text: String, host: String, port: Int) throws {
        let split = try #require(Dialer.split(text))
        #expect(split.host == host && split.port == port)
    }

    @Test(arguments: ["", ":1", "a", "a:", "a:0", "a:65536", "a:x"])
    func refusesWhatIsNoAddress(text: String) { #expect(Dialer.split(text) == nil) }
}
