import MeshModel
import NIOCore

/// Runs a `NodeLoop` on the event loop that its links and the control socket live on too: a
/// request, the frames that it causes and its answer need no switch of threads, of which each
/// costs a good part of what a flush of the disk does.
final class NodeRunner: @unchecked Sendable {
    private let eventLoop: any EventLoop
    private let mailbox: Mailbox
    private let ended: Ended
    /// Only touched on the event loop.
    private var loop: NodeLoop
    private var alarm: Scheduled<Void>?
    private var alarmTime = Tick(nanoseconds: .max)

    /// A runner that does nothing yet. `ended` is signalled after `Mail.stop`.
    init(_ loop: NodeLoop, on eventLoop: any EventLoop, ended: Ended) {
        self.loop = loop
        self.eventLoop = eventLoop
        self.ended = ended
        mailbox = loop.parts.mailbox
    }

    /// Starts; it keeps itself alive until `Mail.stop`.
    func start() {
        eventLoop.execute { [self] in
            loop.start()
            mailbox.attach { [self] in eventLoop.execute { self.turn() } }
        }
    }

    private func turn() {
        guard let wait = loop.turn() else {
            alarm?.cancel()
            mailbox.close()
            ended.signal()
            return
        }
        let due = tickNow() + wait
        // An alarm that comes too early finds nothing to do and sets the next.
        guard due < alarmTime else { return }
        alarm?.cancel()
        alarmTime = due
        alarm = eventLoop.scheduleTask(in: .nanoseconds(Int64(clamping: wait.nanoseconds))) {
            [self] in
            alarmTime = Tick(nanoseconds: .max)
            turn()
        }
    }
}
