import Foundation
import MeshControl
import Testing

@Suite("Answers of schema 1")
struct ReportTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (1_796_144_400_250, "2026-12-01T17:00:00.250Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func times(milliseconds: Int64, text: String) {
        #expect(Timestamp(millisecondsSinceEpoch: milliseconds).description == text)
        #expect(Timestamp(text)?.millisecondsSinceEpoch == milliseconds)
    }

    @Test(arguments: [
        "2026-12-01T18:00:00.25+01:00", "2026-12-01T17:00:00.250Z", "2026-12-01T12:30:00.25-0430",
    ])
    func sameMoment(text: String) {
        #expect(Timestamp(text)?.millisecondsSinceEpoch == 1_796_144_400_250)
    }

    @Test(arguments: ["", "2026-12-01", "2026-12-01T17:00:00", "2026-02-30T00:00:00Z", "now"])
    func noTimes(text: String) { #expect(Timestamp(text) == nil) }

    @Test func unknownIsNullAndNeverMissing() throws {
        let kiosk = KioskEntry(
            id: "k", name: "gate-d", role: .kiosk, state: .lost, storage: false, lag: nil,
            rttMilliseconds: nil, lastSeen: nil, version: nil)
        let json = String(decoding: try ControlCoding.encode(kiosk), as: UTF8.self)
        for key in ["lag", "rttMilliseconds", "lastSeen", "version"] {
            #expect(json.contains("\"\(key)\":null"))
        }
        #expect(try JSONDecoder().decode(KioskEntry.self, from: Data(json.utf8)) == kiosk)
        let short = #"{"id":"k","name":"gate-d","role":"kiosk","state":"lost","storage":false}"#
        #expect(try JSONDecoder().decode(KioskEntry.self, from: Data(short.utf8)) == kiosk)
    }

    @Test func statusHasTheKeysOfTheContract() throws {
        let report = StatusReport(
            venue: "hall-3", mesh: "m", health: .noHost, problems: [],
            itself: .init(id: "k", name: "gate-b", role: .standby, storage: true), host: nil,
            register: Register(version: 31, voters: ["a"], inSync: ["a"]), kiosks: [],
            tickets: TicketCounts(
                total: 1, redeemed: 2, rejected: 3, awaitingUpload: 4, findings: 5),
            offlineAllowance: OfflineUse(limit: nil, used: 0))
        let bytes = try ControlCoding.encode(report)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        #expect(
            Set(object.keys) == [
                "schema", "venue", "mesh", "health", "problems", "self", "host", "register",
                "kiosks", "tickets", "offlineAllowance", "survivesLosses",
            ])
        #expect(object["schema"] as? Int == 1)
        #expect(object["health"] as? String == "no-host")
        #expect(object["host"] is NSNull)
        #expect(try JSONDecoder().decode(StatusReport.self, from: Data(bytes)) == report)
    }

    // The hand-written JSON of the hot paths and Codable's must be the same to the last key.
    @Test func directJSONAgreesWithCodable() throws {
        for answer in [
            RedeemAnswer.sample(),
            RedeemAnswer(
                status: .rejected, reason: "invalid", guarantee: nil, copies: nil, requestId: "",
                ticket: nil, first: nil, record: nil),
            RedeemAnswer(
                status: .unavailable, reason: "no_host", guarantee: nil, copies: nil,
                requestId: "r", ticket: nil, first: nil, record: nil, undecided: true,
                hint: "Ask \"again\"."),
        ] {
            let direct = ControlCoding.encode(answer)
            let codable = Array(try JSONEncoder().encode(answer))
            #expect(try Self.object(direct) == Self.object(codable))
            #expect(try ControlCoding.decode(RedeemAnswer.self, from: codable[...]) == answer)
            #expect(try JSONDecoder().decode(RedeemAnswer.self, from: Data(direct)) == answer)
        }
        let arguments = RedeemArguments(
            code: "a\0b", kind: .qr, requestId: nil, timeoutMilliseconds: 9)
        let direct = ControlCoding.encode(arguments)
        #expect(try Self.object(direct) == Self.object(Array(JSONEncoder().encode(arguments))))
        #expect(try ControlCoding.decode(RedeemArguments.self, from: direct[...]) == arguments)
    }

    @Test func importRowsSurvive() throws {
        let rows = [
            ImportRow(line: 2, serial: "S"),
            ImportRow(
                line: 3, serial: "é", qr: "q", idNumber: "i", account: "a", event: "e",
                product: "p", seat: "s", holder: "h\"", validFrom: -5, validUntil: 6, entries: 7,
                status: "blocked"),
        ]
        let json = ControlCoding.encode(ImportArguments(rows: rows))
        #expect(try ControlCoding.decode(ImportArguments.self, from: json[...]).rows == rows)
    }

    @Test func importsHaveABound() {
        let rows = (0...ControlLimits.importRows).map { ImportRow(line: $0, serial: "S\($0)") }
        let json = ControlCoding.encode(ImportArguments(rows: rows))
        #expect(throws: ControlError.self) {
            try ControlCoding.decode(ImportArguments.self, from: json[...])
        }
    }

    private static func object(_ bytes: [UInt8]) throws -> NSDictionary? {
        try JSONSerialization.jsonObject(with: Data(bytes)) as? NSDictionary
    }
}
