import MeshModel
import Testing

@testable import MeshDaemon

@Suite struct ApplicationBrakeTests {
    private func tick(_ seconds: Double) -> Tick { Tick(nanoseconds: UInt64(seconds * 1e9)) }

    @Test func asksMoreAndMoreSeldom() {
        var brake = ApplicationBrake()
        var asked: [Int] = []
        for second in 0..<100 where brake.mayApply(at: tick(Double(second))) {
            asked.append(second)
            // Three members answer the same.
            for _ in 0..<3 { brake.denied(at: tick(Double(second) + 0.1)) }
        }
        #expect(asked == [0, 2, 5, 10, 19, 36, 67, 98])
    }

    @Test func nobodySaidNo() {
        let brake = ApplicationBrake()
        #expect(brake.mayApply(at: tick(0)) && brake.mayApply(at: tick(0.5)))
    }
}
