/// One record of the log.
package struct LogLine: Codable, Sendable, Hashable {
    /// The schema's number.
    package let schema: Int
    /// `chain/seq/index`.
    package var record: String
    /// `redeemed`, `rejected`, `printed`, `annulled`, `void`, …
    package var kind: String
    /// The ticket's id.
    @Nullable package var ticket: String?
    /// The attempt's id.
    @Nullable package var requestId: String?
    /// The kiosk that asked.
    package var kiosk: String
    /// The host that decided.
    @Nullable package var host: String?
    /// Its epoch.
    package var epoch: UInt64
    /// How safe it was when acknowledged.
    @Nullable package var guarantee: Guarantee?
    /// Disks that held it then.
    @Nullable package var copies: Int?
    /// Why it was rejected.
    @Nullable package var reason: String?
    /// When, by the host's clock.
    package var at: Timestamp

    package init(
        record: String, kind: String, ticket: String?, requestId: String?, kiosk: String,
        host: String?, epoch: UInt64, guarantee: Guarantee?, copies: Int?, reason: String?,
        at: Timestamp
    ) {
        schema = ControlSchema.version
        self.record = record
        self.kind = kind
        self.ticket = ticket
        self.requestId = requestId
        self.kiosk = kiosk
        self.host = host
        self.epoch = epoch
        self.guarantee = guarantee
        self.copies = copies
        self.reason = reason
        self.at = at
    }
}
