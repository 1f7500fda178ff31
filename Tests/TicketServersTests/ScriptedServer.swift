import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// A server on this machine that answers as the test says, however badly.
final class ScriptedServer: Sendable {
    struct Request: Sendable {
        var method: String
        /// Without the query.
        var path: String
        var query: [String: [String]]
        var headers: HTTPHeaders
        var body: String
    }

    enum Reply: Sendable {
        case answer(Int, headers: [(String, String)] = [], body: String = "")
        /// These bytes, then the end of the connection.
        case raw(String)
        /// Nothing at all.
        case silence
        /// A head, then a byte every 20 ms without end.
        case trickle
        /// A head that promises so many bytes, and as many as are read of them.
        case flood(bytes: Int)
    }

    private let respond: @Sendable (Request) -> Reply
    private let log = Mutex<[Request]>([])
    private let listening = Mutex<Int>(0)

    private init(_ respond: @escaping @Sendable (Request) -> Reply) { self.respond = respond }

    /// What was asked so far, oldest first.
    var requests: [Request] { log.withLock { $0 } }
    var port: Int { listening.withLock { $0 } }
    var url: String { "http://127.0.0.1:\(port)" }

    func reply(to request: Request) -> Reply {
        log.withLock { $0.append(request) }
        return respond(request)
    }

    /// Runs `body` with a server that answers by `respond`, and ends the server.
    static func run<Result>(
        tls: NIOSSLContext? = nil, _ respond: @escaping @Sendable (Request) -> Reply,
        _ body: (ScriptedServer) async throws -> Result
    ) async throws -> Result {
        let server = ScriptedServer(respond)
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
                    try pipeline.addHandlers(
                        ByteToMessageHandler(HTTPRequestDecoder()), Responder(server))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        server.listening.withLock { $0 = channel.localAddress?.port ?? 0 }
        let outcome: Swift.Result<Result, any Error>
        do { outcome = .success(try await body(server)) } catch { outcome = .failure(error) }
        try await channel.close()
        return try outcome.get()
    }
}

/// Writes HTTP by hand: it must be able to write it wrong.
private final class Responder: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = ByteBuffer

    private let server: ScriptedServer
    private var head: HTTPRequestHead?
    private var body = ""
    private var trickling: RepeatedTask?

    init(_ server: ScriptedServer) { self.server = server }

    func channelInactive(context: ChannelHandlerContext) { trickling?.cancel() }

    // Clients break off floods and TLS handshakes; that is the test.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): (self.head, body) = (head, "")
        case .body(let part): body += String(buffer: part)
        case .end:
            guard let head else { return }
            let request = Self.request(head, body)
            write(server.reply(to: request), context)
        }
    }

    private static func request(_ head: HTTPRequestHead, _ body: String) -> ScriptedServer.Request {
        let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var query: [String: [String]] = [:]
        for pair in (parts.count > 1 ? parts[1] : "").split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            query[String(sides[0]), default: []].append(sides.count > 1 ? String(sides[1]) : "")
        }
        return ScriptedServer.Request(
            method: head.method.rawValue, path: String(parts[0]), query: query,
            headers: head.headers, body: body)
    }

    private func write(_ reply: ScriptedServer.Reply, _ context: ChannelHandlerContext) {
        switch reply {
        case .answer(let status, let headers, let body):
            var text = "HTTP/1.1 \(status) -\r\nContent-Length: \(body.utf8.count)\r\n"
            for (name, value) in headers { text += "\(name): \(value)\r\n" }
            send(text + "\r\n" + body, context)
        case .raw(let text):
            send(text, context)
            context.close(promise: nil)
        case .silence: break
        case .trickle:
            send("HTTP/1.1 200 -\r\nContent-Length: 1000000\r\n\r\n", context)
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            trickling = context.eventLoop.scheduleRepeatedTask(
                initialDelay: .zero, delay: .milliseconds(20)
            ) { _ in
                bound.value.writeAndFlush(NIOAny(ByteBuffer(string: " ")), promise: nil)
            }
        case .flood(let bytes):
            send("HTTP/1.1 200 -\r\nContent-Length: \(bytes)\r\n\r\n", context)
            flood(bytes, context)
        }
    }

    private func flood(_ left: Int, _ context: ChannelHandlerContext) {
        guard left > 0 else { return }
        let piece = ByteBuffer(repeating: 0x20, count: min(left, 1 << 20))
        let count = piece.readableBytes
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.writeAndFlush(NIOAny(piece)).whenSuccess {
            bound.value.0.flood(left - count, bound.value.1)
        }
    }

    private func send(_ text: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }
}
