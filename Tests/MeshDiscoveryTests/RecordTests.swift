import Testing

@testable import MeshDiscovery

@Suite("Records and names")
struct RecordTests {
    @Test("the text record is what RFC 6763 says, and reads back")
    func text() {
        let record = TextRecord(version: 1, meshHash: "ab")
        #expect(record.encoded() == Array("\u{3}v=1\u{4}m=ab".utf8))
        #expect(TextRecord(decoding: record.encoded()) == record)
    }

    @Test(
        "hostile text records yield what is there and nothing else",
        arguments: [
            ([], nil, nil), ([0], nil, nil), ([255], nil, nil),
            (Array("\u{9}v=1".utf8), 1, nil),
            (Array("\u{3}v=1\u{3}v=2\u{1}m\u{2}m=".utf8), 1, ""),
            (Array("\u{4}V=-7\u{3}m\u{0}=".utf8), -7, nil),
            (Array("\u{16}v=99999999999999999999".utf8), nil, nil),
            ([3, 0x6D, 0x3D, 0xFF], nil, "\u{FFFD}"),
        ] as [([UInt8], Int?, String?)])
    func hostile(bytes: [UInt8], version: Int?, meshHash: String?) {
        let record = TextRecord(decoding: bytes)
        #expect(record == TextRecord(version: version, meshHash: meshHash))
    }

    @Test("names fit one DNS label, whole characters only")
    func names() {
        #expect(DiscoveryConfiguration.fitting("gate-a") == "gate-a")
        #expect(DiscoveryConfiguration.fitting("") == "kiosk")
        #expect(DiscoveryConfiguration.fitting("a\nb\u{0}c") == "abc")
        let long = DiscoveryConfiguration.fitting(String(repeating: "é", count: 60))
        #expect(long == String(repeating: "é", count: 31))
        let taken = DiscoveryConfiguration(
            instanceName: long, port: 1, meshHash: "", protocolVersion: 1, loopbackOnly: true)
        #expect(taken.name(afterCollisions: 0) == long)
        let next = taken.name(afterCollisions: 9)
        #expect(next.hasSuffix("é #10") && next.utf8.count <= 63)
    }

    @Test("addresses are ordered as one should try them, link-local ones with their scope")
    func addresses() throws {
        let loopback = [UInt8](repeating: 0, count: 15) + [1]
        let linkLocal = [0xFE, 0x80] + [UInt8](repeating: 0, count: 13) + [7]
        let records: [[UInt8]] = [linkLocal, loopback, [10, 77, 0, 2], [10, 77, 0, 1]]
        let sorted = records.compactMap { NetworkAddress(bytes: $0, interfaceIndex: 1) }.sorted()
        #expect(sorted.map(\.text) == ["10.77.0.1", "10.77.0.2", "::1", "fe80::7%lo"])
        for length in [0, 1, 3, 5, 15, 17] {
            let bytes = [UInt8](repeating: 1, count: length)
            #expect(NetworkAddress(bytes: bytes, interfaceIndex: 1) == nil)
        }
    }

    @Test("pauses double up to their limit and begin anew after a success")
    func backoff() {
        var backoff = Backoff(first: .milliseconds(500), last: .seconds(10))
        let pauses = (0..<7).map { _ in backoff.pause() }
        #expect(
            pauses == [0.5, 1, 2, 4, 8, 10, 10].map { Duration.milliseconds(Int($0 * 1_000)) })
        backoff.reset()
        #expect(backoff.pause() == .milliseconds(500))
    }
}
