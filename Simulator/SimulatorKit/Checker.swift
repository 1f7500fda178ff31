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
    /// A host has recorded something of a ticket server's.
    case recorded(at: Int)

    var kind: Kind {
        switch self {
        case .sends: .sends
        case .decides: .decides
        case .answered: .answered
        case .event: .event
        case .durable: .durable
        case .persisting: .persisting
        case .forgeryTaken: .forgeryTaken
        case .stepped: .stepped
        case .logWiped: .logWiped
        case .recorded: .recorded
        }
    }

    enum Kind: Int, CaseIterable {
        case sends, decides, answered, event, durable, persisting, forgeryTaken, stepped, logWiped
        case recorded
    }
}

/// Watches one invariant. Returns what broke it, in words, or nil.
protocol Checker {
    var name: String { get }
    /// What it wants to see: most happenings concern few checkers, and there are millions.
    var interests: [Observation.Kind] { get }
    mutating func observe(_ observation: Observation, in world: World) -> String?
    /// After the liveness phase.
    mutating func finish(_ world: World) -> String?
}

extension Checker {
    mutating func finish(_ world: World) -> String? { nil }
}

/// All checkers, and which of them wants to see what.
struct CheckerBench {
    private var checkers: [any Checker] = [
        AtMostOneAcknowledgement(), NewHostHoldsAll(), SameAnswer(),
    ]
    private var interested: [[Int]]

    /// - Parameter answersOnly: leaves out what is not about the answers that visitors got.
    init(answersOnly: Bool) {
        if !answersOnly {
            checkers += [
                AcknowledgedIsDurable(), OneHostPerEpoch(), NothingBelowPromise(),
                RegisterIsRecorded(), ChainsAreContiguous(), ForgedInputChangesNothing(),
                QueuesAreBounded(), StateIsPure(), SegmentOpensWhole(), ServerKnowsAll(),
            ]
        }
        interested = Observation.Kind.allCases.map { _ in [] }
        for (index, checker) in checkers.enumerated() {
            for kind in checker.interests { interested[kind.rawValue].append(index) }
        }
    }

    func wants(_ kind: Observation.Kind) -> Bool { !interested[kind.rawValue].isEmpty }

    /// The first checker's name and complaint; nil where all is well.
    mutating func observe(
        _ observation: Observation, in world: World
    ) -> (checker: String, what: String)? {
        for index in interested[observation.kind.rawValue] {
            if let what = checkers[index].observe(observation, in: world) {
                return (checkers[index].name, what)
            }
        }
        return nil
    }

    mutating func finish(_ world: World) -> (checker: String, what: String)? {
        for index in checkers.indices {
            if let what = checkers[index].finish(world) { return (checkers[index].name, what) }
        }
        return nil
    }
}
