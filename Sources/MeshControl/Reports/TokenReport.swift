/// The answer of `token.create`.
package struct TokenReport: Codable, Sendable, Hashable {
    /// The schema's number.
    package let schema: Int
    /// What `token revoke` takes.
    package var id: String
    /// The token's text, shown only once.
    package var token: String
    /// Kiosks that it admits.
    package var uses: Int
    /// When it ends.
    package var expires: Timestamp

    package init(id: String, token: String, uses: Int, expires: Timestamp) {
        schema = ControlSchema.version
        self.id = id
        self.token = token
        self.uses = uses
        self.expires = expires
    }
}

/// The answer of `token.list`.
package struct TokenListReport: Codable, Sendable, Hashable {
    /// The schema's number.
    package let schema: Int
    /// All tokens, newest first.
    package var tokens: [Entry]

    package init(tokens: [Entry]) {
        schema = ControlSchema.version
        self.tokens = tokens
    }

    /// One token, without its secret.
    package struct Entry: Codable, Sendable, Hashable {
        /// What `token revoke` takes.
        package var id: String
        /// Kiosks that it admits in all.
        package var uses: Int
        /// Kiosks that it has admitted.
        package var used: Int
        /// When it ends.
        package var expires: Timestamp
        /// Whether it was revoked.
        package var revoked: Bool

        package init(id: String, uses: Int, used: Int, expires: Timestamp, revoked: Bool) {
            self.id = id
            self.uses = uses
            self.used = used
            self.expires = expires
            self.revoked = revoked
        }
    }
}

/// The answer of `token.revoke`.
package struct TokenRevokeReport: Codable, Sendable, Hashable {
    /// The schema's number.
    package let schema: Int
    /// The token that admits nobody any more.
    package var id: String

    package init(id: String) {
        schema = ControlSchema.version
        self.id = id
    }
}
