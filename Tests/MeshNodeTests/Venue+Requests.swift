import MeshModel
import MeshNode

extension Venue {
    static func id(_ number: UInt64) -> Key16 { Key16(high: 0, low: number) }

    /// A ticket whose serial is its own number.
    static func ticket(_ number: UInt64, entries: UInt32 = 1, digest: UInt64 = 1) -> Ticket {
        Ticket(
            id: id(number), credentials: [Credential(kind: .serial, hash: id(number))],
            product: "day", entries: entries, contentDigest: digest)
    }

    func ask(_ name: Character, _ request: UInt64, _ body: RequestBody) {
        input(
            .request(Self.id(request), body, patience: .seconds(5)), at: name)
    }

    func redeem(_ number: UInt64, as request: UInt64, at name: Character) {
        ask(name, request, .redeem(Scan(Self.id(number))))
    }

    func importTickets(_ numbers: ClosedRange<UInt64>, as request: UInt64, at name: Character) {
        ask(name, request, .importTickets(numbers.map { Self.ticket($0) }))
    }

    /// Imports and lets it settle, without writing it down.
    func stock(_ numbers: ClosedRange<UInt64>, at name: Character) {
        mute { importTickets(numbers, as: 1, at: name) }
    }

    /// Does something and lets it settle, without writing it down.
    func mute(_ body: () -> Void) {
        transcript.isMuted = true
        body()
        run(milliseconds: 300)
        transcript.isMuted = false
    }
}
