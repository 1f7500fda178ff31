package import Logging
package import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// Encrypted, mutually authenticated links between kiosks: TLS 1.3 over TCP with pinned keys.
///
/// It carries whole frames and knows nothing of what is in them. Everything that happens is told
/// to one handler, synchronously on an event loop, because every hop between threads would cost
/// more than the network does. A transport is started once, and must be shut down, which is what
/// ends its threads.
package final class Transport: Sendable {
    private enum Phase {
        case idle
        case starting
        case running(listener: any Channel, TLSContexts)
        case over
    }

    private struct State {
        var phase = Phase.idle
        var table: LinkTable
    }

    /// What it was made with.
    package let configuration: TransportConfiguration
    /// The key that this kiosk proves to others.
    package let ownKey: TransportKey

    /// The first of the loops that links live on, for what talks to them all the time.
    package let eventLoop: any EventLoop

    let group: MultiThreadedEventLoopGroup
    private let logger: Logger
    private let handler: @Sendable (TransportEvent) -> Void
    private let state: Mutex<State>

    /// A transport that does nothing yet. `handler` is called on an event loop, in order for each
    /// link; it must be quick and must not block. It may call the transport.
    package init(
        configuration: TransportConfiguration, logger: Logger,
        handler: @escaping @Sendable (TransportEvent) -> Void
    ) {
        self.configuration = configuration
        self.logger = logger
        self.handler = handler
        ownKey = TransportKey(tlsSeed: configuration.tlsSeed)
        group = MultiThreadedEventLoopGroup(numberOfThreads: configuration.numberOfThreads)
        eventLoop = group.next()
        state = Mutex(State(table: LinkTable(limits: configuration.limits)))
    }

    // MARK: Life

    /// Listens, and returns the port that is bound. Throws `TransportError` where the port is in
    /// use, the address is not this machine's or listening there is not permitted.
    package func start() async throws(TransportError) -> Int {
        guard (0...65535).contains(configuration.listenPort) else {
            throw .noSuchPort(configuration.listenPort)
        }
        let mayStart = state.withLock { state in
            guard case .idle = state.phase else { return false }
            state.phase = .starting
            return true
        }
        guard mayStart else { throw .alreadyStarted }
        do throws(TransportError) {
            let contexts = try makeContexts()
            let listener = try await listen(contexts)
            return try await run(listener, contexts)
        } catch {
            // Starting may be tried again, for instance after another program has let go.
            state.withLock { if case .starting = $0.phase { $0.phase = .idle } }
            throw error
        }
    }

    private func makeContexts() throws(TransportError) -> TLSContexts {
        do {
            return try TLSContexts(identity: TLSIdentity(seed: configuration.tlsSeed))
        } catch {
            throw .unusableKey(error)
        }
    }

    private func listen(_ contexts: TLSContexts) async throws(TransportError) -> any Channel {
        let (host, port) = (configuration.listenHost, configuration.listenPort)
        do {
            return try await serverBootstrap(contexts).bind(host: host, port: port).get()
        } catch {
            throw .listening(on: host, port: port, failed: error)
        }
    }

    private func run(
        _ listener: any Channel, _ contexts: TLSContexts
    ) async throws(TransportError) -> Int {
        let isRunning = state.withLock { state in
            guard case .starting = state.phase else { return false }
            state.phase = .running(listener: listener, contexts)
            return true
        }
        guard isRunning else {
            try? await listener.close()
            throw .alreadyStarted
        }
        let address = listener.localAddress
        logger.info(
            "listening",
            metadata: ["address": "\(address?.endpointText ?? "?")", "key": "\(ownKey)"])
        return address?.port ?? configuration.listenPort
    }

    /// Ends every link after sending what was handed over, the listener and the threads. No event
    /// follows its return. Later calls do nothing.
    package func shutdown() async {
        let (listener, links) = state.withLock { state in
            defer { state.phase = .over }
            guard case .running(let listener, _) = state.phase else {
                return (nil as (any Channel)?, [Link]())
            }
            return (listener, Array(state.table.links.values))
        }
        try? await listener?.close()
        for link in links { link.close(reason: FailureReason.shutDown) }
        // TLS's goodbye is bounded by its own time-out (TLSContexts).
        for link in links { try? await link.channel.closeFuture.get() }
        try? await group.shutdownGracefully()
    }

    // MARK: Links

    /// Queues a frame, from any thread; frames handed over in a row leave in one write.
    ///
    /// - Parameters:
    ///   - bytes: 1 byte up to the largest frame of a member.
    ///   - link: where to.
    /// - Returns: false, and nothing is sent, if the link is gone, the frame is empty or too
    ///   large, or too much waits for the peer already.
    @discardableResult
    package func send(_ bytes: [UInt8], to link: LinkID) -> Bool {
        guard (1...configuration.limits.maximumFrameBytes).contains(bytes.count) else {
            logger.error("a frame of \(bytes.count) bytes cannot be sent")
            return false
        }
        return state.withLock { $0.table.links[link] }?.send(bytes) ?? false
    }

    /// Closes a link; what was handed over before is still sent. `linkDown` follows.
    package func close(_ link: LinkID, reason: String) {
        state.withLock { $0.table.links[link] }?.close(reason: reason)
    }

    /// Asks `classify` anew about every link, after a change of the roster. A refused peer is cut
    /// off; one that changed between stranger and member is too, so that it is set up anew.
    package func reclassify() {
        // On each loop for its own links: that is where links are admitted, so none is between
        // its classification and the table.
        for loop in group.makeIterator() {
            loop.execute { self.reclassifyLinks(on: loop) }
        }
    }

    private func reclassifyLinks(on loop: any EventLoop) {
        let links = state.withLock { Array($0.table.links.values) }
        for link in links where link.channel.eventLoop === loop {
            switch configuration.classify(link.key) {
            case link.peerClass: break
            case .refused: link.close(reason: "its key is no longer accepted")
            case .member: link.close(reason: "it was admitted and is linked anew")
            case .stranger: link.close(reason: "it is no member any more")
            }
        }
    }

    // MARK: For the handlers of channels

    func emit(_ event: TransportEvent) {
        handler(event)
    }

    /// The TLS settings while it runs, and nil before and after.
    var runningContexts: TLSContexts? {
        state.withLock { state in
            guard case .running(_, let contexts) = state.phase else { return nil }
            return contexts
        }
    }

    /// The port that is bound while it runs.
    var listeningPort: Int? {
        state.withLock { state in
            guard case .running(let listener, _) = state.phase else { return nil }
            return listener.localAddress?.port
        }
    }

    func withTable<Value>(_ body: (inout LinkTable) -> Value) -> Value {
        state.withLock { body(&$0.table) }
    }

    /// A link for a proven key, if it is welcome and there is room. On its event loop.
    func admit(
        _ key: TransportKey, remote: String, isDialed: Bool, channel: any Channel
    ) throws(RefusedLink) -> Link {
        // Asked again: the roster may have changed since the certificate was verified.
        let peerClass = configuration.classify(key)
        guard peerClass != .refused else { throw RefusedLink(reason: PeerVerdict.notAccepted) }
        guard runningContexts != nil else { throw RefusedLink(reason: FailureReason.shutDown) }
        let added = withTable { table in
            table.add(peerClass) { id in
                Link(
                    id: id, key: key, peerClass: peerClass, remote: remote, isDialed: isDialed,
                    channel: channel, limits: configuration.limits,
                    onDown: { self.linkDown($0, reason: $1) })
            }
        }
        return try added.get()
    }

    func linkUp(_ link: Link, origin: LinkOrigin) {
        if case .dialed(let endpoint) = origin { withTable { $0.endDial(endpoint) } }
        emit(
            .linkUp(
                link.id, link.key, link.peerClass, remote: link.remote, dialed: link.isDialed))
    }

    private func linkDown(_ link: Link, reason: String) {
        guard withTable({ $0.remove(link) }) else { return }
        emit(.linkDown(link.id, link.key, reason: reason))
    }

    func handshakeEnded() {
        withTable { $0.endHandshake() }
    }

    /// A channel ended before it became a link. On an event loop.
    func noLink(_ origin: LinkOrigin, remote: String, verdict: PeerVerdict?, reason: String) {
        switch origin {
        case .dialed(let endpoint):
            withTable { $0.endDial(endpoint) }
            emit(.dialFailed(host: endpoint.host, port: endpoint.port, reason: reason))
        case .accepted where verdict?.isSelf == true && reason != FailureReason.twin:
            // The calling side reports it.
            break
        case .accepted:
            emit(.refused(remote: remote, key: verdict?.key, reason: reason))
        }
    }
}
