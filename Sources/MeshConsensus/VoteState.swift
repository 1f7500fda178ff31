package import MeshModel

/// What a kiosk must never forget: written and fsynced to the vote file before it is acted on.
package struct VoteState: Hashable, Sendable {
    /// The highest epoch it promised, campaigned at or accepted an append from. It promises only
    /// higher ones, campaigns only at higher ones and refuses appends of lower ones.
    package var fence: Epoch
    /// The newest register it accepted as voter or was told was recorded.
    package var accepted: Register?
    /// Drawn anew whenever the vote file is.
    package var voteIncarnation: Incarnation
    /// Drawn anew whenever the log is.
    package var logIncarnation: Incarnation
    /// What the log held when the vote file was written: less on the disk now means that the log
    /// was lost or rolled back.
    package var log: LogMark

    package init(
        fence: Epoch = 0, accepted: Register? = nil, voteIncarnation: Incarnation,
        logIncarnation: Incarnation, log: LogMark = LogMark()
    ) {
        self.fence = fence
        self.accepted = accepted
        self.voteIncarnation = voteIncarnation
        self.logIncarnation = logIncarnation
        self.log = log
    }
}

/// How much of the log was durable at some moment.
package struct LogMark: Hashable, Sendable {
    package var blockCount: UInt64
    package var tip: Position?

    package init(blockCount: UInt64 = 0, tip: Position? = nil) {
        self.blockCount = blockCount
        self.tip = tip
    }
}
