import Foundation
import MeshCrypto
import Testing

@testable import BoxOffice

/// A folder of a test's own, gone with it.
final class TestFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "/box-office-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, to name: String) throws -> String {
        let file = "\(path)/\(name)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        return file
    }

    func mode(of name: String) throws -> Int? {
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
        return (attributes[.posixPermissions] as? NSNumber)?.intValue
    }
}

/// A box office with a few tickets.
struct OfficeFixture {
    static let tickets = """
        serial,qr,id_number,account,event,product,seat,holder,valid_from,valid_until,entries,status
        A-1,QR-1,ID-1,ada@example.org,gala,Day,R1,"Ada ""A"" Byron",2026-12-01T18:00:00+01:00,,,
        A-2,,,,gala,Day,,,,,3,
        A-3,,,,gala,Night,,,,,,unpaid
        A-4,,,,gala,,,,,,,blocked
        B-1,,,,Winter Ball,Day,,,,,,canceled

        """

    let folder: TestFolder
    let office: BoxOffice

    init(tickets: String = tickets) throws {
        folder = try TestFolder()
        office = try BoxOffice(directory: folder.path + "/data")
        if !tickets.isEmpty {
            _ = try office.importTickets(path: folder.write(tickets, to: "tickets.csv"))
        }
    }

    func key(_ serial: String, event: String = "gala") -> String {
        office.ticketKey(event: event, serial: serial)
    }

    func fact(
        _ kind: OfficeFact.Kind, _ number: Int, _ serial: String, isExit: Bool = false,
        reason: String = "already_redeemed"
    ) -> OfficeFact {
        var fact = OfficeFact(
            kind: kind, request: Self.request(number), key: key(serial), at: 1_000 + Int64(number))
        fact.isExit = isExit
        fact.kiosk = "gate-\(number)"
        fact.guarantee = "replicated"
        if kind == .rejected { fact.reason = reason }
        return fact
    }

    static func request(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 32 - digits.count) + digits
    }
}

/// The code that `body` fails with; nil where it does not.
func code(of body: () throws -> Void) -> BoxOfficeError.Code? {
    do {
        try body()
        return nil
    } catch {
        return (error as? BoxOfficeError)?.code
    }
}
