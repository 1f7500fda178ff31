import MeshLedger
import MeshModel

/// Two reigns: kiosk 1 imports two tickets, redeems both and writes one block more; kiosk 2
/// inherits the first redemption only, so that what follows it is void, and goes on.
struct VenueDay {
    let start = founding()
    let imports: Block
    let first: Block
    /// Beyond the cut.
    let lost: Block
    let lostToo: Block
    let secondStart: Block
    let second: Block

    init() {
        imports = start.next([imported([ticket(1, entries: 2), ticket(2)], request: 10)])
        first = imports.next([redeemed(1, request: 11)])
        lost = first.next([redeemed(2, request: 12)])
        lostToo = lost.next([redeemed(1, request: 13)])
        secondStart = first.inherited(2, by: 2)
        second = secondStart.next([redeemed(2, request: 14, at: 2)])
    }

    /// In an order in which each can be taken.
    var blocks: [Block] { [start, imports, first, lost, lostToo, secondStart, second] }
}
