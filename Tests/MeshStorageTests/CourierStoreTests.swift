import Foundation
import Testing

@testable import MeshStorage

@Suite("What a terminal collects")
struct CourierStoreTests {
    private func fact(_ number: UInt8, attempt: UInt32 = 0) -> CourierStore.Fact {
        CourierStore.Fact(
            request: [UInt8](repeating: number, count: 16), body: [number, UInt8(attempt)],
            attempt: attempt)
    }

    private func settled(_ number: UInt8, attempt: UInt32, _ result: Int) -> CourierStore.Fact {
        var fact = fact(number, attempt: attempt)
        fact.result = result
        fact.words = "said"
        return fact
    }

    @Test("a refused fact waits again only for a later attempt")
    func attempts() throws {
        let folder = try TemporaryFolder()
        let store = try CourierStore(in: folder.state())
        #expect(try store.add([fact(1), fact(2)], segment: "gala") == 2)
        #expect(try store.add([fact(1), fact(2)], segment: "gala") == 0)
        try store.settle([settled(1, attempt: 0, 3), settled(2, attempt: 0, 1)])
        #expect(try store.add([fact(1), fact(2, attempt: 1)], segment: "gala") == 0)
        #expect(try store.counts("gala") == [3: 1, 1: 1])

        #expect(try store.add([fact(1, attempt: 1)], segment: "gala") == 1)
        #expect(try store.waiting("gala", limit: 9) == [fact(1, attempt: 1)])
        #expect(try store.add([fact(1, attempt: 2)], segment: "gala") == 0)
        #expect(try store.waiting("gala", limit: 9) == [fact(1, attempt: 2)])
        try store.settle([settled(1, attempt: 2, 3)])
        let all = try store.settled("gala", after: 0, limit: 9).facts
        #expect(all.map(\.attempt) == [2, 0])
    }

    @Test("a dropped segment leaves nothing but facts")
    func dropped() throws {
        let folder = try TemporaryFolder()
        let store = try CourierStore(in: folder.state())
        try store.keep(.init(name: "gala", version: 1, grant: [1], token: []))
        try store.keep(
            segment: "gala", event: "a", progress: [1],
            tickets: [.init(id: [1], bytes: [2], isCounted: true)], isFirst: true)
        try store.drop(segment: "gala")
        #expect(try store.segments().isEmpty && store.parts(of: "gala").isEmpty)
        #expect(try store.tickets(of: "gala", event: "a", after: nil, limit: 9).isEmpty)
    }

    @Test("nobody else reads the file")
    func mode() throws {
        let folder = try TemporaryFolder()
        let state = try folder.state()
        _ = try CourierStore(in: state)
        let path = state.path(of: CourierStore.name)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
    }
}
