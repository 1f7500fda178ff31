import Logging
import MeshControl
import MeshCrypto
import MeshModel
import MeshNode
import MeshTransport
import MeshWire

extension NodeLoop {
    mutating func linkUp(_ facts: LinkFacts) {
        let kiosk = facts.isStranger ? nil : parts.pins.kiosk(facts.tlsKey)
        links[facts.id] = Link(facts: facts, kiosk: kiosk)
        if facts.isDialed { dialer.connected(facts.remote, to: kiosk) }
        guard let kiosk else { return }
        if let current = routes[kiosk], let other = links[current] {
            // Both dialled each other: both keep the link that the lower id made.
            let keepsNew =
                facts.isDialed == other.facts.isDialed
                || facts.isDialed == (parts.codec.kiosk < kiosk)
            let loser = keepsNew ? current : facts.id
            if keepsNew { routes[kiosk] = facts.id }
            noteReplacement(kiosk, other.facts.remote, facts.remote)
            parts.transport.close(LinkID(rawValue: loser), reason: "another link serves")
            return
        }
        routes[kiosk] = facts.id
        parts.noise.log(
            .info, kind: "linked to \(name(of: kiosk))",
            "linked to \(name(of: kiosk)) at \(facts.remote)")
        input(.linkUp(kiosk))
        tellAddresses(to: kiosk)
    }

    mutating func linkDown(_ id: UInt64, _ reason: String) {
        guard let link = links.removeValue(forKey: id) else { return }
        admissions.forget(link: id)
        guard let kiosk = link.kiosk, routes[kiosk] == id else { return }
        if let spare = links.first(where: { $0.value.kiosk == kiosk })?.key {
            routes[kiosk] = spare
            return
        }
        routes[kiosk] = nil
        parts.noise.log(
            .info, kind: "link to \(name(of: kiosk)) closed: \(reason)",
            "link to \(name(of: kiosk)) closed: \(reason)")
        input(.linkDown(kiosk))
        if reason == FailureReason.keyRefused { wasRefused(by: kiosk, link) }
        dialer.retry(kiosk)
    }

    private mutating func wasRefused(by kiosk: KioskID, _ link: Link) {
        refusers.insert(kiosk)
        if link.facts.isDialed { dialer.refused(link.facts.remote, at: tickNow()) }
    }

    mutating func dialFailed(host: String, port: Int, _ reason: String) {
        switch reason {
        case FailureReason.keyRefused, FailureReason.keyNotAccepted:
            dialer.refused(Dialer.key(host, port), at: tickNow())
        case FailureReason.twin:
            parts.noise.log(.error, kind: "twin", twinWarning(Dialer.key(host, port)))
            dialer.refused(Dialer.key(host, port), at: tickNow())
        default: dialer.failed(host: host, port: port, isOwn: reason == FailureReason.itself)
        }
    }

    private func twinWarning(_ place: String) -> String {
        """
        a second kiosk runs at \(place) with this kiosk's own key: its state directory was \
        copied. Stop one of the two, clear its state directory and let it join with a token
        """
    }

    /// Two programs with one key drive each other's links out, again and again.
    private mutating func noteReplacement(_ kiosk: KioskID, _ one: String, _ other: String) {
        guard replacements.isOdd(kiosk, at: tickNow()) else { return }
        parts.noise.log(
            .error, kind: "twins of \(name(of: kiosk))",
            """
            two kiosks seem to run with the key of \(name(of: kiosk)), at \(one) and \(other): \
            its state directory was copied. Stop one of the two, clear its state directory and \
            let it join with a token
            """)
    }

    /// The first frame over a link: the other side has accepted this kiosk.
    private mutating func prove(_ id: UInt64, _ kiosk: KioskID) {
        links[id]?.isProved = true
        refusers = []
        dialer.welcomed(kiosk)
    }

    mutating func frame(_ bytes: [UInt8], on id: UInt64) {
        guard let link = links[id] else { return }
        let roster = node.roster
        do {
            let frame = try parts.codec.decode(bytes, from: link.kiosk) { roster[$0] != nil }
            if let kiosk = link.kiosk {
                if !link.isProved { prove(id, kiosk) }
                lastSeen[kiosk] = wallNow()
                take(frame, from: kiosk, link)
            } else if case .join(let request, let application) = frame {
                consider(application, request, link)
            } else {
                refuse(link, "it is not on the roster here, or not yet")
            }
        } catch {
            refuse(link, error.message)
        }
    }

    private func refuse(_ link: Link, _ why: String) {
        parts.noise.log(
            .warning, kind: "refused from: \(why)", "refused from \(link.facts.remote): \(why)")
        parts.transport.close(LinkID(rawValue: link.facts.id), reason: why)
    }

    private mutating func take(_ frame: Frame, from kiosk: KioskID, _ link: Link) {
        switch frame {
        case .node(let message): input(.message(message, from: kiosk))
        case .relay(let id, let isReply, let body):
            if isReply {
                questions.answer(id, body)
            } else {
                answerQuestion(id, body, from: kiosk)
            }
        case .addresses(let addresses, let version):
            dialer.learn(addresses, from: link.facts.remote)
            releases[kiosk] = version
        case .join(let request, let application) where application.entry.kiosk == kiosk:
            // Its welcome was lost, often since its admission closed its link as a stranger.
            consider(application, request, link)
        case .join, .joinReply: refuse(link, "a message for kiosks that are not members")
        }
    }

    private func tellAddresses(to kiosk: KioskID) {
        let addresses = [":\(parts.port)"] + dialer.known.prefix(Self.addressesTold)
        send(.addresses(addresses, version: ControlSchema.program), to: kiosk)
    }

    /// Passes on where kiosks were reached, whenever there is something new: a kiosk that knows
    /// one member must learn of all.
    mutating func gossip() {
        let known = dialer.known
        guard known != toldAddresses else { return }
        toldAddresses = known
        for kiosk in routes.keys.sorted() { tellAddresses(to: kiosk) }
    }

    /// Dials whoever is not linked.
    mutating func dial(_ now: Tick) {
        let linked = Set(routes.keys)
        for (host, port) in dialer.due(now, linked: linked) {
            parts.transport.dial(host: host, port: port)
        }
    }
}
