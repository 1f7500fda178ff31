import SimulatorKit
import Testing

@Suite struct EventQueueTests {
    @Test func eventsComeByTimeAndThenByArrival() {
        var queue = EventQueue<String>()
        queue.push("late", at: 9)
        queue.push("first of two", at: 5)
        queue.push("early", at: 1)
        queue.push("second of two", at: 5)
        var order: [String] = []
        while let next = queue.pop() { order.append(next.event) }
        #expect(order == ["early", "first of two", "second of two", "late"])
    }

    @Test func aLongMixtureStaysInOrder() {
        var queue = EventQueue<Int>()
        var expected: [(time: UInt64, number: Int)] = []
        for number in 0..<500 {
            let time = UInt64(number * 7919 % 101)
            queue.push(number, at: time)
            expected.append((time, number))
            // What was taken out leaves room that is used again.
            if number % 5 == 4, let gone = queue.pop() {
                expected.removeAll { $0.number == gone.event }
            }
        }
        expected.sort { ($0.time, $0.number) < ($1.time, $1.number) }
        var order: [Int] = []
        while let next = queue.pop() { order.append(next.event) }
        #expect(order == expected.map(\.number))
        #expect(queue.nextTime == nil)
    }
}
