import MeshModel
import Synchronization

/// What reaches the node's thread.
enum Mail: Sendable {
    case linkUp(LinkFacts)
    case frame(UInt64, [UInt8])
    case linkDown(UInt64, reason: String)
    case persisted([UInt64])
    /// Runs on the node's thread: a request, a question, an order.
    case call(@Sendable (inout NodeLoop) -> Void)
    case stop
}

/// A link as the transport announced it.
struct LinkFacts: Sendable {
    let id: UInt64
    let tlsKey: [UInt8]
    let isStranger: Bool
    /// host:port
    let remote: String
    let isDialed: Bool
}

/// The queue in front of the node: many writers, one reader on an event loop that takes all at
/// once.
final class Mailbox: Sendable {
    /// Frames and calls that may wait; more means that the node's thread is stuck, and frames are
    /// dropped as a network would.
    static let maximum = 65536

    private struct State {
        var mail: [Mail] = []
        var wake: (@Sendable () -> Void)?
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Returns false where a frame was dropped since the queue is full, or anything since the
    /// reader is gone.
    @discardableResult
    func post(_ item: Mail) -> Bool {
        let (wake, taken) = state.withLock { state in
            if state.isClosed { return (nil as (@Sendable () -> Void)?, false) }
            if state.mail.count >= Self.maximum, case .frame = item { return (nil, false) }
            state.mail.append(item)
            return (state.mail.count == 1 ? state.wake : nil, true)
        }
        wake?()
        return taken
    }

    /// Has `wake` called, on the writer's thread, whenever there is mail after there was none.
    func attach(wake: @escaping @Sendable () -> Void) {
        state.withLock { $0.wake = wake }
        wake()
    }

    /// Everything that waits.
    func take() -> [Mail] {
        state.withLock { state in
            let mail = state.mail
            state.mail = []
            return mail
        }
    }

    /// The reader is gone: nothing is taken from now on.
    func close() {
        state.withLock { $0 = State(isClosed: true) }
    }
}
