/// Why a request failed, in plain words, with what to do about it.
package struct ControlError: Error, Sendable, Hashable, Codable {
    /// A stable word for scripts, such as `no_daemon`. Handlers add their own.
    package struct Code: RawRepresentable, ExpressibleByStringLiteral, Sendable, Hashable, Codable {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }
        package init(_ rawValue: String) { self.rawValue = rawValue }
        package init(stringLiteral: String) { rawValue = stringLiteral }
    }

    /// What kind of failure it is.
    package let code: Code
    /// One plain sentence.
    package let message: String
    /// What to do about it; empty if there is nothing to do.
    package let hint: String
    /// The exit code of the command that asked.
    package let exit: Int

    /// An error with its words; `exit` 1 is "failed or refused".
    package init(_ code: Code, _ message: String, hint: String = "", exit: Int = 1) {
        self.code = code
        self.message = message
        self.hint = hint
        self.exit = exit
    }
}

extension ControlError.Code {
    /// Nothing listens on the control socket.
    package static let noDaemon = Self("no_daemon")
    /// The control socket belongs to another user.
    package static let notPermitted = Self("not_permitted")
    /// Nobody answered in time, and what was asked may still be carried out.
    package static let undecided = Self("undecided")
    /// The connection ended before the answer came.
    package static let connectionLost = Self("connection_lost")
    /// No answer within the time given.
    package static let timeout = Self("timeout")
    /// A line that is not a request or answer of this protocol.
    package static let badRequest = Self("bad_request")
    /// An answer that does not fit the schema.
    package static let badAnswer = Self("bad_answer")
    /// A bound of `ControlLimits` was hit.
    package static let limit = Self("limit_exceeded")
    /// The handler forgot to answer: our own bug, told rather than hung.
    package static let unanswered = Self("unanswered")
    /// The socket file could not be made.
    package static let socket = Self("socket_failed")
    /// Another daemon answers on this socket.
    package static let alreadyRunning = Self("already_running")
}

extension ControlError: CustomStringConvertible {
    package var description: String { hint.isEmpty ? message : "\(message) \(hint)" }
}
