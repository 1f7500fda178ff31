import NIOCore
import NIOSSL
import NIOTLS

/// The end of the pipeline: from TLS to events. It belongs to one channel and its event loop.
///
/// idle → handshaking → up → over; any state can transition to over.
final class LinkHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private enum State {
        case idle
        case handshaking(timeout: Scheduled<Void>)
        case up(Link, lifetime: Scheduled<Void>?)
        case over
    }

    private let transport: Transport
    private let origin: LinkOrigin
    private let remote: String
    private let verdict: PeerVerdict
    private var state = State.idle
    private var decoder = FrameDecoder(limit: 0)
    private var failure: String?

    init(transport: Transport, origin: LinkOrigin, remote: String, verdict: PeerVerdict) {
        self.transport = transport
        self.origin = origin
        self.remote = remote
        self.verdict = verdict
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        let limit = transport.configuration.limits.handshakeTimeout
        let timeout = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(limit)) {
            self.failure = "no handshake within \(limit)"
            self.end()
            channel.close(promise: nil)
        }
        state = .handshaking(timeout: timeout)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The first error is the cause, later ones are its echo.
        if failure == nil { failure = FailureReason.describe(error) }
        closeSoon(context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted = event, case .handshaking = state {
            handshakeCompleted(context)
        }
        context.fireUserInboundEventTriggered(event)
    }

    /// A TLS 1.3 client is done before the server has looked at its certificate. So a side that
    /// dialed may see a link come up and, a round trip later, go down with the reason that its
    /// key is not accepted. The server sends nothing before its own handshake is complete.
    private func handshakeCompleted(_ context: ChannelHandlerContext) {
        do throws(RefusedLink) {
            let link = try admit(context)
            decoder = FrameDecoder(limit: link.maximumFrameBytes)
            leaveHandshake()
            state = .up(link, lifetime: strangerLifetime(of: link, context))
            transport.linkUp(link, origin: origin)
        } catch {
            failure = error.reason
            end()
            closeSoon(context)
        }
    }

    /// Closes after the current call: NIOSSL is in the middle of something when it calls us.
    private func closeSoon(_ context: ChannelHandlerContext) {
        let channel = context.channel
        context.eventLoop.execute { channel.close(promise: nil) }
    }

    private func admit(_ context: ChannelHandlerContext) throws(RefusedLink) -> Link {
        // The verification did not run: the peer resumed an earlier session. Its key was not
        // proved on this link, so it is none.
        guard let key = verdict.key else {
            throw RefusedLink(reason: "it resumed an old session instead of proving its key")
        }
        guard !verdict.isSelf else {
            throw RefusedLink(
                reason: isTwin(context.channel) ? FailureReason.twin : FailureReason.itself)
        }
        return try transport.admit(
            key, remote: remote, isDialed: origin.isDialed, channel: context.channel)
    }

    /// Whether the peer, who has this kiosk's own key, is another program: a state directory that
    /// was copied and runs twice. A call to oneself has one address at both ends, and ends at the
    /// port that this program listens on; the caller's port tells nothing.
    private func isTwin(_ channel: any Channel) -> Bool {
        guard let own = channel.localAddress, let other = channel.remoteAddress else {
            return false
        }
        guard own.ipAddress == other.ipAddress else { return true }
        return origin.isDialed && other.port != transport.listeningPort
    }

    private func strangerLifetime(
        of link: Link, _ context: ChannelHandlerContext
    ) -> Scheduled<Void>? {
        guard link.peerClass != .member else { return nil }
        let lifetime = transport.configuration.limits.strangerLifetime
        return context.eventLoop.scheduleTask(in: TimeAmount(lifetime)) {
            link.close(reason: "it was not admitted within \(lifetime)")
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .up(let link, _) = state else { return }
        var input = unwrapInboundIn(data)
        do throws(FrameDecoder.Fault) {
            // The shell may close the link while it handles a frame: the rest is not for it.
            while link.isOpen, let frame = try decoder.next(from: &input) {
                transport.emit(.frame(link.id, frame))
            }
        } catch {
            link.close(reason: error.reason)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if case .up(let link, _) = state, context.channel.isWritable { link.drain() }
        context.fireChannelWritabilityChanged()
    }

    private func leaveHandshake() {
        guard case .handshaking(let timeout) = state else { return }
        timeout.cancel()
        if !origin.isDialed { transport.handshakeEnded() }
    }

    /// Reports the end once, whichever way it came.
    private func end() {
        switch state {
        case .idle, .over:
            break
        case .handshaking:
            leaveHandshake()
            let reason = verdict.refusal ?? failure ?? "it hung up during the handshake"
            transport.noLink(origin, remote: remote, verdict: verdict, reason: reason)
        case .up(let link, let lifetime):
            lifetime?.cancel()
            link.channelGone(reason: failure ?? FailureReason.closedByPeer)
        }
        state = .over
    }
}

/// How a link came about.
enum LinkOrigin: Sendable {
    case accepted
    case dialed(LinkTable.Endpoint)

    var isDialed: Bool {
        if case .dialed = self { true } else { false }
    }
}
