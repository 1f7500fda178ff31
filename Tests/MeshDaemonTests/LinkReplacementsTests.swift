import MeshModel
import Testing

@testable import MeshDaemon

@Suite struct LinkReplacementsTests {
    private func kiosk(_ number: UInt8) -> KioskID {
        KioskID(Key32(Array(repeating: number, count: 32))!)
    }
    private func tick(_ seconds: UInt64) -> Tick { Tick(nanoseconds: seconds * 1_000_000_000) }

    @Test func twoThatDialEachOtherAreUsual() {
        var replacements = LinkReplacements()
        for at in stride(from: UInt64(0), to: 300, by: 3) {
            let isOdd = replacements.isOdd(kiosk(1), at: tick(at))
            #expect(!isOdd)
        }
    }

    @Test func twoWithOneKeyAreNot() {
        var replacements = LinkReplacements()
        let odd = (0..<20).map { _ in replacements.isOdd(kiosk(1), at: tick(1)) }
        #expect(odd.prefix(LinkReplacements.usual).allSatisfy { !$0 })
        #expect(odd.dropFirst(LinkReplacements.usual).allSatisfy { $0 })
        let other = replacements.isOdd(kiosk(2), at: tick(1))
        let later = replacements.isOdd(kiosk(1), at: tick(11))
        #expect(!other && !later)
    }
}
