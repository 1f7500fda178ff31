import MeshCrypto
import MeshStorage
import MeshTransport
import MeshWire

/// Why the daemon could not do what was asked, in plain words, with what to do about it.
package struct DaemonError: Error, Sendable, Hashable {
    /// A stable word for scripts.
    package let code: String
    /// One plain sentence.
    package let message: String
    /// What to do about it; empty if there is nothing to do.
    package let hint: String
    /// The exit code of the command.
    package let exitCode: Int32

    package init(_ code: String, _ message: String, hint: String = "", exitCode: Int32 = 1) {
        self.code = code
        self.message = message
        self.hint = hint
        self.exitCode = exitCode
    }

    init(_ error: StorageError) {
        self.init(error.code.description, error.message, hint: error.hint)
    }

    init(_ error: TransportError) {
        self.init("listen_failed", error.message, hint: error.hint)
    }
}
