import MeshControl
import Synchronization
import Testing

@Suite("Streams", .timeLimit(.minutes(1)))
struct StreamTests {
    @Test func itemsComeInOrderAndEnd() async throws {
        let handler = ClosureHandler { _, responder in
            for number in 0..<1000 { responder.item(raw: Array("\(number)".utf8)) }
            responder.end()
        }
        try await withServer(handler) { _, path in
            let client = try await ControlClient.connect(path: path)
            var numbers: [Int] = []
            for try await item in try client.stream("log") {
                numbers.append(Int(String(decoding: item, as: UTF8.self)) ?? -1)
            }
            #expect(numbers == Array(0..<1000))
            await client.close()
        }
    }

    @Test func anErrorEndsAStream() async throws {
        let handler = ClosureHandler { _, responder in
            responder.item(raw: [0x31])
            responder.error(ControlError("no_storage", "No log here.", exit: 1))
        }
        try await withServer(handler) { _, path in
            let client = try await ControlClient.connect(path: path)
            var count = 0
            let error = await #expect(throws: ControlError.self) {
                for try await _ in try client.stream("log") { count += 1 }
            }
            #expect(count == 1)
            #expect(error?.code.rawValue == "no_storage")
            await client.close()
        }
    }

    @Test func leavingAStreamCancelsIt() async throws {
        let cancelled = Event<Void>()
        let handler = ClosureHandler { request, responder in
            guard request.command == "log" else { return responder.result(raw: [0x31]) }
            responder.onCancel { [responder] in
                cancelled.happen(())
                responder.end()
            }
            responder.item(raw: [0x30])
        }
        try await withServer(handler) { _, path in
            let client = try await ControlClient.connect(path: path)
            for try await _ in try client.stream("log") { break }
            #expect(await cancelled.value() != nil)
            // The connection goes on.
            #expect(try await client.request("status").elementsEqual([0x31]))
            await client.close()
        }
    }

    // A reader that stops holds the writer back, instead of filling the daemon's memory.
    @Test func aSlowReaderHoldsTheWriterBack() async throws {
        let item = Array("\"".utf8) + [UInt8](repeating: 0x78, count: 100_000) + Array("\"".utf8)
        let total = 100
        let paused = Event<Int>()
        let handler = ClosureHandler { _, responder in
            Task {
                var told = false
                for sent in 0..<total {
                    if !responder.isReady {
                        if !told { paused.happen(sent) }
                        told = true
                        await responder.ready()
                    }
                    responder.item(raw: item)
                }
                responder.end()
            }
        }
        try await withServer(handler) { _, path in
            let client = try await ControlClient.connect(path: path)
            let stream = try client.stream("log")
            let sent = await paused.value()
            #expect((sent ?? total) < total)
            var count = 0
            for try await received in stream where received.count == item.count { count += 1 }
            #expect(count == total)
            await client.close()
        }
    }
}
