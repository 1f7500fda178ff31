import MeshConsensus
import MeshLedger
import MeshModel
import MeshNode

/// Something that a checker may see.
enum Observation {
    /// A kiosk's shell is about to send a message.
    case sends(MeshMessage, from: Int, to: Int)
    /// A host answers a request as decided, to itself or to a kiosk.
    case decides(DecidedAnswer, host: Int)
    /// A visitor got an answer at a kiosk.
    case answered(Answer, at: Int, shown: Int)
    case event(Event, at: Int)
    /// A write is durable.
    case durable(Persist, at: Int)
    /// A kiosk sealed or took a block.
    case persisting(Persist, at: Int)
    /// Forged bytes were taken for a message.
    case forgeryTaken(String, at: Int)
    /// A kiosk has handled an input.
    case stepped(Int)
    case logWiped(Int)
}

/// Watches one invariant. Returns what broke it, in words, or nil.
protocol Checker {
    var name: String { get }
    mutating func observe(_ observation: Observation, in world: World) -> String?
    /// After the liveness phase.
    mutating func finish(_ world: World) -> String?
}

extension Checker {
    mutating func finish(_ world: World) -> String? { nil }
}
