import MeshModel
import Testing

@Suite struct RosterTests {
    private func entry(_ number: UInt8, revoked: Bool = false) -> RosterEntry {
        RosterEntry(
            kiosk: kiosk(number), name: "gate-\(number)", tlsKey: .zero, hasStorage: true,
            isRevoked: revoked)
    }

    private func kiosk(_ number: UInt8) -> KioskID {
        KioskID(Key32([UInt8](repeating: number, count: 32)) ?? .zero)
    }

    @Test func isSortedWhateverTheOrder() {
        let entries = [entry(1), entry(2), entry(3), entry(4)]
        for order in permutations(of: entries) {
            var grown = Roster()
            for entry in order { grown.set(entry) }
            #expect(grown.entries == entries)
            #expect(grown.version == 4)
            #expect(Roster(version: 4, entries: order) == grown)
        }
    }

    @Test func findsByKeyAndByName() {
        let roster = Roster(version: 1, entries: [entry(2), entry(4)])
        #expect(roster[kiosk(2)]?.name == "gate-2")
        #expect(roster[name: "gate-4"]?.kiosk == kiosk(4))
        for absent: UInt8 in [1, 3, 5] { #expect(roster[kiosk(absent)] == nil) }
        #expect(roster[name: "gate-3"] == nil)
        #expect(Roster()[kiosk(1)] == nil)
    }

    @Test func admitsWhoWasAdmittedAndNotRevoked() {
        var roster = Roster(version: 2, entries: [entry(1), entry(2, revoked: true)])
        #expect(roster.admits(kiosk(1)))
        #expect(!roster.admits(kiosk(2)))
        #expect(!roster.admits(kiosk(3)))
        roster.set(entry(1, revoked: true))
        #expect(!roster.admits(kiosk(1)))
        #expect(roster.entries.count == 2)
        #expect(roster.version == 3)
    }
}
