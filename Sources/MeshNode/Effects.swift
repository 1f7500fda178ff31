package import MeshConsensus
package import MeshLedger
package import MeshModel

/// What happens to a node.
package enum Input: Sendable {
    /// A message of a kiosk whose link is authenticated and whose signatures are verified.
    case message(MeshMessage, from: KioskID)
    case linkUp(KioskID)
    case linkDown(KioskID)
    /// A `Persist` with this id is durable, and all before it.
    case persisted(UInt64)
    /// Something asked at this kiosk; the answer comes as `Effect.answer`.
    case request(RequestID, RequestBody, patience: Span64)
    /// Nobody waits for that request any more.
    case abandon(RequestID)
    /// Hand the reign to another in-sync kiosk.
    case transfer(to: KioskID)
    /// Become host now, without asking whether one lives: somebody wants the present one gone.
    case takeOver
    /// A timer asked for by `nextWake` is due.
    case wake
}

/// What must be on the disk: the vote state first, then the blocks, both before `persisted(id)`.
package struct Persist: Hashable, Sendable {
    package let id: UInt64
    package let vote: VoteState?
    package let blocks: [Block]
}

/// What the shell is to do. In the order given; a `persist` does not hold up what follows it.
package enum Effect: Sendable {
    case persist(Persist)
    case send(MeshMessage, to: KioskID)
    /// Read these blocks from the disk and send them as `MeshMessage.blocks`, up to its byte bound.
    case sendStored([VersionVector.Entry], to: KioskID)
    /// The answer to a request made at this kiosk.
    case answer(Answer)
    /// The roster changed: pin its keys, cut off who was revoked, keep it on the disk.
    case roster(Roster)
    case event(Event)
}

/// What people and logs should know of.
package enum Event: Hashable, Sendable {
    case campaigning(Epoch)
    case elected(Epoch)
    case serving(Epoch)
    case steppedDown(Epoch, why: String)
    case followsHost(KioskID, Epoch)
    case hostLost(KioskID)
    case registerRecorded(Register)
    case memberLeft(KioskID)
    case memberJoined(KioskID)
    case refusedBlock(from: KioskID, why: String)
    case admitted(KioskID, name: String)
    case revoked(KioskID)
    case droppedMessage(from: KioskID, why: String)
}
