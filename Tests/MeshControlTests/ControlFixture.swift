import Foundation
import Glibc
import Logging
import MeshControl
import Synchronization

/// A directory of its own that goes with the test.
final class Folder: Sendable {
    let path: String

    /// `padding` bytes of subdirectories make the path as long as wanted.
    init(padding: Int = 0) throws {
        var path = "/tmp/kmc-\(UUID().uuidString.prefix(8))"
        for _ in 0..<(padding / 50) { path += "/" + String(repeating: "d", count: 49) }
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
        self.path = path
    }

    var socket: String { path + "/control.sock" }

    deinit {
        let root = path.split(separator: "/").prefix(2).joined(separator: "/")
        try? FileManager.default.removeItem(atPath: "/" + root)
    }
}

/// Runs `body` with a server on a fresh socket, and stops it.
func withServer(
    _ handler: any ControlHandler, padding: Int = 0,
    _ body: (ControlServer, String) async throws -> Void
) async throws {
    let folder = try Folder(padding: padding)
    let server = ControlServer(
        path: folder.socket, handler: handler, logger: Logger(label: "test"))
    try await server.start()
    do {
        try await body(server, folder.socket)
    } catch {
        await server.stop()
        throw error
    }
    await server.stop()
    withExtendedLifetime(folder) {}
}

/// Answers from a closure.
struct ClosureHandler: ControlHandler {
    let body: @Sendable (ControlRequest, ControlResponder) -> Void

    init(_ body: @escaping @Sendable (ControlRequest, ControlResponder) -> Void) {
        self.body = body
    }

    func handle(_ request: ControlRequest, responder: ControlResponder) {
        body(request, responder)
    }
}

/// Something that happens once, and can be waited for.
final class Event<Value: Sendable>: Sendable {
    private let stream: AsyncStream<Value>
    private let continuation: AsyncStream<Value>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream() }

    func happen(_ value: Value) { continuation.yield(value) }

    func value() async -> Value? { await stream.first { _ in true } }
}

/// A bare blocking socket: what a careless or hostile program would use.
final class RawClient: Sendable {
    private let file: CInt

    init(_ path: String) {
        file = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
        _ = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(file, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    func send(_ text: String) { send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(file, $0.baseAddress, $0.count, 0x4000) }
            guard count > 0 else { return }
            rest.removeFirst(count)
        }
    }

    /// Everything up to the end of the connection, or to `lines` lines.
    @concurrent
    func read(lines: Int = .max) async -> String {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count(where: { $0 == 0x0A }) < lines {
            let count = chunk.withUnsafeMutableBytes { recv(file, $0.baseAddress, $0.count, 0) }
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    func close() { shutdown(file, CInt(SHUT_RDWR)) }

    deinit { Glibc.close(file) }
}

extension RedeemAnswer {
    static func sample(_ requestId: String = "r", ticket: String = "T-1") -> Self {
        RedeemAnswer(
            status: .ok, reason: nil, guarantee: .replicated, copies: 2, requestId: requestId,
            ticket: Ticket(id: ticket, product: "Stand\"ard\\", seat: nil),
            first: First(at: Timestamp(millisecondsSinceEpoch: 1_796_144_400_001), kiosk: "gate-ä"),
            record: "ab/12/3")
    }
}
