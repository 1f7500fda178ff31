import MeshConsensus
import MeshLedger
import MeshModel
import MeshNode
import MeshSync
import MeshWire

/// One kiosk of the simulated venue: the shell around a node.
final class SimulatedKiosk {
    let index: Int
    let id: KioskID
    let codec: FrameCodec
    let author: WireAuthor
    let hasStorage: Bool
    var disk: VirtualDisk
    /// Nil while it has no power.
    var process: Process?
    /// Counts starts: what was meant for an earlier one does not reach a later one.
    var boot = 0
    /// Inputs wait until then: the process is stopped.
    var pausedUntil: UInt64 = 0
    /// Every write takes long until then.
    var slowUntil: UInt64 = 0
    /// Difference of its wall clock, milliseconds.
    var skew: Int64 = 0
    /// Where its steady clock stood when it started.
    var tickOffset: UInt64 = 0
    var wakeAt = UInt64.max

    init(
        index: Int, codec: FrameCodec, author: WireAuthor, hasStorage: Bool, disk: VirtualDisk
    ) {
        self.index = index
        id = codec.kiosk
        self.codec = codec
        self.author = author
        self.hasStorage = hasStorage
        self.disk = disk
    }

    /// Holds the node by reference: a node is large, and reading one property must not copy it.
    final class Process {
        var node: Node
        /// What it does with the ticket server while it is host.
        var sync: SegmentSync
        /// Whether an answer to that is awaited.
        var isSyncing = false

        init(_ node: Node, dropping dropped: DroppedRules) {
            self.node = node
            sync = SegmentSync(dropping: dropped)
        }

        var nextWake: Tick { node.nextWake }
        var isHost: Bool { node.term != nil }
    }

    var isUp: Bool { process != nil }
    var isHost: Bool { process?.isHost ?? false }

    func now(_ time: UInt64) -> Now {
        Now(
            tick: Tick(nanoseconds: time + tickOffset),
            wall: World.wallStart + Int64(time / 1_000_000) + skew)
    }
}

/// What is going to happen in the simulated world.
enum WorldEvent {
    case deliver([UInt8], from: Int, to: Int)
    case link(up: Bool, from: Int, to: Int)
    case redial(Int, Int)
    case persisted(UInt64, at: Int, boot: Int)
    case wake(Int, boot: Int)
    case restart(Int)
    case resume(Int, boot: Int)
    case scan
    case ask(Int, at: Int)
    case fault(FaultKind)
    case strike(Strike, at: Int, boot: Int)
    case act(Int)
    case heal(Int)
    /// Hosts look what is to be done at the ticket server.
    case look
    case served(SyncResult, at: Int, boot: Int)
    case operate
    case outage
}
