import MeshModel
import Testing

@testable import MeshLedger

/// The catalogue against a plain dictionary of tickets, under changes in no particular order.
@Suite struct TicketRowsTests {
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return z ^ (z >> 31)
        }
    }

    private func ticket(_ id: UInt64, _ numbers: inout Numbers, size: Int = 60) -> Ticket {
        func some(_ range: ClosedRange<Int64>) -> Int64? {
            Bool.random(using: &numbers) ? Int64.random(in: range, using: &numbers) : nil
        }
        var ticket = Ticket(id: Key16(high: id, low: ~id), credentials: [], contentDigest: 0)
        let secret = Key16(high: 1, low: id)
        ticket.credentials = [
            Credential(kind: .serial, hash: secret), Credential(kind: .qr, hash: secret),
        ]
        if Bool.random(using: &numbers) {
            let account = Key16(high: 2, low: UInt64.random(in: 0...20, using: &numbers))
            ticket.credentials.append(Credential(kind: .account, hash: account))
        }
        ticket.event = "event-\(Int.random(in: 0...3, using: &numbers))"
        ticket.segment = Bool.random(using: &numbers) ? "" : "gala"
        ticket.product = ["", "Standard", "VIP – Küchentisch"].randomElement(using: &numbers) ?? ""
        ticket.seat = String(repeating: "ö", count: Int.random(in: 0...90, using: &numbers))
        ticket.validFrom = some(.min ... .max)
        ticket.validUntil = some(-1...1)
        ticket.variation = some(0 ... .max).map { UInt64($0) }
        ticket.session = some(0...127).map { UInt64($0) }
        ticket.entries = [1, 2, .max].randomElement(using: &numbers) ?? 1
        ticket.status = [.paid, .unpaid, .canceled, .blocked].randomElement(using: &numbers)!
        ticket.marks = TicketMarks(rawValue: UInt32.random(in: 0...0x3f, using: &numbers))
        ticket.productID = [0, 1, 128, .max].randomElement(using: &numbers) ?? 0
        ticket.contentDigest = UInt64.random(in: 0 ... .max, using: &numbers)
        ticket.sealedDetails = (0..<Int.random(in: 0...size, using: &numbers)).map {
            UInt8($0 % 251)
        }
        ticket.checkIns = (0..<Int.random(in: 0...3, using: &numbers)).map {
            CheckIn(list: UInt64($0), kind: $0 == 1 ? .exit : .entry, at: -5 + Int64($0) * 1000)
        }
        return ticket
    }

    @Test(arguments: 1...5) func everythingThatWasPutInIsThere(seed: UInt64) {
        var numbers = Numbers(state: seed)
        var catalogue = Catalogue()
        var model: [TicketID: Ticket] = [:]
        for _ in 0..<3000 {
            let id = UInt64.random(in: 0..<400, using: &numbers)
            let ticket = ticket(id, &numbers)
            catalogue.set(ticket)
            model[ticket.id] = ticket
        }
        #expect(catalogue.count == model.count)
        for id in model.keys.sorted() { #expect(catalogue[id]?.ticket == model[id]) }
        for account in 0...20 as ClosedRange<UInt64> {
            let hash = Key16(high: 2, low: account)
            let owners = model.values.filter { $0.credentials.contains { $0.hash == hash } }
            #expect(catalogue.find(hash, kind: nil) == owners.map(\.id).sorted())
            #expect(catalogue.find(hash, kind: .serial).isEmpty)
        }
        let covered = model.values.filter { $0.segment == "gala" && $0.event == "event-2" }
        #expect(catalogue.ids(segment: "gala", event: "event-2") == covered.map(\.id).sorted())
        #expect(catalogue.ids(segment: "gala", event: "nowhere").isEmpty)
        // The same in another order is the same.
        var other = Catalogue()
        for id in model.keys.sorted().reversed() { other.set(model[id]!) }
        #expect(catalogue == other)
        let gone = model.keys.sorted()[7]
        var changed = model[gone]!
        changed.seat += "!"
        other.set(changed)
        #expect(catalogue != other)
    }

    @Test func whatIsLeftOverIsDropped() {
        var numbers = Numbers(state: 11)
        var rows = TicketRows()
        var model: [TicketRows.Row: Ticket] = [:]
        for id in 0..<200 as Range<UInt64> {
            let ticket = ticket(id, &numbers, size: 4000)
            model[rows.add(ticket)] = ticket
        }
        for step in 0..<6000 {
            let row = TicketRows.Row(Int.random(in: 0..<200, using: &numbers))
            let ticket = ticket(UInt64(1000 + step), &numbers, size: 4000)
            if step % 7 == 0 {
                rows.remove(row)
                let again = rows.add(ticket)
                #expect(again == row, "a free row is used again")
            } else {
                rows.replace(row, by: ticket)
            }
            model[row] = ticket
        }
        for row in model.keys.sorted() { #expect(rows[row] == model[row]) }
        // 12 MB were written in all; what is held is a small multiple of what counts.
        #expect(rows.heldBytes < 4 << 20)
    }
}
