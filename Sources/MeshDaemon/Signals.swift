import Dispatch
import MeshStorage
import Synchronization

/// The first failure of the disk, and somebody who waits for it or for the end.
final class Failure: Sendable {
    private struct State {
        var error: StorageError?
        var waiter: CheckedContinuation<Void, Never>?
        var isOver = false
    }

    private let state = Mutex(State())

    var error: StorageError? { state.withLock { $0.error } }

    func report(_ error: StorageError) { end(error) }

    fileprivate func end(_ error: StorageError?) {
        let waiter = state.withLock { state in
            if state.error == nil { state.error = error }
            state.isOver = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Returns when the disk has failed or the task is cancelled.
    func orCancellation() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if !state.isOver { state.waiter = continuation }
                    return state.isOver
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            end(nil)
        }
    }
}

/// A thread's end, for one task to wait for.
final class Ended: Sendable {
    private struct State {
        var isOver = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    func signal() {
        let waiter = state.withLock { state in
            state.isOver = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if !state.isOver { state.waiter = continuation }
                return state.isOver
            }
            if isOver { continuation.resume() }
        }
    }
}

extension Failure {
    /// It is over, and nothing failed.
    func finish() { end(nil) }
}
