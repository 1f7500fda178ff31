import Synchronization

/// The end of the discovery thread: awaited by one task, reported by whoever is first.
final class Completion: Sendable {
    private enum State {
        case running(CheckedContinuation<Void, Never>?)
        case finished
    }

    private let state = Mutex(State.running(nil))

    var isFinished: Bool {
        state.withLock { state in
            if case .finished = state { true } else { false }
        }
    }

    /// Returns when `finish` was called; to be called once.
    func wait() async {
        await withCheckedContinuation { continuation in
            let isFinished = state.withLock { state in
                if case .finished = state { return true }
                state = .running(continuation)
                return false
            }
            if isFinished { continuation.resume() }
        }
    }

    func finish() {
        let waiting = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard case .running(let continuation) = state else { return nil }
            state = .finished
            return continuation
        }
        waiting?.resume()
    }
}
