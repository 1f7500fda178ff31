package import MeshModel

/// A rule of the core that only the simulator can drop, by the name that `--plant` takes.
package struct PlantedBug: Sendable, Equatable {
    package let name: String
    package let rule: DroppedRules
    /// What the kiosks then do wrong, in a few words.
    package let harm: String

    package static let all: [PlantedBug] = [
        PlantedBug(
            name: "waitForTheWholeSet", rule: .waitForTheWholeSet,
            harm: "acknowledges when the host alone has fsynced"),
        PlantedBug(
            name: "notMerelyAMajority", rule: .notMerelyAMajority,
            harm: "acknowledges when a majority of the in-sync set has fsynced"),
        PlantedBug(
            name: "candidateInSync", rule: .candidateInSync,
            harm: "elects a candidate that is not in the in-sync set"),
        PlantedBug(
            name: "adoptNewest", rule: .adoptNewest,
            harm: "adopts the candidate's own register, not the newest promised"),
        PlantedBug(
            name: "oldSetWhileChanging", rule: .oldSetWhileChanging,
            harm: "requires the new set only while a change is in flight"),
        PlantedBug(
            name: "newSetWhileChanging", rule: .newSetWhileChanging,
            harm: "requires the old set only while a change is in flight"),
        PlantedBug(
            name: "recordAnew", rule: .recordAnew,
            harm: "serves without recording the register at the own epoch"),
        PlantedBug(
            name: "refuseBelowFence", rule: .refuseBelowFence,
            harm: "accepts appends below the promised epoch"),
        PlantedBug(
            name: "fsyncPromise", rule: .fsyncPromise, harm: "promises before the fsync"),
        PlantedBug(
            name: "fsyncAtHost", rule: .fsyncAtHost,
            harm: "acknowledges before the host's own fsync"),
        PlantedBug(
            name: "learnerCaughtUp", rule: .learnerCaughtUp,
            harm: "adds a kiosk to the set before it has caught up"),
        PlantedBug(
            name: "cutVoidsTheRest", rule: .cutVoidsTheRest,
            harm: "counts records beyond the cut of an epoch start"),
        PlantedBug(
            name: "serveAfterEpochStart", rule: .serveAfterEpochStart,
            harm: "serves before the epoch start is on the whole set"),
        PlantedBug(
            name: "repeatAfterAcknowledgement", rule: .repeatAfterAcknowledgement,
            harm: "answers a repeat before the decision is acknowledged"),
        PlantedBug(
            name: "rememberRequests", rule: .rememberRequests, harm: "forgets request ids"),
        PlantedBug(
            name: "newEpochAfterRestart", rule: .newEpochAfterRestart,
            harm: "goes on in the same epoch after a restart"),
        PlantedBug(
            name: "incarnations", rule: .incarnations,
            harm: "takes a wiped log for the same member"),
        PlantedBug(
            name: "countBeforeOpening", rule: .countBeforeOpening,
            harm: "opens a segment without counting whether all of it is here"),
        PlantedBug(
            name: "markWhatWasRead", rule: .markWhatWasRead,
            harm: "leaves what was read before a grant changed as it was marked"),
        PlantedBug(
            name: "markFromTheBeginning", rule: .markFromTheBeginning,
            harm: "takes tickets that a host had marked half for marked"),
        PlantedBug(
            name: "recordTheEndOfARound", rule: .recordTheEndOfARound,
            harm: "does not record where a round of changes ended"),
    ]

    package static func named(_ name: String) -> PlantedBug? { all.first { $0.name == name } }
}
