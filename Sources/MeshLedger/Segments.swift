package import MeshModel

/// The grants of the mesh, and how far the data of each is here.
package struct Segments: Sendable, Equatable {
    /// One event of a segment.
    package struct Part: Hashable, Sendable {
        package internal(set) var progress: SegmentProgress
        package internal(set) var definition: EventDefinition?
        /// Tickets of it in the catalogue, those outside the grant included.
        package internal(set) var stored: UInt64 = 0
        /// Of those, tickets that the grant covers.
        package internal(set) var covered: UInt64 = 0
    }

    package struct Segment: Equatable, Sendable {
        package internal(set) var grant: SignedGrant
        /// How far the segment as a whole is; nil before the first step.
        package internal(set) var progress: SegmentProgress?
        /// Sorted by event.
        package internal(set) var parts: [Part] = []
        /// The server's token, sealed, where signing in gave one.
        package internal(set) var sealedToken: [UInt8] = []
        /// What its server is to have.
        package internal(set) var uploads = Uploads()

        package func part(_ event: String) -> Part? {
            parts.first { $0.progress.event == event }
        }

        /// Everything of it is here, read under the present version of its grant.
        package var isReady: Bool {
            progress?.grant == grant.grant.version && progress?.step == .ready
                && coveredParts.allSatisfy { isReady($0) }
        }

        /// The events that the grant covers now.
        package var coveredParts: [Part] {
            parts.filter { grant.grant.scope.covers(event: $0.progress.event) }
        }

        package func isReady(_ part: Part) -> Bool {
            part.progress.step == .ready && part.progress.grant == grant.grant.version
        }

        /// Whether anything may be redeemed under it at `now`.
        package func isActive(at now: WallTime) -> Bool {
            grant.grant.standing(at: now) == .inForce
        }
    }

    /// Sorted by name.
    package private(set) var all: [Segment] = []

    package subscript(name: String) -> Segment? { all.first { $0.grant.grant.name == name } }

    package var isEmpty: Bool { all.isEmpty }

    mutating func set(_ grant: SignedGrant) {
        if let at = index(grant.grant.name) {
            all[at].grant = grant
        } else {
            all.append(Segment(grant: grant))
            all.sort { $0.grant.grant.name < $1.grant.grant.name }
        }
    }

    mutating func advance(_ page: SegmentPage) {
        let progress = page.progress
        guard let at = index(progress.segment) else { return }
        if !page.sealedToken.isEmpty { all[at].sealedToken = page.sealedToken }
        guard !progress.event.isEmpty else {
            all[at].progress = progress
            return
        }
        if let part = all[at].parts.firstIndex(where: { $0.progress.event == progress.event }) {
            all[at].parts[part].progress = progress
            if let definition = page.definition { all[at].parts[part].definition = definition }
        } else {
            all[at].parts.append(Part(progress: progress, definition: page.definition))
            all[at].parts.sort { $0.progress.event < $1.progress.event }
        }
    }

    mutating func add(_ fact: RequestID, to segment: String) {
        if let at = index(segment) { all[at].uploads.add(fact) }
    }

    mutating func settle(_ receipt: Receipt, in segment: String) {
        if let at = index(segment) { all[at].uploads.settle(receipt) }
    }

    /// Facts that wait for a ticket server.
    package var pendingUploads: Int { all.reduce(0) { $0 + $1.uploads.pendingCount } }

    /// Counts a ticket that took the place of `old`.
    mutating func count(_ ticket: Ticket, replacing old: Ticket?) {
        if let old { add(old, -1) }
        add(ticket, 1)
    }

    private mutating func add(_ ticket: Ticket, _ sign: Int64) {
        guard let at = index(ticket.segment),
            let part = all[at].parts.firstIndex(where: { $0.progress.event == ticket.event })
        else { return }
        // A withdrawn code is no ticket, and one from a code is not from the catalogue.
        guard ticket.status != .revoked, !ticket.marks.contains(.fromCode) else { return }
        let stored = Int64(all[at].parts[part].stored) + sign
        all[at].parts[part].stored = UInt64(max(0, stored))
        if !ticket.marks.contains(.outside) {
            let covered = Int64(all[at].parts[part].covered) + sign
            all[at].parts[part].covered = UInt64(max(0, covered))
        }
    }

    private func index(_ name: String) -> Int? {
        all.firstIndex { $0.grant.grant.name == name }
    }
}
