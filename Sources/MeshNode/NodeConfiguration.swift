import MeshConsensus
package import MeshLedger
package import MeshModel

/// Encodes and signs this kiosk's blocks, and checks what only a key can check. Deterministic.
package protocol BlockAuthor: Sendable {
    func seal(_ body: BlockBody) -> Block
    /// Whether the application was made with the token's secret, by the holder of its identity
    /// key, for this request.
    func proves(_ application: JoinApplication, request: RequestID, token: JoinToken) -> Bool
    /// The ticket that a sealed code carries, where one of the issuers signed it for this segment
    /// and event; nil for every other code.
    func ticket(inSealedCode code: [UInt8], source: CodeSource, at now: WallTime) -> Ticket?
}

/// Where a code that carries its ticket may come from.
package struct CodeSource: Hashable, Sendable {
    package let segment: String
    package let event: EventDefinition

    package init(segment: String, event: EventDefinition) {
        self.segment = segment
        self.event = event
    }
}

/// Time spans of liveness; safety needs none of them.
package struct Timing: Hashable, Sendable {
    package var heartbeat = Span64.milliseconds(200)
    /// Silence after which a host or a member counts as gone.
    package var silence = Span64.milliseconds(1000)
    /// Added to `silence` for each place in the in-sync set.
    package var rankDelay = Span64.milliseconds(100)
    /// Random addition, at most.
    package var jitter = Span64.milliseconds(80)
    /// After a closed link to the host the ranks wait only this long each.
    package var closedRankDelay = Span64.milliseconds(40)
    /// A candidacy that got no majority is given up and begun anew after this.
    package var campaign = Span64.milliseconds(400)
    /// A request, a register change or a pull that got no answer is sent again after this.
    package var resend = Span64.milliseconds(250)
    /// A host that could not acknowledge anything for this long stops saying that it serves.
    package var stalled = Span64.seconds(2)
    /// A disk that takes nothing for this long, full or broken, costs its kiosk the place in the
    /// set, or the reign.
    package var diskPatience = Span64.seconds(3)
    /// A voter silent for this long is replaced where another kiosk can take its place.
    package var voterReplacement = Span64.seconds(60)

    package init() {}
}

/// Bounds of the core's queues.
package struct Limits: Hashable, Sendable {
    /// Requests made at this kiosk that wait for the host; more are answered `busy`.
    package var outstanding = 4096
    /// Requests that the host holds undecided or unacknowledged; more are answered `busy`.
    package var queued = 65536
    /// Decisions in one block.
    package var blockRecords = 512
    /// Tickets in one import request, so that a block stays far below a frame.
    package var importTickets = 1000
    /// Blocks of its own chain that a host may have unacknowledged.
    package var window = 8
    /// Kiosks on the roster.
    package var kiosks = 256
    /// Join tokens ever created.
    package var tokens = 1024
    /// Grants ever given, and events of one: a venue has a few.
    package var grants = 64
    package var events = 256
    /// Facts whose receipts share one record.
    package var receipts = 500

    package init() {}
}

/// Who a node is and how it behaves; does not change while it runs.
package struct NodeConfiguration: Sendable {
    package let kiosk: KioskID
    package let hasStorage: Bool
    package var timing = Timing()
    package var limits = Limits()
    package let seed: UInt64
    /// Empty in the product; the simulator plants bugs with it.
    package var dropped: DroppedRules = []

    package init(kiosk: KioskID, hasStorage: Bool, seed: UInt64) {
        self.kiosk = kiosk
        self.hasStorage = hasStorage
        self.seed = seed
    }
}
