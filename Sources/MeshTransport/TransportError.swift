import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Why the transport could not start.
package struct TransportError: Error, Equatable, CustomStringConvertible {
    /// The kinds of failure; more may come.
    package struct Code: Hashable, Sendable {
        private let name: String
        private init(_ name: String) { self.name = name }

        /// Another program listens on the port.
        package static let portInUse = Code("port_in_use")
        /// The listening address is not one of this machine.
        package static let addressNotAvailable = Code("address_not_available")
        /// This user may not listen on the port.
        package static let permissionDenied = Code("permission_denied")
        /// The TLS key cannot be used.
        package static let unusableKey = Code("unusable_key")
        /// Started twice, or after the end.
        package static let wrongState = Code("wrong_state")
        /// Anything else the system said.
        package static let listenFailed = Code("listen_failed")
    }

    /// The kind of failure.
    package let code: Code
    /// What happened, as a sentence.
    package let message: String
    /// What to do about it, as a sentence.
    package let hint: String

    /// Message and hint.
    package var description: String { "\(message) \(hint)" }

    /// The error for a listener that could not be bound to host and port.
    static func listening(
        on host: String, port: Int, failed error: any Error
    ) -> TransportError {
        let place = endpointText(host: host, port: port)
        switch (error as? IOError)?.errnoCode {
        case EADDRINUSE:
            return TransportError(
                code: .portInUse, message: "Port \(port) is already in use (\(place)).",
                hint: "Stop the program that has it (`ss -ltnp` names it), or choose another "
                    + "port with --listen; port 0 takes a free one.")
        case EADDRNOTAVAIL:
            return TransportError(
                code: .addressNotAvailable, message: "This machine has no address \(host).",
                hint: "Use --listen with one of its addresses (`ip address` lists them), or "
                    + "with 0.0.0.0 for all.")
        case EACCES, EPERM:
            return TransportError(
                code: .permissionDenied, message: "Not permitted to listen on \(place).",
                hint: "Choose a port from 1024 up with --listen.")
        case EAFNOSUPPORT:
            return TransportError(
                code: .addressNotAvailable, message: "This machine has no IPv6.",
                hint: "Use --listen 0.0.0.0:\(port).")
        default:
            return TransportError(
                code: .listenFailed, message: "Cannot listen on \(place): \(error).",
                hint: "Check the address given with --listen.")
        }
    }

    static func noSuchPort(_ port: Int) -> TransportError {
        TransportError(
            code: .listenFailed, message: "There is no port \(port).",
            hint: "Use a port from 1 to 65535 with --listen; port 0 takes a free one.")
    }

    static func unusableKey(_ error: any Error) -> TransportError {
        TransportError(
            code: .unusableKey, message: "The TLS key of this kiosk cannot be used: \(error).",
            hint: "Restore the state directory from a backup, or enrol the kiosk anew.")
    }

    static let alreadyStarted = TransportError(
        code: .wrongState, message: "The transport was started before.",
        hint: "Make a new one: it starts once.")
}
