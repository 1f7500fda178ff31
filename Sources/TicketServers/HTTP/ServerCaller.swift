import AsyncHTTPClient
import Dispatch
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization

/// How long and how large a call to a ticket server may be.
package struct ServerCallLimits: Hashable, Sendable {
    /// Until the connection stands, TLS included: more is no connection at all.
    package var connect = Duration.seconds(5)
    /// Until the whole answer is read: a server that trickles must not hold up the rest.
    package var call = Duration.seconds(30)
    /// Bytes of an answer; fifty orders have about 100 kB.
    package var answerBytes = 8 << 20
    /// Connections at the same time: a pretix of two workers gains nothing from more.
    package var connections = 8

    package init() {}
}

/// One answer, read to its end.
struct ServerAnswer: Sendable {
    var status: Int
    var headers: HTTPHeaders
    var body: ByteBuffer

    /// Seconds the server asks to be left alone, at most an hour; nil where it gives no number.
    var retryAfterSeconds: Int? {
        guard let text = headers.first(name: "Retry-After"), let seconds = Int(text), seconds >= 0
        else { return nil }
        return min(seconds, 3_600)
    }
}

/// Calls one server over HTTP/1.1 with certificates checked, redirects not followed.
final class ServerCaller: Sendable {
    let address: ServerAddress
    private let authorization: String?
    private let limits: ServerCallLimits
    private let client: HTTPClient
    private let isClosed = Mutex(false)

    /// `certificateFile` holds certificates (PEM) to trust instead of the system's.
    init(
        _ address: ServerAddress, authorization: String?, limits: ServerCallLimits,
        certificateFile: String? = nil
    ) {
        self.address = address
        self.authorization = authorization
        self.limits = limits
        var tls = TLSConfiguration.makeClientConfiguration()
        if let certificateFile { tls.trustRoots = .file(certificateFile) }
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls, redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(limits.connect), read: TimeAmount(limits.call)))
        configuration.httpVersion = .http1Only
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit =
            limits.connections
        // Who calls decides about another try, and knows what to do meanwhile.
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    deinit {
        // The client traps where it is forgotten open.
        if !isClosed.withLock({ $0 }) { client.shutdown(queue: .global()) { _ in } }
    }

    func get(_ path: ServerPath) async throws(ServerError) -> ServerAnswer {
        try await call(HTTPClientRequest(url: address.text + path.text))
    }

    func post(_ path: ServerPath, json: ByteBuffer) async throws(ServerError) -> ServerAnswer {
        var request = HTTPClientRequest(url: address.text + path.text)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(json)
        return try await call(request)
    }

    func close() async {
        let wasClosed = isClosed.withLock { closed in
            defer { closed = true }
            return closed
        }
        if !wasClosed { try? await client.shutdown() }
    }

    private func call(_ request: HTTPClientRequest) async throws(ServerError) -> ServerAnswer {
        var request = request
        request.headers.add(name: "Accept", value: "application/json")
        request.headers.add(name: "User-Agent", value: "KioskMesh")
        if let authorization {
            request.headers.add(name: "Authorization", value: authorization)
        }
        do {
            return try await inTime(request).get()
        } catch {
            throw ServerError(calling: address, limits, error)
        }
    }

    /// The client's own deadline ends with the head of an answer; a body could trickle for ever.
    private func inTime(_ request: HTTPClientRequest) async -> Result<ServerAnswer, any Error> {
        await withTaskGroup(of: Result<ServerAnswer, any Error>.self) { [limits] group in
            group.addTask { await self.whole(request) }
            group.addTask {
                do { try await Task.sleep(for: limits.call) } catch { return .failure(error) }
                return .failure(HTTPClientError.deadlineExceeded)
            }
            // Only the first counts: the other ends as canceled, perhaps with half an answer.
            let first = await group.next()
            group.cancelAll()
            return first ?? .failure(CancellationError())
        }
    }

    private func whole(_ request: HTTPClientRequest) async -> Result<ServerAnswer, any Error> {
        do {
            let response = try await client.execute(
                request, deadline: .now() + TimeAmount(limits.call))
            return .success(
                ServerAnswer(
                    status: Int(response.status.code), headers: response.headers,
                    body: try await response.body.collect(upTo: limits.answerBytes)))
        } catch {
            return .failure(error)
        }
    }
}
