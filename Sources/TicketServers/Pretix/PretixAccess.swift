/// What opens a pretix server.
package struct PretixAccess: Hashable, Sendable, CustomStringConvertible {
    package enum Kind: String, Hashable, Sendable {
        /// A team's API token.
        case token = "Token"
        /// What a device got at its enrolment. Redemptions of a device can be annulled.
        case device = "Device"
    }

    package var kind: Kind
    package var secret: String

    package init(_ kind: Kind, _ secret: String) {
        self.kind = kind
        self.secret = secret
    }

    /// Without the secret: it must not get into a log by accident.
    package var description: String { "\(kind.rawValue) …" }

    /// The header's value; refused where the secret cannot be one.
    func authorization() throws(ServerError) -> String {
        let isPlain = secret.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        guard isPlain, (1...1_024).contains(secret.utf8.count) else {
            throw ServerError(
                .unauthorized, "The token is empty or has characters that no token has.",
                hint: "Copy the token from pretix anew, without spaces and line ends")
        }
        return "\(kind.rawValue) \(secret)"
    }
}
