import MeshConsensus
import MeshControl
import MeshLedger
import MeshModel
import MeshNode
import MeshStorage
import MeshWire

extension NodeLoop {
    /// What this kiosk sees. Of other kiosks' lag only the host knows.
    func statusReport() -> StatusReport {
        let entries = node.roster.entries.map(kioskEntry).sorted { $0.name < $1.name }
        let health = health(entries)
        return StatusReport(
            venue: parts.charter.venue, mesh: parts.charter.mesh.key.hex, health: health,
            problems: problems(entries, health),
            itself: StatusReport.Itself(
                id: parts.codec.kiosk.key.hex, name: name(of: parts.codec.kiosk),
                role: role(of: parts.codec.kiosk), storage: node.configuration.hasStorage),
            host: hostEntry, register: registerReport, kiosks: entries, tickets: ticketCounts,
            offlineAllowance: OfflineUse(limit: 0, used: 0), survivesLosses: survivesLosses)
    }

    var hostEntry: HostEntry? {
        node.servingHost.map { host in
            HostEntry(
                id: host.kiosk.key.hex, name: name(of: host.kiosk), epoch: host.epoch,
                provisional: false)
        }
    }

    /// The register as recorded, or the newest that this kiosk has heard of.
    private var register: MeshConsensus.Register? {
        node.term?.keeper.recorded ?? node.known
    }

    var registerReport: MeshControl.Register {
        MeshControl.Register(
            version: register?.version ?? 0,
            voters: (register?.voters ?? []).map { name(of: $0.kiosk) },
            inSync: (register?.inSync ?? []).map { name(of: $0.kiosk) })
    }

    var ticketCounts: TicketCounts {
        let state = node.ledger.state
        return TicketCounts(
            total: Int64(state.catalogue.count), redeemed: Int64(state.redeemedCount),
            rejected: Int64(state.rejectedCount),
            awaitingUpload: Int64(state.localRedemptionCount)
                + Int64(state.segments.pendingUploads),
            findings: 0)
    }

    private func role(of kiosk: KioskID) -> KioskRole {
        switch node.role(of: kiosk) {
        case .host: .host
        case .standby: .standby
        case .kiosk: .kiosk
        }
    }

    private func kioskEntry(_ entry: RosterEntry) -> KioskEntry {
        let kiosk = entry.kiosk
        let isSelf = kiosk == parts.codec.kiosk
        let state: KioskState =
            switch node.presence(of: kiosk) {
            case .ok: .ok
            case .suspect: .suspect
            case .lost: .lost
            case .revoked: .revoked
            }
        // Of a kiosk that is gone it would only say how far away it once was.
        let isThere = state == .ok || state == .suspect
        let roundTrip =
            isThere ? node.peers[kiosk]?.roundTrip.map { Double($0.nanoseconds) / 1e6 } : nil
        return KioskEntry(
            id: kiosk.key.hex, name: entry.name, role: role(of: kiosk), state: state,
            storage: entry.hasStorage, terminal: entry.isTerminal,
            lag: node.lag(of: kiosk).map { Int64($0) },
            rttMilliseconds: isSelf ? nil : roundTrip.map { ($0 * 10).rounded() / 10 },
            lastSeen: (isSelf ? wallNow() : lastSeen[kiosk]).map {
                Timestamp(millisecondsSinceEpoch: $0)
            },
            version: isSelf ? ControlSchema.program : releases[kiosk])
    }

    private func health(_ entries: [KioskEntry]) -> Health {
        let members = entries.filter { $0.state != .revoked && !$0.isAway }
        guard node.servingHost != nil else {
            return node.linked.isEmpty && members.count > 1 ? .isolated : .noHost
        }
        let inSync = Set((register?.inSync ?? []).map { $0.kiosk.key.hex })
        let isWhole = members.allSatisfy { entry in
            entry.state == .ok && (!entry.storage || inSync.contains(entry.id))
        }
        return isWhole ? .healthy : .degraded
    }

    /// What only this kiosk knows of itself.
    var ownProblems: [StatusReport.Problem] {
        var problems: [StatusReport.Problem] = []
        if node.isRevoked {
            problems.append(
                .init(
                    kiosk: nil, what: "this kiosk was revoked",
                    fix: "clear its state directory and join with a new token"))
        } else if let rejection {
            problems.append(rejection)
        }
        if let full = fullDisk {
            problems.append(
                .init(
                    kiosk: name(of: parts.codec.kiosk), what: full.message, fix: full.hint))
        }
        if let damage = damageUnmended {
            problems.append(
                .init(
                    kiosk: name(of: parts.codec.kiosk), what: damage.what, fix: damage.fix))
        }
        return problems
    }

    /// Said where nobody is linked and every member that answered refused this kiosk's key: so a
    /// kiosk learns that it was revoked while it was off. Not certain, since the record of it comes
    /// only over a link.
    var rejection: StatusReport.Problem? {
        guard !node.isRevoked, !refusers.isEmpty, !links.values.contains(where: \.isProved)
        else { return nil }
        let names = refusers.map { name(of: $0) }.sorted().joined(separator: ", ")
        return StatusReport.Problem(
            kiosk: nil,
            what: "the mesh does not accept this kiosk any more (says \(names)): "
                + "it was probably revoked",
            fix: "clear its state directory and join with a new token")
    }

    /// The damage found at the start, until this kiosk has everything again.
    var damageUnmended: Recovery.Damage? {
        node.role(of: parts.codec.kiosk) == .kiosk ? parts.damage : nil
    }

    private func problems(_ entries: [KioskEntry], _ health: Health) -> [StatusReport.Problem] {
        var problems = ownProblems
        if node.isRevoked || rejection != nil {
            // Said already, and no cable mends it.
        } else if health == .isolated {
            problems.append(
                .init(
                    kiosk: nil, what: "no other kiosk can be reached",
                    fix: "check this kiosk's network cable or Wi-Fi, then kioskmesh doctor"))
        } else if health == .noHost {
            problems.append(.init(kiosk: nil, what: whyNoHost, fix: "kioskmesh doctor"))
        }
        let inSync = Set((register?.inSync ?? []).map { $0.kiosk.key.hex })
        let refusing = Set(rejection == nil ? [] : refusers.map(\.key.hex))
        for entry in entries
        where (entry.state == .lost || entry.state == .suspect) && !entry.isAway
            && !refusing.contains(entry.id)
        {
            problems.append(
                .init(
                    kiosk: entry.name,
                    what: entry.state == .lost ? "cannot be reached" : "does not answer",
                    fix: "check the power and network of \(entry.name)"))
        }
        for entry in entries
        where entry.state == .ok && entry.storage && !inSync.contains(entry.id)
            && health == .degraded
        {
            problems.append(
                .init(kiosk: entry.name, what: "is catching up", fix: "wait; it takes no action"))
        }
        return problems
    }

    private var whyNoHost: String {
        guard let register else { return "no host is known" }
        let missing = register.voters.filter { node.presence(of: $0.kiosk) != .ok }
        if missing.count * 2 >= register.voters.count {
            let names = missing.map { name(of: $0.kiosk) }.joined(separator: ", ")
            return "no majority of the voters can be reached: \(names) missing"
        }
        return "no host decides redemptions now"
    }

    /// How many more kiosks may fail at any one time before redemption stops; nil where unknown.
    private var survivesLosses: Int? {
        guard let register, node.servingHost != nil else { return nil }
        let voters = register.voters.count { node.presence(of: $0.kiosk) == .ok }
        let spareVoters = voters - (register.voters.count / 2 + 1)
        let spareDisks = register.inSync.count { node.presence(of: $0.kiosk) == .ok } - 1
        return max(0, min(spareVoters, spareDisks))
    }

    func digestReport() -> DigestReport? {
        guard node.configuration.hasStorage else { return nil }
        var bytes: [UInt8] = []
        var vector: [String: UInt64] = [:]
        for chain in node.ledger.chains {
            bytes += chain.id.bytes
            appendBigEndian(chain.length, to: &bytes)
            bytes += chain.head.bytes
            vector[chainName(chain.id)] = chain.length
        }
        return DigestReport(
            state: blake2b256(bytes).hex, records: Int64(node.ledger.recordCount), vector: vector)
    }

    /// What of a wait's goal is still missing; empty where it is met.
    func missing(for goal: WaitGoal) -> [String] {
        switch goal {
        case .joined:
            return node.linked.isEmpty && node.roster.entries.count > 1
                ? ["no link to any member"] : []
        case .host: return node.servingHost == nil ? [whyNoHost] : []
        case .synced:
            guard node.configuration.hasStorage else { return missing(for: .host) }
            guard let lag = node.lag(of: parts.codec.kiosk) else { return [whyNoHost] }
            return lag == 0 ? [] : ["\(lag) blocks are not here yet"]
        case .redeeming:
            guard node.servingHost != nil else { return [whyNoHost] }
            return node.ledger.state.segments.all
                .filter { $0.isActive(at: wallNow()) && !$0.isReady }
                .map { "segment \($0.grant.grant.name) is not complete" }
        case .idle:
            if node.waitingCount > 0 { return ["\(node.waitingCount) requests wait"] }
            let uploads = node.ledger.state.segments.pendingUploads
            if uploads > 0 { return ["\(uploads) facts wait to be uploaded"] }
            return missing(for: .synced)
        }
    }
}

/// A chain as reports name it.
func chainName(_ chain: ChainID) -> String {
    let incarnation = RequestID(high: chain.incarnation, low: 0).hex.prefix(8)
    return "\(chain.origin)-\(incarnation)-\(chain.epoch)"
}
