import Synchronization

@testable import MeshTransport

/// Everything a transport told, with a way to wait for what is expected.
final class EventLog: Sendable {
    private struct State {
        var events: [TransportEvent] = []
        var waiters: [(look: @Sendable ([TransportEvent]) -> Bool, wake: @Sendable () -> Void)] =
            []
    }

    private let state = Mutex(State())

    var events: [TransportEvent] { state.withLock { $0.events } }

    func append(_ event: TransportEvent) {
        let awake = state.withLock { state in
            state.events.append(event)
            let events = state.events
            let pivot = state.waiters.partition { $0.look(events) }
            defer { state.waiters.removeSubrange(pivot...) }
            return Array(state.waiters[pivot...])
        }
        for waiter in awake { waiter.wake() }
    }

    /// Waits until `look` finds something in all that was told so far.
    func wait<Value: Sendable>(
        until look: @escaping @Sendable ([TransportEvent]) -> Value?
    ) async -> Value {
        while true {
            if let value = look(events) { return value }
            await withCheckedContinuation { continuation in
                let isThere = state.withLock { state in
                    if look(state.events) != nil { return true }
                    state.waiters.append(({ look($0) != nil }, { continuation.resume() }))
                    return false
                }
                if isThere { continuation.resume() }
            }
        }
    }

    /// Waits for the first event that `look` accepts.
    func first<Value: Sendable>(
        _ look: @escaping @Sendable (TransportEvent) -> Value?
    ) async -> Value {
        await wait { events in
            for event in events {
                if let value = look(event) { return value }
            }
            return nil
        }
    }

    /// Waits for the `count`th link that came up.
    func linkUp(_ count: Int = 1) async -> (link: LinkID, key: TransportKey, PeerClass) {
        await wait { events in
            let ups = events.compactMap { event in
                if case .linkUp(let link, let key, let peerClass, _, _) = event {
                    (link, key, peerClass)
                } else {
                    nil
                }
            }
            return ups.count < count ? nil : ups[count - 1]
        }
    }

    /// Waits for the end of a link, any if nil, and gives the reason.
    func linkDown(_ link: LinkID? = nil) async -> String {
        await first { event in
            guard case .linkDown(let id, _, let reason) = event, link == nil || id == link
            else { return nil }
            return reason
        }
    }

    /// Waits for the `count`th caller that was refused.
    func refused(_ count: Int = 1) async -> (key: TransportKey?, reason: String) {
        await wait { events in
            let refusals = events.compactMap { event in
                if case .refused(_, let key, let reason) = event { (key, reason) } else { nil }
            }
            return refusals.count < count ? nil : refusals[count - 1]
        }
    }

    /// Waits for a failed dial and gives the reason.
    func dialFailed() async -> String {
        await first { if case .dialFailed(_, _, let reason) = $0 { reason } else { nil } }
    }

    /// Waits for `count` frames.
    func frames(_ count: Int) async -> [[UInt8]] {
        await wait { events in
            let frames = events.compactMap { event in
                if case .frame(_, let bytes) = event { bytes } else { nil }
            }
            return frames.count < count ? nil : frames
        }
    }

    var hasLinksOrFrames: Bool {
        events.contains { event in
            switch event {
            case .linkUp, .frame: true
            default: false
            }
        }
    }
}
