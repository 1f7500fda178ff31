internal import Logging
internal import NIOCore

/// One client's connection on the daemon's side.
final class ControlConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let handler: any ControlHandler
    private let outbox: ConnectionOutbox
    private let logger: Logger
    private var framer = LineFramer()
    private var isBroken = false

    init(handler: any ControlHandler, channel: any Channel, logger: Logger) {
        self.handler = handler
        outbox = ConnectionOutbox(channel: channel)
        self.logger = logger
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isBroken else { return }
        var bytes = unwrapInboundIn(data)
        framer.append(&bytes)
        do {
            while let line = try framer.next() {
                if !line.isEmpty { try take(line) }
            }
        } catch {
            logger.warning("A control connection is closed: \(error.message)")
            isBroken = true
            outbox.fail(error, id: 0, closing: true)
        }
    }

    func channelInactive(context: ChannelHandlerContext) { outbox.close() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func take(_ line: [UInt8]) throws(ControlError) {
        switch try ClientLine(line: line) {
        case .cancel(let id): outbox.cancel(id)
        case .request(let request):
            do {
                try outbox.begin(request.id)
            } catch {
                // Too many at a time harms nobody else: only this request is refused.
                guard error.code == .limit else { throw error }
                outbox.fail(error, id: request.id, closing: false)
                return
            }
            handler.handle(request, responder: ControlResponder(id: request.id, outbox: outbox))
        }
    }
}
