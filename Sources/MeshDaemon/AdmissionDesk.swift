import Logging
import MeshLedger
import MeshModel
import MeshNode
import MeshTransport
import MeshWire

/// The kiosks at this member's door that wait for the host's word.
struct AdmissionDesk: Sendable {
    /// As many as the transport lets in at a time.
    static let maximum = 32

    private var links: [RequestID: UInt64] = [:]

    mutating func admit(_ request: RequestID, link: UInt64) -> Bool {
        guard links.count < Self.maximum || links[request] != nil else { return false }
        links[request] = link
        return true
    }

    mutating func take(_ request: RequestID) -> UInt64? { links.removeValue(forKey: request) }

    mutating func forget(link: UInt64) { links = links.filter { $0.value != link } }
}

extension NodeLoop {
    /// Hands an application to the host.
    mutating func consider(
        _ application: JoinApplication, _ request: RequestID, _ link: Link
    ) {
        guard application.entry.tlsKey.bytes == link.facts.tlsKey, !application.entry.isRevoked
        else { return reply(.denied(.badProof), on: link.facts.id) }
        guard admissions.admit(request, link: link.facts.id) else {
            return reply(.unavailable("many kiosks are joining at once"), on: link.facts.id)
        }
        // A kiosk that is turned down asks again and again.
        parts.noise.log(
            .info, kind: "\(application.entry.name) asks to join",
            "\(application.entry.name) at \(link.facts.remote) asks to join")
        let mailbox = parts.mailbox
        ask(request, .admit(application), patience: .seconds(5)) { outcome, _ in
            mailbox.post(.call { $0.answerApplication(application, request, outcome) })
        }
    }

    private mutating func answerApplication(
        _ application: JoinApplication, _ request: RequestID, _ outcome: Outcome
    ) {
        guard let link = admissions.take(request) else { return }
        let remote = links[link]?.facts.remote ?? "?"
        switch outcome {
        case .admitted(let entry):
            guard let verifier = verifier(of: application.token) else {
                return reply(.unavailable("this kiosk does not know the token yet"), on: link)
            }
            logger.notice("\(entry.name) at \(remote) is admitted")
            let welcome = WelcomeSeal.make(
                charter: parts.charter.bytes, roster: node.roster, keys: parts.keys,
                verifier: verifier, request: request)
            reply(.welcome(welcome), on: link)
        case .denied(let denial):
            let name = application.entry.name
            parts.noise.log(
                .warning, kind: "\(name) is not admitted: \(denial.word)",
                "\(name) at \(remote) is not admitted: \(denial.explanation.message)")
            reply(.denied(denial), on: link)
        default: reply(.unavailable("the mesh has no host now"), on: link)
        }
    }

    private func verifier(of token: Key16) -> Key32? {
        if token == parts.charter.firstToken.id { return parts.charter.firstToken.verifier }
        return node.ledger.state.tokens[token]?.token.verifier
    }

    private func reply(_ reply: JoinReply, on link: UInt64) {
        let bytes = parts.codec.encode(.joinReply(reply), to: nil)
        _ = parts.transport.send(bytes, to: LinkID(rawValue: link))
    }
}

extension Denial {
    /// A plain sentence, and what to do about it.
    var explanation: (message: String, hint: String) {
        switch self {
        case .unknownToken:
            (
                "The token is not known to this mesh, or was revoked.",
                "Make a new one: kioskmesh token create"
            )
        case .tokenUsedUp:
            ("The token is used up.", "Make a new one: kioskmesh token create --uses N")
        case .tokenExpired:
            (
                "The token has expired.",
                "Make a new one: kioskmesh token create --expires 12h (and check the clocks)"
            )
        case .badProof:
            (
                "The token's secret is wrong.",
                "Copy the whole token anew, or make a new one: kioskmesh token create"
            )
        case .nameTaken(let suggestion):
            (
                "Another kiosk has this name already.",
                "Join as \(suggestion): kioskmesh join TOKEN --name \(suggestion)"
            )
        case .unknownKiosk:
            ("No kiosk has this name.", "kioskmesh nodes lists them.")
        case .kioskIsHost:
            (
                "That kiosk is the host.",
                "Give the command at another kiosk that is in sync; kioskmesh nodes shows them."
            )
        case .kioskRevoked:
            (
                "This kiosk was revoked.",
                "To use the machine again, clear its state directory and join with a token."
            )
        case .otherKey:
            (
                "The mesh knows this kiosk by another TLS key: its identity file was changed.",
                "Clear its state directory and join with a token."
            )
        case .onlyVoter:
            (
                "That kiosk is the only voter: without it the mesh could never elect a host.",
                "Add two more kiosks first; then the host names other voters by itself."
            )
        case .unknownRedemption:
            (
                "This record is no redemption.",
                "kioskmesh log shows the records; give one of kind redeemed."
            )
        case .alreadyAnnulled:
            ("This redemption was annulled before.", "There is nothing left to do.")
        case .olderGrant:
            (
                "A later version of this grant is in force.",
                "See kioskmesh grant show NAME; check this machine's clock."
            )
        case .eventCovered(let other):
            (
                "Grant \(other) has or had one of its events.",
                "Give this grant the name \(other): then it takes the other's place, with all that "
                    + "was redeemed."
            )
        case .tooManyGrants:
            ("The mesh has as many grants as it keeps.", "Change one that is there instead.")
        case .otherRequest:
            (
                "This request id was used for another code.",
                "Leave --request-id out; only a repeat of the same code may have the same id."
            )
        case .grantChanged:
            ("The grant was changed meanwhile.", "Try again.")
        case .rosterFull:
            ("The mesh has as many kiosks as it can hold.", "")
        case .tooManyTokens:
            (
                "The mesh has made as many tokens as it keeps.",
                "Use one of them: kioskmesh token list"
            )
        case .tooManyTickets:
            ("That is more tickets than one request may carry.", "Send them in smaller parts.")
        }
    }

    /// A stable word for scripts.
    var word: String {
        switch self {
        case .unknownToken: "unknown_token"
        case .tokenUsedUp: "token_used_up"
        case .tokenExpired: "token_expired"
        case .badProof: "bad_token"
        case .nameTaken: "name_taken"
        case .unknownKiosk: "unknown_kiosk"
        case .kioskIsHost: "kiosk_is_host"
        case .kioskRevoked: "kiosk_revoked"
        case .otherKey: "other_key"
        case .onlyVoter: "only_voter"
        case .rosterFull: "roster_full"
        case .tooManyTokens: "too_many_tokens"
        case .tooManyTickets: "too_many_tickets"
        case .unknownRedemption: "unknown_redemption"
        case .alreadyAnnulled: "already_annulled"
        case .olderGrant: "older_grant"
        case .eventCovered: "event_covered"
        case .tooManyGrants: "too_many_grants"
        case .grantChanged: "grant_changed"
        case .otherRequest: "request_id_used"
        }
    }
}
