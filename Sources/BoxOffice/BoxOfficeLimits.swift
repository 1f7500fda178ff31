/// The named maxima of the box office, each with its reason.
package enum BoxOfficeLimits {
    /// Most tickets of a page: some 400 KiB as a rule, which a client holds without a thought.
    package static let pageTickets = 2_000
    /// Tickets of a page where the client does not say.
    package static let usualPageTickets = 1_000
    /// Tickets that are read and written out at a time, so that no answer is held as a whole.
    static let chunkTickets = 250
    /// Check-ins told with a ticket, the latest: enough for every ticket but a turnstile's.
    static let checkInsOfTicket = 100
    /// Most facts in a request: one commit, with locks held for some 20 ms.
    package static let facts = 500
    /// Largest request with facts: ten times what 500 usual ones take. Clients send fewer at once
    /// where texts are long.
    static let factsBytes = 2 << 20
    /// Largest request of any other kind: one ticket with every text at its longest.
    static let requestBytes = 16 << 10
    /// Longest code, note or name in a fact.
    static let factTextBytes = 1_024
    /// Connections at a time: every kiosk of the largest venue, should each be host once.
    static let connections = 256
    /// Seconds until a connection on which nothing happens is closed.
    static let idleSeconds: Int64 = 60
    /// Rows of a tickets file in one commit: few enough that other writers wait briefly.
    static let importRows = 5_000
    /// Problems of a tickets file that are kept one by one; more of them say nothing new.
    package static let toldProblems = 1_000
    /// Most events; each is a row of `GET /v1/events`.
    static let events = 1_000
    /// Double redemptions listed one by one in a report.
    package static let toldDoubles = 1_000
    /// Connections to the database that read at the same time: a page and a report beside it.
    static let readers = 4
    /// Seconds to wait for another process's commit.
    static let busySeconds = 10.0
    /// Longest that a code counts whose ticket does not end earlier: a season and a month.
    static let codeLifetime: Int64 = 400 * 24 * 3_600_000
}
