/// Rules that only the simulator can drop, one at a time, to see that its checkers find the harm.
///
/// The product always runs with none dropped. The names follow the tables in
/// `Protocols/election.md` and `Protocols/segment.md`.
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

    // What a host does at a ticket server.

    /// Opens a segment without counting whether all of it is here.
    package static let countBeforeOpening = DroppedRules(rawValue: 1 << 17)
    /// Leaves what was read before a grant changed as the former one covered it.
    package static let markWhatWasRead = DroppedRules(rawValue: 1 << 18)
    /// Takes tickets that a host had marked half for marked.
    package static let markFromTheBeginning = DroppedRules(rawValue: 1 << 19)
    /// Does not record where a round of changes ended that brought nothing on its last page.
    package static let recordTheEndOfARound = DroppedRules(rawValue: 1 << 20)
}
