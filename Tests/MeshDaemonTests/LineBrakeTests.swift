import MeshModel
import Testing

@testable import MeshDaemon

@Suite struct LineBrakeTests {
    private func tick(_ seconds: Double) -> Tick { Tick(nanoseconds: UInt64(seconds * 1e9)) }

    @Test func tellsTheFirstAndCountsTheRest() {
        var brake = LineBrake()
        var told = 0
        for call in 0..<313 where brake.passes("no handshake", at: tick(Double(call) / 100)) {
            told += 1
        }
        #expect(told == 1)
        #expect(brake.takeLeftOut(at: tick(9.9)).isEmpty)
        #expect(brake.takeLeftOut(at: tick(10)) == [.init(kind: "no handshake", count: 312)])
        #expect(brake.takeLeftOut(at: tick(10)).isEmpty)
    }

    @Test func whatGoesOnIsCountedOnAndWhatWasQuietIsToldAtOnce() {
        var brake = LineBrake()
        _ = brake.passes("a", at: tick(0))
        _ = brake.passes("a", at: tick(1))
        _ = brake.takeLeftOut(at: tick(10))
        let goesOn = brake.passes("a", at: tick(11))
        #expect(!goesOn)
        #expect(brake.takeLeftOut(at: tick(20)) == [.init(kind: "a", count: 1)])
        #expect(brake.takeLeftOut(at: tick(30)).isEmpty)
        let isNew = brake.passes("a", at: tick(31))
        #expect(isNew)
    }

    @Test func kindsDoNotHoldUpEachOther() {
        var brake = LineBrake()
        let told = ["a", "b", "a"].map { brake.passes($0, at: tick(0)) }
        #expect(told == [true, true, false])
    }

    // The reason of a refusal holds numbers that the caller chooses.
    @Test func numbersMakeNoOtherKind() {
        var brake = LineBrake()
        let told = (0..<1000).count { brake.passes("a frame of \($0) bytes", at: tick(0)) }
        #expect(told == 1)
        #expect(brake.takeLeftOut(at: tick(10)) == [.init(kind: "a frame of 0 bytes", count: 999)])
    }

    @Test func madeUpKindsAreBounded() {
        var brake = LineBrake()
        var told = 0
        for number in 0..<1000 {
            let kind = String(repeating: "x", count: number)
            if brake.passes(kind, at: tick(0)) { told += 1 }
        }
        #expect(told == LineBrake.maximumKinds + 1)
        let left = brake.takeLeftOut(at: tick(10)).reduce(0) { $0 + $1.count }
        #expect(told + left == 1000)
    }
}
