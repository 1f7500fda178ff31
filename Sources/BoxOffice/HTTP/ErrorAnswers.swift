import HTTPTypes
import Hummingbird
import Logging
import MeshCrypto
import NIOCore

/// Turns whatever a route throws into `{"code":…,"message":…,"hint":…}`.
struct ErrorAnswers<Context: RequestContext>: RouterMiddleware {
    @concurrent func handle(
        _ request: Request, context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as BoxOfficeError {
            if error.status.kind == .serverError {
                context.logger.error("\(error)", metadata: ["code": "\(error.code.rawValue)"])
            }
            return error.response
        } catch let error as HTTPError where error.status == .notFound {
            return BoxOfficeError(
                .unknownPath, "There is nothing at \(request.uri.path.prefix(200)).",
                hint: "Everything is below /v1; the OpenAPI document lists it."
            ).response
        } catch is NIOTooManyBytesError {
            return BoxOfficeError(
                .tooLarge, "The request is too large.",
                hint: "Send at most \(BoxOfficeLimits.facts) facts in a request, and short texts."
            ).response
        }
    }
}

/// Lets nobody in without the token.
struct TokenGate<Context: RequestContext>: RouterMiddleware {
    let token: [UInt8]

    @concurrent func handle(
        _ request: Request, context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let parts = request.headers[.authorization]?.split(separator: " ", maxSplits: 1)
        guard let parts, parts.count == 2, parts[0].lowercased() == "bearer",
            constantTimeEquals(Array(parts[1].utf8), token)
        else {
            throw BoxOfficeError(
                .unauthorized,
                request.headers[.authorization] == nil
                    ? "The request has no token." : "The token is not the one of this box office.",
                hint: "Send Authorization: Bearer with what `kioskmesh box-office token` prints.")
        }
        return try await next(request, context)
    }
}

extension BoxOfficeError {
    var status: HTTPResponse.Status {
        switch code {
        case .unauthorized: .unauthorized
        case .unknownPath, .unknownEvent, .unknownProduct, .unknownMesh: .notFound
        case .meshKeyDiffers: .conflict
        case .foreignCursor: .gone
        case .invalid, .ticketsFile: .badRequest
        case .tooLarge: .contentTooLarge
        case .inUse: .serviceUnavailable
        case .diskFull: .init(code: 507, reasonPhrase: "Insufficient Storage")
        case .noBoxOffice, .notWritable, .damaged, .newerVersion, .inputOutput, .portInUse,
            .cannotListen:
            .internalServerError
        }
    }

    var response: Response {
        var body = ByteBuffer()
        body.writeString("{\"code\":")
        body.writeJSON(code.rawValue)
        body.writeMember("message", message)
        body.writeMember("hint", hint)
        body.writeString("}")
        var headers: HTTPFields = [.contentType: "application/json"]
        if code == .unauthorized { headers[.wwwAuthenticate] = "Bearer" }
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: body))
    }
}
