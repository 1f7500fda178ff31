package import MeshConsensus
import MeshLedger
package import MeshModel

/// A host's reign: the state that ends with its epoch.
package struct Term: Sendable {
    package enum Phase: Hashable, Sendable {
        /// The adopted register is being recorded at the own epoch. → collecting
        case recording
        /// Every chain is pulled from the required members; who is gone leaves the set. → starting
        case collecting
        /// The epoch start is written, and not yet on every required disk. → serving
        case starting
        /// Requests are decided.
        case serving
    }

    /// A request in a block that is not acknowledged yet.
    struct Waiting: Sendable {
        let length: UInt64
        let request: RequestID
        let kiosk: KioskID
        let redeems: TicketID?
    }

    struct PendingUse: Sendable {
        let request: RequestID
        let checkIn: CheckIn
    }

    package let epoch: Epoch
    package let chain: ChainID
    package internal(set) var phase = Phase.recording
    package internal(set) var keeper: RegisterKeeper
    package internal(set) var replication: Replication
    /// Blocks of the own chain.
    package internal(set) var written: UInt64 = 0
    let began: Tick
    /// The host before, as far as this kiosk followed one.
    var deposed: KioskID?
    var collected: [Member: VersionVector] = [:]
    /// What the own chain has said of other chains.
    var declared = VersionVector()

    var redemptions = RequestQueue()
    var administration = RequestQueue()
    /// The administrative request whose record is not acknowledged yet.
    var deciding: RequestID?
    /// The last one of those that was a grant.
    var decidingGrant: RequestID?
    var waiting: [Waiting] = []
    var waitingIDs: Set<RequestID> = []
    /// Redemptions in blocks that are not acknowledged yet.
    var pendingUses: [TicketID: [PendingUse]] = [:]
    /// Tickets that this reign took from codes, by the hash of the code.
    var ticketsFromCodes: [CredentialHash: TicketID] = [:]
    var unknownCodes: [UnknownCodes] = []

    var nextHeartbeat: Tick
    var nextResend: Tick
    /// Since when something waits to be acknowledged or recorded; nil while nothing does.
    var stuckSince: Tick?
    /// How much was acknowledged then.
    var stuckAt: UInt64 = 0
    var transfer: Transfer?

    /// The reign is being handed over: no new decisions until then.
    struct Transfer: Sendable {
        let target: KioskID
        /// Given up then, and the reign goes on.
        let deadline: Tick
        var isSent = false
    }

    struct UnknownCodes: Sendable {
        let kiosk: KioskID
        let minute: Int64
        var count: UInt32
    }

    func isQueued(_ id: RequestID) -> Bool {
        redemptions.contains(id) || administration.contains(id)
    }

    /// Requests undecided or unacknowledged.
    var heldCount: Int { redemptions.count + administration.count + waiting.count }

    init(adopting register: Register, member: Member, epoch: Epoch, at now: Tick) {
        self.epoch = epoch
        chain = ChainID(origin: member.kiosk, incarnation: member.incarnation, epoch: epoch)
        keeper = RegisterKeeper(adopting: register, host: member.kiosk, epoch: epoch)
        replication = Replication(chain: chain)
        began = now
        nextHeartbeat = now
        nextResend = now
    }
}

/// Requests in the order of their arrival, each once.
struct RequestQueue: Sendable {
    private var items: [Request] = []
    private var first = 0
    private var ids: Set<RequestID> = []

    var count: Int { items.count - first }
    var isEmpty: Bool { count == 0 }

    func contains(_ id: RequestID) -> Bool { ids.contains(id) }

    mutating func append(_ request: Request) {
        items.append(request)
        ids.insert(request.id)
    }

    mutating func popFirst() -> Request? {
        guard first < items.count else { return nil }
        let request = items[first]
        first += 1
        ids.remove(request.id)
        if first == items.count || first > 1024 {
            items.removeFirst(first)
            first = 0
        }
        return request
    }
}
