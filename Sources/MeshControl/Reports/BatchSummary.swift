/// The last line of `redeem --batch`.
package struct BatchSummary: Codable, Sendable, Hashable {
    /// The schema's number.
    package let schema: Int
    /// Redeemed.
    package var ok: Int
    /// Rejected, malformed codes included.
    package var rejected: Int
    /// Without an answer in time.
    package var unavailable: Int
    /// Wall-clock time of the run.
    package var seconds: Double
    /// Answers in a second.
    package var opsPerSecond: Double
    /// Median latency.
    package var p50Milliseconds: Double
    /// Latency that 99 of 100 stay under.
    package var p99Milliseconds: Double

    package init(
        ok: Int, rejected: Int, unavailable: Int, seconds: Double, opsPerSecond: Double,
        p50Milliseconds: Double, p99Milliseconds: Double
    ) {
        schema = ControlSchema.version
        self.ok = ok
        self.rejected = rejected
        self.unavailable = unavailable
        self.seconds = seconds
        self.opsPerSecond = opsPerSecond
        self.p50Milliseconds = p50Milliseconds
        self.p99Milliseconds = p99Milliseconds
    }
}

/// One line of `redeem --batch --answers FILE`.
package struct BatchAnswer: Codable, Sendable, Hashable {
    /// The code's line number from 1.
    package var line: Int
    /// The attempt's id, the same through all its repeats.
    package var requestId: String
    /// The outcome.
    package var status: RedeemStatus
    /// Why not.
    @Nullable package var reason: String?
    /// How safe it is.
    @Nullable package var guarantee: Guarantee?
    /// `chain/seq/index`.
    @Nullable package var record: String?
    /// From the first attempt to the answer.
    package var milliseconds: Double
    /// Times it was sent.
    package var attempts: Int
    /// The kiosk that gave the answer.
    @Nullable package var kiosk: String?
    /// When the answer came.
    package var at: Timestamp

    package init(
        line: Int, requestId: String, status: RedeemStatus, reason: String?, guarantee: Guarantee?,
        record: String?, milliseconds: Double, attempts: Int, kiosk: String?, at: Timestamp
    ) {
        self.line = line
        self.requestId = requestId
        self.status = status
        self.reason = reason
        self.guarantee = guarantee
        self.record = record
        self.milliseconds = milliseconds
        self.attempts = attempts
        self.kiosk = kiosk
        self.at = at
    }
}
