import MeshControl
import MeshModel
import MeshWire
import Testing

@testable import MeshDaemon

@Suite struct TicketRowsTests {
    private let sealing = TicketSealing(
        MeshKeys(
            credential: Key32(Array(repeating: 1, count: 32))!,
            details: Key32(Array(repeating: 2, count: 32))!))

    @Test func noCodeAndNoNameRestsInTheClear() throws {
        let row = ImportRow(
            line: 2, serial: "SERIAL-1234", qr: "QR-5678", idNumber: "11010519491231002X",
            account: "ada@example.org", holder: "Ada Alvarez")
        let ticket = sealing.ticket(row)
        let clear = String(decoding: ticket.sealedDetails, as: UTF8.self)
        for secret in ["SERIAL-1234", "QR-5678", "11010519491231002X", "ada@", "Ada"] {
            #expect(!clear.contains(secret))
        }
        let details = try #require(sealing.open(ticket.sealedDetails))
        #expect(details.holder == "Ada Alvarez" && details.serial == "SERIAL-1234")
        #expect(ticket.credentials.map(\.kind) == [.serial, .qr, .idNumber, .account])
    }

    @Test func theSameRowGivesTheSameTicketWhereverItStands() {
        let row = ImportRow(line: 2, serial: "A", holder: "Ada")
        var moved = row
        moved.line = 99
        #expect(sealing.ticket(row) == sealing.ticket(moved))
    }

    @Test(arguments: [
        ImportRow(line: 2, serial: "A", holder: "Bo"), ImportRow(line: 2, serial: "A", seat: "1"),
        ImportRow(line: 2, serial: "A", entries: 2),
        ImportRow(line: 2, serial: "A", status: "blocked"),
        ImportRow(line: 2, serial: "A", validFrom: 5),
    ])
    func anyOtherContentHasAnotherDigest(row: ImportRow) {
        let plain = sealing.ticket(ImportRow(line: 2, serial: "A"))
        #expect(sealing.ticket(row).id == plain.id)
        #expect(sealing.ticket(row).contentDigest != plain.contentDigest)
    }

    @Test func lookAlikesAreOtherCodes() {
        #expect(sealing.credential("A") != sealing.credential("\u{0391}"))
        #expect(sealing.credential(" A\r\n") == sealing.credential("A"))
        #expect(sealing.credential("\u{e9}") != sealing.credential("e\u{301}"))
    }

    @Test func anotherMeshHasOtherHashes() {
        let other = TicketSealing(
            MeshKeys(credential: .zero, details: .zero))
        #expect(other.credential("A") != sealing.credential("A"))
        #expect(other.open(sealing.ticket(ImportRow(line: 2, serial: "A")).sealedDetails) == nil)
    }
}
