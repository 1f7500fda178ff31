package import MeshConsensus
package import MeshLedger
package import MeshModel

/// What kiosks say to each other. `Protocols/wire.md` has the bytes.
package enum MeshMessage: Hashable, Sendable {
    // Links
    /// First on every new link: who is there, what it has promised, what it knows.
    case hello(Hello)

    // Election
    case preVote(epoch: Epoch)
    case preVoteReply(PreVoteReply)
    case prepare(epoch: Epoch)
    case promise(epoch: Epoch, voteIncarnation: Incarnation, accepted: Register?)
    case record(Register)
    case recorded(epoch: Epoch, version: UInt64, voteIncarnation: Incarnation)
    /// The receiver has promised or seen a higher epoch: the sender is deposed.
    case refused(fence: Epoch)
    /// The host hands over: campaign now, without asking whether a host lives.
    case takeOver(epoch: Epoch)

    // A new host gathers what its members hold.
    case collect(epoch: Epoch)
    case collected(epoch: Epoch, logIncarnation: Incarnation, vector: VersionVector)

    // Replication
    case append(Append)
    case appended(epoch: Epoch, logIncarnation: Incarnation, length: UInt64)
    case heartbeat(Heartbeat)
    case heartbeatReply(HeartbeatReply)
    case want([VersionVector.Entry])
    case blocks([Block])
    case askVector
    case vector(VersionVector)

    // Work
    case requests([Request])
    case answers([Answer])
    case roster(Roster)
}

package struct Hello: Hashable, Sendable {
    package var fence: Epoch
    package var register: Register?
    package var voteIncarnation: Incarnation
    package var logIncarnation: Incarnation
    package var hasStorage: Bool
    package var rosterVersion: UInt64

    package init(
        fence: Epoch, register: Register?, voteIncarnation: Incarnation,
        logIncarnation: Incarnation, hasStorage: Bool, rosterVersion: UInt64
    ) {
        self.fence = fence
        self.register = register
        self.voteIncarnation = voteIncarnation
        self.logIncarnation = logIncarnation
        self.hasStorage = hasStorage
        self.rosterVersion = rosterVersion
    }
}

package struct PreVoteReply: Hashable, Sendable {
    package var epoch: Epoch
    package var isGranted: Bool
    package var fence: Epoch
    package var voteIncarnation: Incarnation
    package var register: Register?

    package init(
        epoch: Epoch, isGranted: Bool, fence: Epoch, voteIncarnation: Incarnation,
        register: Register?
    ) {
        self.epoch = epoch
        self.isGranted = isGranted
        self.fence = fence
        self.voteIncarnation = voteIncarnation
        self.register = register
    }
}

/// New blocks of the host's chain, and how far the chain is acknowledged.
package struct Append: Hashable, Sendable {
    package var epoch: Epoch
    package var committed: UInt64
    package var blocks: [Block]

    package init(
        epoch: Epoch, committed: UInt64, blocks: [Block]
    ) {
        self.epoch = epoch
        self.committed = committed
        self.blocks = blocks
    }
}

package struct Heartbeat: Hashable, Sendable {
    package var epoch: Epoch
    /// Sender's clock, returned in the reply: for the round-trip time.
    package var sentAt: Tick
    /// Number of blocks in the host's chain and of those acknowledged.
    package var length: UInt64
    package var committed: UInt64
    package var logIncarnation: Incarnation
    /// The host decides requests now.
    package var isServing: Bool
    package var digest: UInt64
    package var rosterVersion: UInt64
    /// The last register recorded; left out where the receiver has confirmed it.
    package var register: Register?

    package init(
        epoch: Epoch, sentAt: Tick, length: UInt64, committed: UInt64,
        logIncarnation: Incarnation, isServing: Bool, digest: UInt64, rosterVersion: UInt64,
        register: Register?
    ) {
        self.epoch = epoch
        self.sentAt = sentAt
        self.length = length
        self.committed = committed
        self.logIncarnation = logIncarnation
        self.isServing = isServing
        self.digest = digest
        self.rosterVersion = rosterVersion
        self.register = register
    }
}

package struct HeartbeatReply: Hashable, Sendable {
    package var epoch: Epoch
    package var sentAt: Tick
    package var voteIncarnation: Incarnation
    package var logIncarnation: Incarnation
    package var hasStorage: Bool
    /// Blocks of the host's chain fsynced with all they depend on.
    package var length: UInt64
    package var digest: UInt64
    package var registerEpoch: Epoch
    package var registerVersion: UInt64
    package var rosterVersion: UInt64

    package init(
        epoch: Epoch, sentAt: Tick, voteIncarnation: Incarnation, logIncarnation: Incarnation,
        hasStorage: Bool, length: UInt64, digest: UInt64, registerEpoch: Epoch,
        registerVersion: UInt64, rosterVersion: UInt64
    ) {
        self.epoch = epoch
        self.sentAt = sentAt
        self.voteIncarnation = voteIncarnation
        self.logIncarnation = logIncarnation
        self.hasStorage = hasStorage
        self.length = length
        self.digest = digest
        self.registerEpoch = registerEpoch
        self.registerVersion = registerVersion
        self.rosterVersion = rosterVersion
    }
}

extension MeshMessage {
    /// Bound of a `want`: chains asked for in one message.
    package static let maximumWants = 64
    /// Bound of a `requests` or `answers`: a kiosk that has more sends several.
    package static let maximumBatch = 512
    /// Bytes of blocks sent in answer to one `want`.
    package static let maximumBlockBytes = 1 << 20
}
