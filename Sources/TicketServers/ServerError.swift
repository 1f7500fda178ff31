/// Why a ticket server could not be asked. The mesh goes on redeeming whatever this says.
package struct ServerError: Error, Hashable, Sendable {
    /// What kind of trouble: whether it is worth another try.
    package enum Code: String, Hashable, Sendable, CaseIterable {
        /// No connection, or no answer in time.
        case unreachable
        /// TLS failed: certificate or name are wrong.
        case untrusted
        /// 401: the token is wrong, or was withdrawn.
        case unauthorized
        /// 403: the token is good, but not for this.
        case forbidden
        /// 404: no such organiser, event or list.
        case notFound
        /// 409, 429, 5xx: may be different soon.
        case busy
        /// The answer is not what its interface promises: cut off, not JSON, fields missing.
        case badAnswer
        /// What is asked for is not possible with this server or this grant.
        case unsupported
        /// A file or folder could not be read or written.
        case file
    }

    package var code: Code
    /// One plain sentence: what happened.
    package var message: String
    /// What a person can do about it.
    package var hint: String
    /// Seconds after which the server wants to be asked again, where it said so.
    package var retryAfterSeconds: Int?

    package init(
        _ code: Code, _ message: String, hint: String, retryAfterSeconds: Int? = nil
    ) {
        self.code = code
        self.message = message
        self.hint = hint
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// True where the same call may succeed later without anybody's doing.
    package var isTransient: Bool {
        switch code {
        case .unreachable, .busy, .badAnswer: true
        case .untrusted, .unauthorized, .forbidden, .notFound, .unsupported, .file: false
        }
    }
}
