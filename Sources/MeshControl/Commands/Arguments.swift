/// The arguments of `log`.
package struct LogArguments: Codable, Sendable, Hashable {
    /// Whether the stream goes on with what comes.
    package var follow: Bool
    /// Only records at or after this time.
    @Nullable package var since: Timestamp?
    /// Only records of the ticket that this code names.
    @Nullable package var ticket: String?

    package init(follow: Bool = false, since: Timestamp? = nil, ticket: String? = nil) {
        self.follow = follow
        self.since = since
        self.ticket = ticket
    }
}

/// The arguments of `tickets.show`.
package struct CodeArguments: Codable, Sendable, Hashable {
    /// Any code of the ticket.
    package var code: String

    package init(code: String) { self.code = code }
}

/// The arguments of `token.create`.
package struct TokenCreateArguments: Codable, Sendable, Hashable {
    /// Kiosks that the token admits.
    package var uses: Int
    /// Seconds from now until it ends.
    package var expiresSeconds: Int64

    package init(uses: Int, expiresSeconds: Int64) {
        self.uses = uses
        self.expiresSeconds = expiresSeconds
    }
}

/// The arguments of `token.revoke`.
package struct TokenRevokeArguments: Codable, Sendable, Hashable {
    /// The id that `token.list` shows.
    package var id: String

    package init(id: String) { self.id = id }
}

/// The arguments of `host.transfer` and `revoke`.
package struct NameArguments: Codable, Sendable, Hashable {
    /// A kiosk's name.
    package var name: String

    package init(name: String) { self.name = name }
}

/// The arguments of `doctor`.
package struct DoctorArguments: Codable, Sendable, Hashable {
    /// The kiosk to look at; null is the whole mesh.
    @Nullable package var kiosk: String?

    package init(kiosk: String? = nil) { self.kiosk = kiosk }
}

/// The arguments of `wait`.
package struct WaitArguments: Codable, Sendable, Hashable {
    /// What is waited for; the key is `for`.
    package var goal: WaitGoal

    package init(goal: WaitGoal) { self.goal = goal }

    private enum CodingKeys: String, CodingKey {
        case goal = "for"
    }
}
