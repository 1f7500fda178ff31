import Dispatch
import FoundationEssentials
import HTTPTypes
import Hummingbird
import MeshCrypto
import NIOCore

/// The interface below `/v1`.
struct OfficeRoutes: Sendable {
    typealias Context = BasicRequestContext

    let office: BoxOffice
    let version: String
    /// Milliseconds since 1970 UTC.
    let now: @Sendable () -> Int64

    func router() -> Router<Context> {
        let router = Router(context: Context.self)
        router.add(middleware: ErrorAnswers())
        router.add(middleware: TokenGate(token: Array(office.token.utf8)))
        router.get("v1/server") { _, _ in
            try json(
                Bodies.Server(version: version, issuer: Hex.encode(office.issuer.publicKey)))
        }
        router.post("v1/meshes") { request, _ in try await registerMesh(request) }
        router.get("v1/events") { _, _ in try json(try await office.eventList()) }
        router.get("v1/events/:slug/catalog") { request, context in
            try await catalog(request, try context.parameters.require("slug"))
        }
        router.post("v1/events/:slug/facts") { request, context in
            try await storeFacts(request, try context.parameters.require("slug"))
        }
        router.post("v1/tickets") { request, _ in try await sell(request) }
        router.get("v1/report") { _, _ in
            let report = try await inBackground { try office.report() }
            return try json(report)
        }
        return router
    }

    private func registerMesh(_ request: Request) async throws -> Response {
        let body: Bodies.Mesh = try await decode(request, upTo: BoxOfficeLimits.requestBytes)
        guard let mesh = MeshAddress("\(body.id):\(body.boxKey)") else {
            throw BoxOfficeError(
                .invalid, "id and boxKey are not a mesh's id and box public key.",
                hint: "Send 64 hexadecimal digits each.")
        }
        try await inBackground { try office.register(mesh) }
        return try json(body)
    }

    private func storeFacts(_ request: Request, _ slug: String) async throws -> Response {
        let body: Bodies.Facts = try await decode(request, upTo: BoxOfficeLimits.factsBytes)
        let mesh = body.mesh ?? ""
        guard mesh.utf8.count <= 64 else {
            throw BoxOfficeError(
                .invalid, "mesh is longer than a mesh's id.",
                hint: "Send 64 hexadecimal digits, or leave it out.")
        }
        let checked = body.facts.map(\.fact)
        let good = checked.compactMap { try? $0.get() }
        guard checked.count <= BoxOfficeLimits.facts else {
            throw BoxOfficeError(
                .tooLarge, "\(checked.count) facts at once are too many.",
                hint: "Send at most \(BoxOfficeLimits.facts) in a request.")
        }
        var outcomes = try await inBackground {
            try office.store(good, event: slug, mesh: mesh)
        }[...]
        let all = checked.map { result -> Bodies.Outcomes.Outcome in
            switch result {
            case .success: .init(outcomes.popFirst() ?? .refused("The fact was not stored."))
            case .failure(let problem): .init(.refused(problem.words))
            }
        }
        return try json(Bodies.Outcomes(outcomes: all))
    }

    private func sell(_ request: Request) async throws -> Response {
        let body: Bodies.Order = try await decode(request, upTo: BoxOfficeLimits.requestBytes)
        let time = now()
        let ticket = try await inBackground {
            let meshes =
                try body.meshes.map { try $0.map { try office.mesh($0) } } ?? office.meshes()
            return try office.issue(TicketOrder(body), for: meshes, at: time)
        }
        return try json(ticket, status: .created)
    }

    private func decode<Body: Decodable>(
        _ request: Request, upTo bytes: Int
    ) async throws -> Body {
        let buffer = try await request.body.collect(upTo: bytes)
        do {
            return try JSONDecoder().decode(Body.self, from: Data(buffer.readableBytesView))
        } catch let error as DecodingError {
            throw BoxOfficeError(
                .invalid, "The request is not what is expected: \(error.words).",
                hint: "The OpenAPI document shows the body of each request.")
        }
    }

    func json(
        _ body: some Encodable, status: HTTPResponse.Status = .ok
    ) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let buffer = ByteBuffer(bytes: try encoder.encode(body))
        return Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: buffer))
    }
}

/// Commits wait for the disk: not on the threads that serve connections.
func inBackground<Value: Sendable>(
    _ work: @escaping @Sendable () throws -> Value
) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global().async { continuation.resume(with: Result(catching: work)) }
    }
}

extension DecodingError {
    /// Where and what, without the decoder's own jargon.
    fileprivate var words: String {
        func place(_ path: [any CodingKey]) -> String {
            let names = path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
            return names.isEmpty ? "the body" : names.joined(separator: ".")
        }
        return switch self {
        case .keyNotFound(let key, let context): "\(place(context.codingPath + [key])) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "\(place(context.codingPath)) is of another type"
        case .dataCorrupted(let context):
            context.codingPath.isEmpty
                ? "it is no JSON" : "\(place(context.codingPath)) has an impossible value"
        @unknown default: "it cannot be read"
        }
    }
}
