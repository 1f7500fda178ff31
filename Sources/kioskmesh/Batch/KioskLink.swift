import MeshControl
import Synchronization

/// One kiosk of a batch: its connection, made anew whenever the daemon comes back.
final class KioskLink: Sendable {
    private struct State {
        var client: ControlClient?
        var name: String?
    }

    /// Between two attempts to connect: short, because fail-over times are measured through it.
    private static let pause = Duration.milliseconds(20)

    private let state: String
    private let current = Mutex(State())

    init(state: String) { self.state = state }

    /// The connection, if there is one that lives.
    var client: ControlClient? {
        current.withLock { state in
            if state.client?.isClosed == true { state.client = nil }
            return state.client
        }
    }

    /// The kiosk's name, or its state directory until that is known.
    var name: String { current.withLock { $0.name } ?? state }

    /// Connects once. Throws `no_daemon`.
    func connect() async throws(ControlError) {
        let client = try await ControlClient.connect(path: CommandContext.socket(in: state))
        let status: StatusReport? = try? await client.call(.status, timeout: .seconds(2))
        current.withLock { state in
            state.client = client
            state.name = status?.itself.name ?? state.name
        }
    }

    /// Connects again whenever the connection is gone, until cancelled.
    func keepConnected() async {
        while !Task.isCancelled {
            if client == nil { try? await connect() }
            try? await Task.sleep(for: Self.pause)
        }
    }
}
