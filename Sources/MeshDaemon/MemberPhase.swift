import Foundation
import Logging
import MeshControl
import MeshCrypto
import MeshDiscovery
import MeshLedger
import MeshModel
import MeshNode
import MeshStorage
import MeshTransport
import MeshWire

/// A kiosk that is on the roster: node, disk, links, discovery and control socket together.
struct MemberPhase {
    let state: StateFiles
    let identity: IdentityFile
    let charter: Charter
    let keys: MeshKeys
    let options: SavedOptions
    let logger: Logger

    /// Runs until the task is cancelled or the disk fails.
    func run() async throws(DaemonError) {
        let mailbox = Mailbox()
        let signer = SodiumSigner(SigningKey(seed: identity.identitySeed))
        let verifier = SodiumVerifier()
        let codec = FrameCodec(mesh: charter.mesh, signer: signer, verifier: verifier)
        let sealing = TicketSealing(keys)
        let author = WireAuthor(
            codec: codec.blocks, signer: signer, verifier: verifier,
            codes: CodeReader(sealing: sealing, mesh: charter.mesh))
        let engine = SyncEngine(
            mailbox: mailbox, sealing: sealing, mesh: charter.mesh, logger: logger)
        let recovered = try Recovery(
            state: state, charter: charter, identity: identity, author: author, codec: codec,
            logger: logger
        ).recover()
        if let damage = recovered.damage {
            logger.error("\(damage.what). What to do: \(damage.fix)")
        }
        let failure = Failure()
        let disk = DiskQueue(
            voteFile: recovered.voteFile, blockStore: recovered.store,
            onDurable: { mailbox.post(.persisted($0)) }, onFatal: { failure.report($0) },
            onFull: { error in mailbox.post(.call { $0.diskIsFull(error) }) })
        let pins = Pins(recovered.node.roster)
        let noise = BoundedLog(logger)
        let transport = makeTransport(mailbox, pins, noise)
        let port = try await start(transport)
        var saved = options
        saved.listenPort = port
        try saved.save(state)
        let parts = NodeLoop.Parts(
            state: state, charter: charter, identity: identity, codec: codec,
            sealing: sealing, keys: keys, transport: transport, disk: disk,
            store: recovered.store, pins: pins, mailbox: mailbox, damage: recovered.damage,
            engine: engine, port: port, logger: logger, noise: noise)
        let ended = startLoop(parts, recovered.node)
        let desk = ControlDesk(
            mailbox: mailbox, sealing: parts.sealing, mesh: charter.mesh, state: state)
        let server = ControlServer(
            path: state.directory.path(of: "control.sock"), handler: desk,
            eventLoop: transport.eventLoop, logger: logger)
        do { try await server.start() } catch {
            throw DaemonError(error.code.rawValue, error.message, hint: error.hint)
        }
        logger.notice(
            """
            kiosk \(identity.name) of venue "\(charter.venue)" runs on port \(port), \
            \(recovered.node.ledger.blockCount) blocks verified
            """
        )
        let syncing = Task { await engine.run() }
        await serve(mailbox, port, failure)
        syncing.cancel()
        await syncing.value
        await server.stop()
        mailbox.post(.stop)
        await ended.wait()
        await transport.shutdown()
        await disk.shutdown()
        try? recovered.store?.close()
        if let error = failure.error { throw DaemonError(error) }
        logger.notice("stopped")
    }

    private func makeTransport(
        _ mailbox: Mailbox, _ pins: Pins, _ noise: BoundedLog
    ) -> Transport {
        let configuration = TransportConfiguration(
            listenHost: options.listenHost, listenPort: options.listenPort,
            tlsSeed: identity.tlsSeed, classify: { pins.classify($0) })
        return Transport(configuration: configuration, logger: logger) { event in
            switch event {
            case .linkUp(let id, let key, let peerClass, let remote, let dialed):
                let facts = LinkFacts(
                    id: id.rawValue, tlsKey: key.bytes, isStranger: peerClass == .stranger,
                    remote: remote, isDialed: dialed)
                mailbox.post(.linkUp(facts))
            case .frame(let id, let bytes): mailbox.post(.frame(id.rawValue, bytes))
            case .linkDown(let id, _, let reason):
                mailbox.post(.linkDown(id.rawValue, reason: reason))
            case .dialFailed(let host, let port, let reason):
                mailbox.post(.call { $0.dialFailed(host: host, port: port, reason) })
            case .refused(let remote, _, let reason):
                noise.log(
                    .warning, kind: "refused: \(reason)",
                    "refused a link from \(remote): \(reason)")
            }
        }
    }

    private func start(_ transport: Transport) async throws(DaemonError) -> Int {
        do {
            return try await transport.start()
        } catch {
            await transport.shutdown()
            throw DaemonError(error)
        }
    }

    private func startLoop(_ parts: NodeLoop.Parts, _ node: Node) -> Ended {
        var dialer = Dialer()
        for peer in options.peers {
            if let (host, port) = Dialer.split(peer) {
                dialer.add(host: host, port: port, isGiven: true)
            }
        }
        let ended = Ended()
        NodeRunner(
            NodeLoop(parts: parts, node: node, dialer: dialer), on: parts.transport.eventLoop,
            ended: ended
        ).start()
        return ended
    }

    /// Announces and finds until this task is cancelled or the disk fails.
    private func serve(_ mailbox: Mailbox, _ port: Int, _ failure: Failure) async {
        await withTaskGroup(of: Void.self) { group in
            if options.discovery.contains("mdns") {
                let discovery = Discoverer.make(
                    name: identity.name, port: port, mesh: charter.mesh,
                    loopbackOnly: options.loopbackOnly, logger: logger
                ) { host, port in
                    mailbox.post(.call { $0.dialer.add(host: host, port: port) })
                }
                group.addTask { await discovery.run() }
            }
            await failure.orCancellation()
            group.cancelAll()
        }
    }
}

/// Discovery by mDNS, as both phases use it.
enum Discoverer {
    static let protocolVersion = Int(FrameCodec.version)

    static func make(
        name: String, port: Int, mesh: MeshID, loopbackOnly: Bool, logger: Logger,
        found: @escaping @Sendable (String, Int) -> Void
    ) -> ServiceDiscovery {
        let hash = String(mesh.key.hex.prefix(16))
        let configuration = DiscoveryConfiguration(
            instanceName: name, port: port, meshHash: hash, protocolVersion: protocolVersion,
            loopbackOnly: loopbackOnly)
        return ServiceDiscovery(configuration: configuration, logger: logger) { event in
            switch event {
            case .found(let service):
                guard service.meshHash == hash else { return }
                guard service.version == protocolVersion else {
                    logger.warning(
                        """
                        \(service.instanceName) speaks another protocol version: \
                        install the same release on all kiosks
                        """
                    )
                    return
                }
                for address in service.addresses { found(address, service.port) }
            case .lost, .available: break
            case .unavailable(let reason):
                logger.warning(
                    "mDNS is not available (\(reason)); given and learned addresses still work")
            }
        }
    }
}
