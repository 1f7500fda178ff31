import MeshControl
import Synchronization
import Testing

@Suite("Careless and hostile clients", .timeLimit(.minutes(1)))
struct HostileClientTests {
    private static let echo = ClosureHandler { _, responder in responder.result(raw: [0x31]) }

    @Test(arguments: [
        "GET / HTTP/1.1\r\n\r\n", "{}\n", "\0\u{1}\u{2}\n", "{\"id\":1,\"command\":\n",
        String(repeating: "[", count: 100_000) + "\n",
    ])
    func garbageClosesOnlyItsConnection(garbage: String) async throws {
        try await withServer(Self.echo) { _, path in
            let good = try await ControlClient.connect(path: path)
            let bad = RawClient(path)
            bad.send(garbage)
            let answer = await bad.read()
            #expect(answer.contains("\"code\":\"bad_request\""))
            #expect(answer.hasPrefix("{\"id\":0,"))
            #expect(try await good.request("status").elementsEqual([0x31]))
            await good.close()
        }
    }

    @Test func anEndlessLineIsCutOff() async throws {
        try await withServer(Self.echo) { _, path in
            let bad = RawClient(path)
            let chunk = [UInt8](repeating: 0x78, count: 1 << 20)
            for _ in 0..<18 { bad.send(chunk) }
            // What was still unread when the server closed may take the answer with it.
            let answer = await bad.read()
            #expect(answer.isEmpty || answer.contains("limit_exceeded"))
            let good = try await ControlClient.connect(path: path)
            #expect(try await good.request("status").elementsEqual([0x31]))
            await good.close()
        }
    }

    @Test func aNumberUsedTwiceIsRefused() async throws {
        let held = Mutex<[ControlResponder]>([])
        let handler = ClosureHandler { _, responder in held.withLock { $0.append(responder) } }
        try await withServer(handler) { _, path in
            let bad = RawClient(path)
            bad.send(#"{"id":1,"command":"a"}"# + "\n" + #"{"id":1,"command":"b"}"# + "\n")
            #expect(await bad.read().contains("still unanswered"))
            held.withLock { $0 = [] }
        }
    }

    @Test func requestsInFlightAreBounded() async throws {
        let held = Mutex<[ControlResponder]>([])
        let handler = ClosureHandler { _, responder in held.withLock { $0.append(responder) } }
        try await withServer(handler) { _, path in
            let raw = RawClient(path)
            let lines = (1...(ControlLimits.requestsInFlight + 1)).map {
                #"{"id":\#($0),"command":"a"}"# + "\n"
            }
            raw.send(lines.joined())
            let refused = await raw.read(lines: 1)
            #expect(refused.hasPrefix("{\"id\":\(ControlLimits.requestsInFlight + 1),"))
            #expect(refused.contains("limit_exceeded"))
            let waiting = held.withLock { held in
                defer { held = [] }
                return held
            }
            #expect(waiting.count == ControlLimits.requestsInFlight)
            waiting.first?.result(raw: [0x32])
            #expect(await raw.read(lines: 1).contains("\"id\":1,\"result\":2"))
            raw.close()
        }
    }

    @Test func connectionsAreBounded() async throws {
        try await withServer(Self.echo) { server, path in
            var clients: [ControlClient] = []
            for _ in 0..<ControlLimits.connections {
                let client = try await ControlClient.connect(path: path)
                _ = try await client.request("status")
                clients.append(client)
            }
            #expect(server.connectionCount == ControlLimits.connections)
            let extra = RawClient(path)
            #expect(await extra.read().contains("talk to this daemon already"))
            #expect(try await clients[0].request("status").elementsEqual([0x31]))
            for client in clients { await client.close() }
        }
    }

    @Test func aVanishedClientIsTold() async throws {
        let cancelled = Event<Bool>()
        let handler = ClosureHandler { _, responder in
            responder.onCancel { cancelled.happen(responder.isCancelled) }
        }
        try await withServer(handler) { _, path in
            let raw = RawClient(path)
            raw.send(#"{"id":1,"command":"log"}"# + "\n")
            raw.send(#"{"id":1,"cancel":true}"# + "\n")
            #expect(await cancelled.value() == true)
            raw.close()
        }
    }
}
