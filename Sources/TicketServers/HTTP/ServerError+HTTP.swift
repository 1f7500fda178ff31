import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL

extension ServerError {
    /// Why no whole answer came.
    init(calling address: ServerAddress, _ limits: ServerCallLimits, _ error: any Error) {
        let place = address.place
        switch error {
        case let error as ServerError:
            self = error
        case is NIOTooManyBytesError:
            self.init(
                .badAnswer, "\(place) answered with more than \(limits.answerBytes) bytes.",
                hint: "Check that the address leads to the ticket server itself")
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
            self.init(
                .untrusted, "\(place) could not prove who it is: \(Self.short(error)).",
                hint: "Check the address, the date of this kiosk, and the server's certificate")
        case HTTPParserError.invalidEOFState: self = Self.brokenOff(place)
        case is HTTPParserError:
            self.init(
                .badAnswer, "\(place) does not answer in HTTP: \(Self.short(error)).",
                hint: "Check the port in the address, and https against http")
        case let error as HTTPClientError:
            self = Self.client(error, place, limits)
        case is CancellationError:
            self.init(.unreachable, "The call to \(place) was given up.", hint: "Try again")
        case let error as IOError:
            self.init(
                .unreachable,
                "\(place) cannot be reached: \(String(cString: strerror(error.errnoCode))).",
                hint: "Check that the server runs, and the network of this kiosk")
        default:
            self.init(
                .unreachable, "\(place) cannot be reached: \(Self.short(error)).",
                hint: "Check the network of this kiosk, then the address")
        }
    }

    private static func client(
        _ error: HTTPClientError, _ place: String, _ limits: ServerCallLimits
    ) -> ServerError {
        switch error {
        case .connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout:
            ServerError(
                .unreachable, "\(place) did not take a connection within \(limits.connect).",
                hint: "Check the network of this kiosk, then the address")
        case .deadlineExceeded, .readTimeout:
            ServerError(
                .unreachable, "\(place) did not answer in full within \(limits.call).",
                hint: "The server or the connection is slow; this is tried again")
        case .remoteConnectionClosed, .invalidProxyResponse, .bodyLengthMismatch:
            brokenOff(place)
        case .alreadyShutdown, .cancelled:
            ServerError(.unreachable, "The call to \(place) was given up.", hint: "Try again")
        default:
            ServerError(
                .badAnswer, "\(place) could not be asked: \(short(error)).",
                hint: "Check that the address leads to the ticket server itself")
        }
    }

    private static func brokenOff(_ place: String) -> ServerError {
        ServerError(
            .badAnswer, "\(place) closed the connection within its answer.",
            hint: "The server or the connection broke off; this is tried again")
    }

    /// An answer that is no success, in words that fit all calls.
    init(refusedBy address: ServerAddress, _ answer: ServerAnswer) {
        let place = address.place
        let said = ServerWords.of(answer.body).map { ": \($0)" } ?? ""
        switch answer.status {
        case 300..<400:
            let target = answer.headers.first(name: "Location").map(ServerWords.plain)
            self.init(
                .badAnswer, "\(place) sends the call on to \(target ?? "nowhere").",
                hint: "Write the server's own address; in a guest Wi-Fi, sign in to it first")
        case 401:
            self.init(
                .unauthorized, "\(place) does not take the token\(said)",
                hint: "Check the grant's token; a device that was revoked needs a new enrolment")
        case 403:
            self.init(
                .forbidden, "\(place) does not permit this\(said)",
                hint: "Check organiser and event, and what team or device may do there")
        case 404, 410:
            self.init(
                .notFound, "\(place) has no such thing\(said)",
                hint: "Check address, organiser, event and list in the grant")
        case 408, 409, 425, 429, 500...:
            self.init(
                .busy, "\(place) cannot answer now (status \(answer.status))\(said)",
                hint: "This is tried again; if it stays, ask who runs the server",
                retryAfterSeconds: answer.retryAfterSeconds)
        default:
            self.init(
                .badAnswer, "\(place) answered with status \(answer.status)\(said)",
                hint: "Check that the address leads to the ticket server itself")
        }
    }

    private static func short(_ error: any Error) -> String {
        ServerWords.plain(String(describing: error))
    }
}
