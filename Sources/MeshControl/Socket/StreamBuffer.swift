internal import NIOCore
internal import Synchronization

/// Items that came and are not read yet. When they grow over the bound, the socket is not read
/// until the reader has caught up, so that a log of any size fits in little memory.
final class StreamBuffer: Sendable {
    private struct State {
        var items: [ArraySlice<UInt8>] = []
        var head = 0
        var bytes = 0
        var isPaused = false
        var ended: Result<Void, ControlError>?
        var reader: CheckedContinuation<ArraySlice<UInt8>?, any Error>?
    }

    private let state = Mutex(State())
    private let channel: any Channel

    init(channel: any Channel) { self.channel = channel }

    func take(_ answer: ControlAnswer) {
        switch answer {
        case .item(let json): add(json)
        case .end: finish(.success(()))
        case .failure(let error): finish(.failure(error))
        case .result(let json):
            // A daemon without a stream for this command answers with one value: one item.
            add(json)
            finish(.success(()))
        }
    }

    func next() async throws -> ArraySlice<UInt8>? {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let (outcome, resumes) = state.withLock { state in Self.pull(&state, continuation) }
                if resumes { channel.setOption(.autoRead, value: true).whenComplete { _ in } }
                if let outcome { continuation.resume(with: outcome) }
            }
        } onCancel: {
            finish(.success(()))
        }
    }

    private static func pull(
        _ state: inout State, _ continuation: CheckedContinuation<ArraySlice<UInt8>?, any Error>
    ) -> (outcome: Result<ArraySlice<UInt8>?, any Error>?, resumes: Bool) {
        if state.head < state.items.count {
            let item = state.items[state.head]
            state.head += 1
            state.bytes -= item.count
            // What was read is let go now and then: once in a while is cheap, each time is not.
            if state.head == state.items.count || state.head >= 512 {
                state.items.removeFirst(state.head)
                state.head = 0
            }
            let resumes = state.isPaused && state.bytes < ControlLimits.unreadStreamBytes / 2
            if resumes { state.isPaused = false }
            return (.success(item), resumes)
        }
        switch state.ended {
        case .success: return (.success(nil), false)
        case .failure(let error): return (.failure(error), false)
        case nil:
            state.reader = continuation
            return (nil, false)
        }
    }

    private func add(_ json: ArraySlice<UInt8>) {
        let (reader, pauses) = state.withLock { state in
            if let reader = state.reader.take() { return (Optional(reader), false) }
            state.items.append(json)
            state.bytes += json.count
            let pauses = !state.isPaused && state.bytes > ControlLimits.unreadStreamBytes
            if pauses { state.isPaused = true }
            return (nil, pauses)
        }
        if pauses { channel.setOption(.autoRead, value: false).whenComplete { _ in } }
        reader?.resume(returning: json)
    }

    private func finish(_ end: Result<Void, ControlError>) {
        let reader = state.withLock { state in
            if state.ended == nil { state.ended = end }
            return state.reader.take()
        }
        switch end {
        case .success: reader?.resume(returning: nil)
        case .failure(let error): reader?.resume(throwing: error)
        }
    }
}
