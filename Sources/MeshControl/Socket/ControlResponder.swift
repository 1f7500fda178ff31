/// Answers one request, from any thread or task, once with a result or error, or with items and
/// an end. Answers to a client that is gone, and second answers, are dropped.
package final class ControlResponder: Sendable {
    private let id: UInt64
    private let outbox: ConnectionOutbox

    init(id: UInt64, outbox: ConnectionOutbox) {
        self.id = id
        self.outbox = outbox
    }

    deinit {
        // A handler that lost its responder would leave a person waiting for ever.
        let error = ControlError(
            .unanswered, "The daemon gave no answer.", hint: "Look into its log.")
        outbox.send(.failure(error), for: id, last: true)
    }

    /// Whether nobody waits for the answer any more.
    package var isCancelled: Bool { outbox.isCancelled(id) }

    /// Calls `body` when the client cancels or goes, on the event loop; at once if it has.
    package func onCancel(_ body: @escaping @Sendable () -> Void) { outbox.onCancel(id, body) }

    /// Answers with a value.
    package func result(_ value: some Encodable & Sendable) {
        finish { .result(try ControlCoding.encode(value)[...]) }
    }

    /// Answers with a value of a hot path.
    package func result(_ value: some Encodable & DirectJSON) {
        outbox.send(.result(ControlCoding.encode(value)[...]), for: id, last: true)
    }

    /// Answers with JSON as it is, which must be one value without a newline.
    package func result(raw json: [UInt8]) {
        outbox.send(.result(json[...]), for: id, last: true)
    }

    /// Sends one item of a stream. Call `ready` between items of a long stream.
    package func item(_ value: some Encodable & Sendable) {
        do {
            outbox.send(.item(try ControlCoding.encode(value)[...]), for: id, last: false)
        } catch {
            self.error(Self.unencodable(error))
        }
    }

    /// Sends one item that is JSON already, without a newline.
    package func item(raw json: [UInt8]) { outbox.send(.item(json[...]), for: id, last: false) }

    /// Whether a stream should send on now, or rather wait for its reader.
    package var isReady: Bool { outbox.hasRoom }

    /// Waits until the reader has caught up, or is gone.
    package func ready() async { await outbox.room() }

    /// Ends a stream.
    package func end() { outbox.send(.end, for: id, last: true) }

    /// Answers with an error.
    package func error(_ error: ControlError) {
        outbox.send(.failure(error), for: id, last: true)
    }

    private func finish(_ answer: () throws -> ControlAnswer) {
        do {
            outbox.send(try answer(), for: id, last: true)
        } catch {
            self.error(Self.unencodable(error))
        }
    }

    private static func unencodable(_ error: any Error) -> ControlError {
        ControlError(.badAnswer, "The answer cannot be written as JSON: \(error).")
    }
}

/// What the daemon does with requests.
package protocol ControlHandler: Sendable {
    /// Called on the event loop, so it must not block; it may answer later from anywhere.
    func handle(_ request: ControlRequest, responder: ControlResponder)
}
