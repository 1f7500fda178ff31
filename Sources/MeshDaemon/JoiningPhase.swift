import Foundation
import Logging
import MeshControl
import MeshCrypto
import MeshDiscovery
import MeshModel
import MeshStorage
import MeshTransport
import MeshWire
import Synchronization

/// A kiosk with a token that is not on the roster yet: finds members and asks to be let in.
final class JoiningPhase: Sendable {
    /// Wait between two applications, and between two dials of an address.
    static let retry = Duration.milliseconds(500)

    private struct Progress {
        /// The peers linked, by link. Nobody's identity is known yet: the TLS key stands for it.
        var links: [UInt64: KioskID] = [:]
        var dialer = Dialer()
        var brake = ApplicationBrake()
        var problem = "no member of the mesh was found yet"
        var hint = "Check that another kiosk runs on this network, or give --peer HOST:PORT."
        var lastLogged = ""
        var admitted: IdentityFile?
        var roster: Roster?
    }

    private let state: StateFiles
    private let identity: IdentityFile
    private let token: TokenText
    private let options: SavedOptions
    private let logger: Logger
    private let codec: FrameCodec
    private let request: RequestID
    private let progress = Mutex(Progress())
    private let done = Failure()

    init(
        state: StateFiles, identity: IdentityFile, options: SavedOptions, logger: Logger
    ) throws(DaemonError) {
        guard let token = identity.pendingToken.flatMap({ TokenText($0) }),
            let request = identity.joinRequest
        else { throw Founding.badToken }
        self.state = state
        self.identity = identity
        self.token = token
        self.request = request
        self.options = options
        self.logger = logger
        let signer = SodiumSigner(SigningKey(seed: identity.identitySeed))
        codec = FrameCodec(mesh: token.mesh, signer: signer, verifier: SodiumVerifier())
    }

    /// Runs until admitted; nil where the task was cancelled first.
    func run() async throws(DaemonError) -> IdentityFile? {
        let configuration = TransportConfiguration(
            listenHost: options.listenHost, listenPort: options.listenPort,
            tlsSeed: identity.tlsSeed, classify: { _ in .stranger })
        let transport = Transport(configuration: configuration, logger: logger) { [self] event in
            take(event)
        }
        transportBox.withLock { $0 = transport }
        let port: Int
        do { port = try await transport.start() } catch {
            await transport.shutdown()
            throw DaemonError(error)
        }
        var saved = options
        saved.listenPort = port
        try saved.save(state)
        progress.withLock { progress in
            for peer in options.peers {
                if let (host, port) = Dialer.split(peer) {
                    progress.dialer.add(host: host, port: port, isGiven: true)
                }
            }
        }
        let server = ControlServer(
            path: state.directory.path(of: "control.sock"), handler: self, logger: logger)
        do { try await server.start() } catch {
            throw DaemonError(error.code.rawValue, error.message, hint: error.hint)
        }
        logger.notice("kiosk \(identity.name) looks for its mesh")
        await look(port, transport)
        await server.stop()
        await transport.shutdown()
        transportBox.withLock { $0 = nil }
        let (admitted, roster) = progress.withLock { ($0.admitted, $0.roster) }
        if let admitted, let roster {
            try state.write(DiskCoding.encode(roster), to: StateFiles.rosterName)
            try state.save(admitted)
            return admitted
        }
        return nil
    }

    private let transportBox = Mutex<Transport?>(nil)

    private func look(_ port: Int, _ transport: Transport) async {
        await withTaskGroup(of: Void.self) { group in
            if options.discovery.contains("mdns") {
                let discovery = Discoverer.make(
                    name: identity.name, port: port, mesh: token.mesh,
                    loopbackOnly: options.loopbackOnly, logger: logger
                ) { [self] host, port in
                    progress.withLock { progress in
                        if progress.dialer.add(host: host, port: port) {
                            progress.brake = ApplicationBrake()
                        }
                    }
                }
                group.addTask { await discovery.run() }
            }
            group.addTask { [self] in
                while !Task.isCancelled {
                    for (host, port) in progress.withLock({ progress in
                        progress.dialer.due(tickNow(), linked: Set(progress.links.values))
                    }) {
                        transport.dial(host: host, port: port)
                    }
                    for link in progress.withLock({ Array($0.links.keys) }) { apply(on: link) }
                    try? await Task.sleep(for: Self.retry)
                }
            }
            await done.orCancellation()
            group.cancelAll()
        }
    }

    private func take(_ event: TransportEvent) {
        switch event {
        case .linkUp(let id, let key, _, let remote, let dialed):
            guard let peer = KioskID(key.bytes) else { return }
            progress.withLock { progress in
                if dialed { progress.dialer.connected(remote, to: peer) }
                progress.links[id.rawValue] = peer
            }
            apply(on: id.rawValue)
        case .linkDown(let id, _, _): progress.withLock { $0.links[id.rawValue] = nil }
        case .frame(let id, let bytes): answer(bytes, on: id.rawValue)
        case .dialFailed(let host, let port, let reason):
            let isOwn = reason == FailureReason.itself
            progress.withLock { $0.dialer.failed(host: host, port: port, isOwn: isOwn) }
        case .refused: break
        }
    }

    private func apply(on link: UInt64) {
        guard progress.withLock({ $0.brake.mayApply(at: tickNow()) }) else { return }
        let key = SigningKey(seed: identity.identitySeed)
        guard let tlsKey = Key32(SigningKey(seed: identity.tlsSeed).publicKey) else { return }
        let entry = RosterEntry(
            kiosk: codec.kiosk, name: identity.name, tlsKey: tlsKey,
            hasStorage: identity.hasStorage, isTerminal: identity.isTerminal)
        let proof = JoinProof.make(
            entry, request: request, token: token.id, mesh: token.mesh, verifier: token.verifier)
        let application = JoinApplication(
            entry: entry, token: token.id, proof: proof,
            signature: key.sign(JoinProof.signedBytes(proof)))
        let bytes = codec.encode(.join(request, application), to: nil)
        _ = transportBox.withLock { $0 }?.send(bytes, to: LinkID(rawValue: link))
    }

    private func answer(_ bytes: [UInt8], on link: UInt64) {
        guard let frame = try? codec.decode(bytes, from: nil, knows: { _ in false }),
            case .joinReply(let reply) = frame
        else { return }
        switch reply {
        case .welcome(let welcome): accept(welcome)
        case .denied(let denial):
            progress.withLock { $0.brake.denied(at: tickNow()) }
            let (message, hint) = denial.explanation
            note(message, hint)
        case .unavailable(let why): note("The mesh cannot admit now: \(why).", "Wait.")
        }
    }

    private func note(_ problem: String, _ hint: String) {
        let isNew = progress.withLock { progress in
            progress.problem = problem
            progress.hint = hint
            defer { progress.lastLogged = problem }
            return progress.lastLogged != problem
        }
        if isNew { logger.error("not admitted: \(problem) \(hint)") }
    }

    private func accept(_ welcome: Welcome) {
        guard
            let keys = try? WelcomeSeal.open(welcome, verifier: token.verifier, request: request),
            let charter = try? Charter(bytes: welcome.charter), charter.mesh == token.mesh
        else {
            return note(
                "A kiosk answered with a welcome that this kiosk's token does not prove.",
                "Somebody on this network may pretend to be the mesh.")
        }
        var admitted = identity
        admitted.charter = charter.bytes
        admitted.keys = keys
        admitted.pendingToken = nil
        admitted.joinRequest = nil
        progress.withLock { progress in
            progress.admitted = admitted
            progress.roster = welcome.roster
        }
        done.finish()
    }
}

extension JoiningPhase: ControlHandler {
    func handle(_ request: ControlRequest, responder: ControlResponder) {
        let (problem, hint) = progress.withLock { ($0.problem, $0.hint) }
        switch ControlCommand(rawValue: request.command) {
        case .wait: responder.result(WaitAnswer(met: false, missing: ["not admitted: \(problem)"]))
        case .version: responder.result(VersionAnswer(version: ControlSchema.program))
        case .doctor:
            responder.result(
                DoctorReport(
                    checks: Doctor.offlineChecks(state) + [
                        Doctor.check("admission", .failed, problem, hint)
                    ]))
        default:
            responder.error(
                ControlError(
                    "not_admitted", "This kiosk is not admitted to a mesh yet: \(problem)",
                    hint: hint, exit: 3))
        }
    }
}
