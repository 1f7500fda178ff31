import Foundation
import Glibc
import Logging
import MeshControl
import Synchronization
import Testing

@Suite("The control socket", .timeLimit(.minutes(1)))
struct SocketTests {
    private static let echo = ClosureHandler { request, responder in
        do throws(ControlError) {
            let arguments: RedeemArguments = try request.decode()
            responder.result(RedeemAnswer.sample(arguments.requestId ?? "", ticket: arguments.code))
        } catch {
            responder.error(error)
        }
    }

    // The kernel takes 107 bytes of path; longer state directories must work all the same.
    @Test(arguments: [0, 50, 200, 2000])
    func answersOnAPathOfAnyLength(padding: Int) async throws {
        try await withServer(Self.echo, padding: padding) { _, path in
            let client = try await ControlClient.connect(path: path)
            let answer = try await client.redeem(
                RedeemArguments(code: "A", requestId: "r1", timeoutMilliseconds: 1))
            #expect(answer == .sample("r1", ticket: "A"))
            var status = stat()
            #expect(lstat(path, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o600)
            await client.close()
        }
    }

    @Test func manyRequestsShareOneConnection() async throws {
        try await withServer(Self.echo) { server, path in
            let client = try await ControlClient.connect(path: path)
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for worker in 0..<200 {
                    group.addTask {
                        for turn in 0..<20 {
                            let id = "\(worker)/\(turn)"
                            let answer = try await client.redeem(
                                RedeemArguments(
                                    code: "C" + id, requestId: id, timeoutMilliseconds: 1))
                            if answer != .sample(id, ticket: "C" + id) { return false }
                        }
                        return true
                    }
                }
                for try await isRight in group { #expect(isRight) }
            }
            #expect(server.connectionCount == 1)
            await client.close()
        }
    }

    @Test func answersComeInAnyOrder() async throws {
        let held = Mutex<[ControlResponder]>([])
        let handler = ClosureHandler { request, responder in
            // The second request is answered first, both on a thread of their own.
            let ready = held.withLock { held in
                held.append(responder)
                return held.count == 2 ? held : []
            }
            Thread.detachNewThread {
                for (index, responder) in ready.enumerated().reversed() {
                    responder.result(raw: Array("\(index)".utf8))
                }
            }
            if !ready.isEmpty { held.withLock { $0 = [] } }
        }
        try await withServer(handler) { _, path in
            let raw = RawClient(path)
            raw.send(#"{"id":5,"command":"a"}"# + "\n" + #"{"id":6,"command":"b"}"# + "\n")
            let lines = await raw.read(lines: 2).split(separator: "\n")
            #expect(lines == [#"{"id":6,"result":1}"#, #"{"id":5,"result":0}"#])
            raw.close()
        }
    }

    @Test func errorsReachTheCaller() async throws {
        let refusal = ControlError("kiosk_revoked", "Cut off.", hint: "Ask.", exit: 4)
        try await withServer(ClosureHandler { $1.error(refusal) }) { _, path in
            let client = try await ControlClient.connect(path: path)
            let error = await #expect(throws: ControlError.self) {
                try await client.request("redeem")
            }
            #expect(error == refusal)
            await client.close()
        }
    }

    @Test func aForgottenAnswerIsAnError() async throws {
        try await withServer(ClosureHandler { _, _ in }) { _, path in
            let client = try await ControlClient.connect(path: path)
            let error = await #expect(throws: ControlError.self) {
                try await client.request("status")
            }
            #expect(error?.code == .unanswered)
            await client.close()
        }
    }

    @Test func aSilentDaemonTimesOut() async throws {
        let held = Mutex<[ControlResponder]>([])
        let handler = ClosureHandler { _, responder in held.withLock { $0.append(responder) } }
        try await withServer(handler) { _, path in
            let client = try await ControlClient.connect(path: path)
            let error = await #expect(throws: ControlError.self) {
                try await client.request("status", timeout: .milliseconds(1))
            }
            #expect(error?.code == .timeout)
            held.withLock { $0 = [] }
            await client.close()
        }
    }

    @Test func theDaemonIsToldHowLongTheClientWaits() async throws {
        let handler = ClosureHandler { request, responder in
            responder.result(raw: Array("\(request.timeoutMilliseconds ?? -1)".utf8))
        }
        try await withServer(handler) { _, path in
            let client = try await ControlClient.connect(path: path)
            let told = try await client.request("revoke", timeout: .seconds(40))
            let untold = try await client.request("revoke")
            #expect(Array(told) == Array("40000".utf8) && Array(untold) == Array("-1".utf8))
            await client.close()
        }
    }

    @Test func noDaemonIsExit69() async throws {
        let folder = try Folder()
        let error = await #expect(throws: ControlError.self) {
            try await ControlClient.connect(path: folder.socket)
        }
        #expect(error?.code == .noDaemon)
        #expect(error?.exit == 69)
        #expect(error?.hint.contains("kioskmesh run --state \(folder.path)") == true)
    }

    @Test func aLostDaemonFailsWhatWaits() async throws {
        let asked = Event<ControlResponder>()
        let folder = try Folder()
        let handler = ClosureHandler { _, responder in asked.happen(responder) }
        let server = ControlServer(
            path: folder.socket, handler: handler, logger: Logger(label: "test"))
        try await server.start()
        let client = try await ControlClient.connect(path: folder.socket)
        let answer = Task { try await client.request("status") }
        let responder = await asked.value()
        await server.stop()
        let error = await #expect(throws: ControlError.self) {
            try await answer.value
        }
        #expect(error?.code == .connectionLost)
        #expect(client.isClosed)
        #expect(responder?.isCancelled == true)
        #expect(access(folder.socket, F_OK) != 0)
    }

    @Test func staleFilesAreReplacedAndLiveOnesAreNot() async throws {
        let folder = try Folder()
        let dead = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: folder.socket.utf8) }
        let bound = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(dead, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(bound == 0)
        close(dead)
        let first = ControlServer(
            path: folder.socket, handler: Self.echo, logger: Logger(label: "test"))
        try await first.start()
        let second = ControlServer(
            path: folder.socket, handler: Self.echo, logger: Logger(label: "test"))
        let error = await #expect(throws: ControlError.self) { try await second.start() }
        #expect(error?.code == .alreadyRunning)
        #expect(access(folder.socket, F_OK) == 0)
        await first.stop()
    }

    @Test func aPlainFileIsNotOverwritten() async throws {
        let folder = try Folder()
        #expect(FileManager.default.createFile(atPath: folder.socket, contents: Data("x".utf8)))
        let server = ControlServer(
            path: folder.socket, handler: Self.echo, logger: Logger(label: "test"))
        let error = await #expect(throws: ControlError.self) { try await server.start() }
        #expect(error?.code == .socket)
        #expect(FileManager.default.contents(atPath: folder.socket) == Data("x".utf8))
    }
}
