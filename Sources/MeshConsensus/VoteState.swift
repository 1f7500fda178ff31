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

/// Rules that only the simulator can drop, one at a time, to see that its checkers find the harm.
///
/// The product always runs with none dropped. The names follow the table in
/// `Protocols/election.md`.
package struct DroppedRules: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Acknowledges when the host alone has fsynced.
    package static let waitForTheWholeSet = DroppedRules(rawValue: 1 << 0)
    /// Acknowledges when a majority of the in-sync set has fsynced.
    package static let notMerelyAMajority = DroppedRules(rawValue: 1 << 1)
    /// Elects a candidate that is not in the adopted register's in-sync set.
    package static let candidateInSync = DroppedRules(rawValue: 1 << 2)
    /// Adopts the candidate's own register instead of the newest one promised.
    package static let adoptNewest = DroppedRules(rawValue: 1 << 3)
    /// While a change is in flight, requires the new set only.
    package static let oldSetWhileChanging = DroppedRules(rawValue: 1 << 4)
    /// While a change is in flight, requires the old set only.
    package static let newSetWhileChanging = DroppedRules(rawValue: 1 << 5)
    /// Serves without recording the adopted register at its own epoch.
    package static let recordAnew = DroppedRules(rawValue: 1 << 6)
    /// Accepts appends below the promised epoch.
    package static let refuseBelowFence = DroppedRules(rawValue: 1 << 7)
    /// Answers before the promise is fsynced.
    package static let fsyncPromise = DroppedRules(rawValue: 1 << 8)
    /// Acknowledges before the host's own fsync.
    package static let fsyncAtHost = DroppedRules(rawValue: 1 << 9)
    /// Adds a learner to the set before it has caught up.
    package static let learnerCaughtUp = DroppedRules(rawValue: 1 << 10)
    /// Counts blocks beyond the cut: inherits every chain held.
    package static let cutVoidsTheRest = DroppedRules(rawValue: 1 << 11)
    /// Answers repeats and rejections before the epoch start is on the whole set.
    package static let serveAfterEpochStart = DroppedRules(rawValue: 1 << 12)
    /// Answers a repeat with its own decision before that is acknowledged.
    package static let repeatAfterAcknowledgement = DroppedRules(rawValue: 1 << 13)
    /// Forgets request ids: a repeat is decided anew.
    package static let rememberRequests = DroppedRules(rawValue: 1 << 14)
    /// A restarted host goes on in its epoch.
    package static let newEpochAfterRestart = DroppedRules(rawValue: 1 << 15)
    /// Takes a kiosk whose log was wiped for the same member.
    package static let incarnations = DroppedRules(rawValue: 1 << 16)
}
