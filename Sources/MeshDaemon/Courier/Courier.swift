import Foundation
package import Logging
import MeshCrypto
import MeshModel
import MeshStorage
import MeshSync
import MeshWire
import TicketServers

/// A member of a mesh that carries bundles between it and its ticket servers: it needs a connection
/// to these, and none to the mesh while it talks to them.
///
/// What it has collected is in `courier.db` in its state directory, so that whatever breaks off
/// goes on where it was.
package struct Courier: Sendable {
    /// What became of one segment.
    package struct Balance: Sendable, Hashable {
        package var segment: String
        /// The catalogue is complete, and goes with the next bundle.
        package var isComplete = false
        /// Nothing is redeemed under its grant any more.
        package var isWithdrawn = false
        package var tickets = 0
        package var sent = 0
        package var alreadyKnown = 0
        package var refused = 0
        package var left = 0
        /// What is wrong, and what to do.
        package var problem: String?
    }

    /// How far an exchange is.
    package struct Progress: Sendable, Hashable {
        package var segment: String
        package var isUpload: Bool
        package var done: Int
        package var all: Int?
    }

    let member: CourierMember
    let store: CourierStore
    let logger: Logger

    /// Opens a member's state directory for carrying. Its daemon may run or not.
    package init(state path: String, logger: Logger) throws(DaemonError) {
        member = try CourierMember(state: path)
        guard !member.hasStorage else {
            throw DaemonError(
                "no_terminal", "\(path) is a kiosk of the venue, and no terminal.",
                hint: "Give this at the terminal, which was joined with --terminal.")
        }
        self.logger = logger
        do { store = try CourierStore(in: member.state.directory) } catch {
            throw DaemonError(error)
        }
    }

    /// Whether the directory is that of a kiosk without storage, of which no daemon runs.
    package static func isTerminal(state path: String) -> Bool {
        guard let member = try? CourierMember(state: path), !member.hasStorage else { return false }
        return (try? member.state.lock()) != nil
    }

    /// Whether the directory has been used for carrying.
    package static func hasCollected(state path: String) -> Bool {
        guard let member = try? CourierMember(state: path), !member.hasStorage else { return false }
        return CourierStore.exists(in: member.state.directory)
    }

    // MARK: from the mesh

    /// Takes in what a mesh handed out.
    /// - Returns: facts that were not known before.
    package func take(bundle path: String) throws(DaemonError) -> Int {
        var reader = try member.reader(path)
        guard reader.header.kind == .fromMesh else {
            throw DaemonError(
                "wrong_bundle", "\(path) is for the mesh.",
                hint: "Import it at a kiosk of the venue.")
        }
        var added = 0
        var facts: [CourierStore.Fact] = []
        var segment = ""
        func flush() throws(DaemonError) {
            added += try storing { () throws(StorageError) in
                try store.add(facts, segment: segment)
            }
            facts = []
        }
        while let item = try reader.next() {
            switch item {
            case .grant(let grant, let token): try keep(grant, token: token)
            case .fact(let fact):
                if fact.segment != segment || facts.count == SegmentSync.recordTickets {
                    try flush()
                }
                segment = fact.segment
                facts.append(
                    CourierStore.Fact(
                        request: fact.request.bytes,
                        body: member.sealing.seal(item.bytes, for: .bundle),
                        attempt: fact.attempt))
            case .page, .receipts: break
            }
        }
        try flush()
        return added
    }

    /// Takes in a grant that the mesh may not have yet.
    package func take(grant bytes: [UInt8]) throws(DaemonError) {
        let grant: SignedGrant
        do { grant = try member.grants.open(bytes) } catch {
            throw DaemonError("bad_grant", "The grant is refused: \(error.message).")
        }
        try keep(grant, token: [])
    }

    /// Drops a grant that the mesh does not take, and the tickets that were fetched for it.
    package func forget(_ name: String) throws(DaemonError) {
        guard try segments().contains(where: { $0.name == name }) else {
            throw DaemonError(
                "unknown_grant", "This terminal carries no grant \(name).",
                hint: "kioskmesh export --bundle FILE names what it carries.")
        }
        let counts = try storing { () throws(StorageError) in try store.counts(name) }
        guard counts.isEmpty else {
            throw DaemonError(
                "facts_kept", "The mesh has redeemed under grant \(name): it stays.",
                hint: "Withdraw it at the venue: kioskmesh grant withdraw \(name)")
        }
        try storing { () throws(StorageError) in try store.drop(segment: name) }
    }

    private func keep(_ grant: SignedGrant, token: [UInt8]) throws(DaemonError) {
        let known = try segments().first { $0.name == grant.grant.name }
        if let known, known.version > grant.grant.version { return }
        let segment = CourierStore.Segment(
            name: grant.grant.name, version: grant.grant.version, grant: grant.bytes,
            token: token.isEmpty ? known?.token ?? [] : token)
        guard segment != known else { return }
        try storing { () throws(StorageError) in try store.keep(segment) }
    }

    func segments() throws(DaemonError) -> [CourierStore.Segment] {
        try storing { () throws(StorageError) in try store.segments() }
    }

    func storing<Value>(
        _ body: () throws(StorageError) -> Value
    ) throws(DaemonError) -> Value {
        do { return try body() } catch { throw DaemonError(error) }
    }

    // MARK: for the mesh

    /// Writes all that is complete, and what became of facts.
    package func write(bundle path: String) throws(DaemonError) -> [Balance] {
        let writer = try member.writer(path, .forMesh)
        var balances: [Balance] = []
        for segment in try segments() {
            let grant: SignedGrant
            do { grant = try member.grants.open(segment.grant) } catch {
                throw DaemonError("bad_grant", "\(error.message).")
            }
            try writer.add(.grant(grant, sealedToken: segment.token))
            let balance = try self.balance(segment, grant.grant)
            if balance.isComplete, !balance.isWithdrawn {
                try writeCatalogue(grant.grant, segment.token, writer)
            }
            try writeReceipts(segment.name, writer)
            balances.append(balance)
        }
        try writer.finish()
        return balances
    }

    private func writeCatalogue(
        _ grant: Grant, _ token: [UInt8], _ writer: BundleWriter
    ) throws(DaemonError) {
        var latest: WallTime = 0
        for part in try parts(of: grant) {
            var page = part.page
            let cursor = page.progress.cursor
            latest = max(latest, page.progress.at)
            page.progress.step = .download
            page.progress.cursor = ""
            var last: [UInt8]?
            repeat {
                let tickets = try storing { () throws(StorageError) in
                    try store.tickets(
                        of: grant.name, event: part.event, after: last,
                        limit: SegmentSync.recordTickets)
                }
                last = tickets.count == SegmentSync.recordTickets ? tickets.last?.id : nil
                do {
                    page.tickets = try tickets.map { try DiskCoding.ticket($0.bytes) }
                } catch {
                    throw DaemonError("courier_damaged", "A ticket that was kept is damaged.")
                }
                if last == nil {
                    page.progress.step = .ready
                    page.progress.cursor = cursor
                }
                try writer.add(.page(page))
                page.definition = nil
            } while last != nil
        }
        let whole = SegmentProgress(
            segment: grant.name, event: "", grant: grant.version, step: .ready, at: latest)
        try writer.add(.page(SegmentPage(progress: whole, sealedToken: token)))
    }

    private func writeReceipts(_ segment: String, _ writer: BundleWriter) throws(DaemonError) {
        var position: Int64 = 0
        while true {
            let (facts, last) = try storing { () throws(StorageError) in
                try store.settled(segment, after: position, limit: SegmentSync.recordTickets)
            }
            guard !facts.isEmpty else { return }
            position = last
            try writer.add(.receipts(facts.compactMap { Receipt(carried: $0) }))
        }
    }

    // MARK: how it stands

    /// One event of a segment as it is kept.
    struct Part {
        let event: String
        let page: SegmentPage
        let ticketCount: Int
    }

    /// The events that the grant covers, as far as they are here.
    func parts(of grant: Grant) throws(DaemonError) -> [Part] {
        let kept = try storing { () throws(StorageError) in try store.parts(of: grant.name) }
        var parts: [Part] = []
        for part in kept where grant.scope.covers(event: part.event) {
            do {
                parts.append(
                    Part(
                        event: part.event, page: try DiskCoding.page(part.progress),
                        ticketCount: part.ticketCount))
            } catch {
                throw DaemonError("courier_damaged", "\(CourierStore.name) is damaged.")
            }
        }
        return parts
    }

    func balance(
        _ segment: CourierStore.Segment, _ grant: Grant
    ) throws(DaemonError) -> Balance {
        let parts = try parts(of: grant)
        let counts = try storing { () throws(StorageError) in try store.counts(segment.name) }
        var balance = Balance(segment: segment.name)
        balance.isComplete =
            !parts.isEmpty && parts.allSatisfy { $0.page.progress.step == .ready }
            && (grant.scope.events ?? []).allSatisfy { slug in
                parts.contains { $0.event == slug }
            }
        balance.isWithdrawn = grant.isWithdrawn
        balance.tickets = parts.reduce(0) { $0 + $1.ticketCount }
        balance.sent = counts[1] ?? 0
        balance.alreadyKnown = counts[2] ?? 0
        balance.refused = counts[3] ?? 0
        balance.left = counts[nil] ?? 0
        return balance
    }
}

extension Receipt {
    /// As a courier keeps it; nil while the fact waits.
    init?(carried fact: CourierStore.Fact) {
        guard let request = RequestID(fact.request) else { return nil }
        switch fact.result {
        case 1: self.init(fact: request, result: .sent, attempt: fact.attempt)
        case 2: self.init(fact: request, result: .alreadyKnown, attempt: fact.attempt)
        case 3:
            self.init(fact: request, result: .quarantined(fact.words), attempt: fact.attempt)
        default: return nil
        }
    }

    /// The number and words that a courier keeps.
    var carried: (result: Int, words: String)? {
        switch result {
        case .sent: (1, "")
        case .alreadyKnown: (2, "")
        case .quarantined(let words): (3, words)
        case .retried, .dismissed: nil
        }
    }
}
