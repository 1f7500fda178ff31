import Foundation
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

/// The queue in front of the node's thread: many writers, one reader that takes all at once.
final class Mailbox: Sendable {
    /// Frames and calls that may wait; more means that the node's thread is stuck, and frames are
    /// dropped as a network would.
    static let maximum = 65536

    private struct State {
        var mail: [Mail] = []
        var dropped = 0
    }

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)

    /// Returns false where a frame was dropped since the queue is full.
    @discardableResult
    func post(_ item: Mail) -> Bool {
        let (first, taken) = state.withLock { state in
            if state.mail.count >= Self.maximum, case .frame = item {
                state.dropped += 1
                return (false, false)
            }
            state.mail.append(item)
            return (state.mail.count == 1, true)
        }
        if first { wake.signal() }
        return taken
    }

    /// Everything that waits; sleeps until there is something or the time is up.
    func take(until wait: Span64?) -> [Mail] {
        if let wait {
            _ = wake.wait(timeout: .now() + .nanoseconds(Int(min(wait.nanoseconds, 1 << 40))))
        } else {
            wake.wait()
        }
        return state.withLock { state in
            let mail = state.mail
            state.mail = []
            return mail
        }
    }
}
