import Foundation
import MeshModel
import Testing

@testable import MeshDaemon

@Suite struct SavedOptionsTests {
    @Test func keepsWhatAnEarlierRunWasTold() throws {
        var saved = SavedOptions()
        var first = RunOptions(state: "x")
        first.listen = "127.0.0.1:7400"
        first.discovery = ["static"]
        first.peers = ["10.0.0.1:7400"]
        try saved.apply(first)
        try saved.apply(RunOptions(state: "x"))
        #expect(saved.listenHost == "127.0.0.1" && saved.listenPort == 7400)
        #expect(saved.discovery == ["static"] && saved.peers == ["10.0.0.1:7400"])
    }

    @Test(arguments: [
        ("127.0.0.1:0", "127.0.0.1", 0), (":7400", "::", 7400), ("[::1]:0", "::1", 0),
    ])
    func readsListenAddresses(text: String, host: String, port: Int) throws {
        var saved = SavedOptions()
        var options = RunOptions(state: "x")
        options.listen = text
        try saved.apply(options)
        #expect(saved.listenHost == host && saved.listenPort == port)
    }

    @Test(arguments: ["7400", "host", "host:70000", ""])
    func refusesOddListenAddresses(text: String) {
        var options = RunOptions(state: "x")
        options.listen = text
        let error = #expect(throws: DaemonError.self) {
            var saved = SavedOptions()
            try saved.apply(options)
        }
        #expect(error?.exitCode == 64)
    }

    @Test func refusesUnknownDiscoveryAndBadPeers() {
        var options = RunOptions(state: "x")
        options.discovery = ["carrier-pigeon"]
        #expect(throws: DaemonError.self) {
            var saved = SavedOptions()
            try saved.apply(options)
        }
        options.discovery = nil
        options.peers = ["nowhere"]
        #expect(throws: DaemonError.self) {
            var saved = SavedOptions()
            try saved.apply(options)
        }
    }

    @Test func requestIDsAreUUIDs() throws {
        let id = RequestID.random()
        #expect(RequestID(uuid: id.uuid) == id)
        #expect(RequestID(uuid: id.uuid.uppercased()) == id)
        #expect(RequestID(uuid: "not-a-uuid") == nil)
        #expect(RequestID(uuid: String(id.uuid.dropLast())) == nil)
    }
}
