import Testing

@testable import TicketServers

@Suite struct PretixTimeTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0),
            ("2026-11-23T01:15:51.726425Z", 1_795_396_551_726),
            ("2026-11-23T02:15:51.726425+01:00", 1_795_396_551_726),
            ("2026-11-22T21:45:51.7-03:30", 1_795_396_551_700),
            ("2024-02-29T23:59:59.999999Z", 1_709_251_199_999),
            ("1969-12-31T23:59:59.5Z", -500),
            ("2000-03-01T00:00:00+00:00", 951_868_800_000),
        ] as [(String, Int64)])
    func reads(_ text: String, _ milliseconds: Int64) {
        #expect(PretixTime(text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        "", "2026", "2026-11-23", "2026-11-23T01:15:51", "2026-11-23 01:15:51Z",
        "2026-13-23T01:15:51Z", "2026-11-32T01:15:51Z", "2026-11-23T24:00:00Z",
        "2026-11-23T01:60:00Z", "2026-11-23T01:15:51.Z", "2026-11-23T01:15:51.1234567890Z",
        "2026-11-23T01:15:51+0100", "2026-11-23T01:15:51+01:60", "2026-11-23T01:15:51Zx",
        "+026-11-23T01:15:51Z", "２026-11-23T01:15:51Z",
    ])
    func refuses(_ text: String) { #expect(PretixTime(text) == nil) }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"),
            (1_795_396_551_726, "2026-11-23T01:15:51.726Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (Int64.min, "0001-01-01T00:00:00.000Z"),
            (Int64.max, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func writes(_ milliseconds: Int64, _ text: String) {
        #expect(PretixTime(milliseconds: milliseconds).text == text)
    }

    /// 50,000 days in steps that meet every month and leap year from 1920 to 2100.
    @Test func writesWhatItReads() {
        var time: Int64 = -1_577_923_200_000
        while time < 4_102_444_800_000 {
            let text = PretixTime(milliseconds: time).text
            #expect(PretixTime(text)?.milliseconds == time, "\(text)")
            time += 113_580_123
        }
    }
}
