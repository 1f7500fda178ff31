import Glibc
import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Serves one box office over HTTP until it is told to stop.
package struct BoxOfficeServer: Service {
    /// Where to listen.
    package struct Address: Hashable, Sendable {
        package var host: String
        /// 0 is any free port.
        package var port: Int

        package init(host: String, port: Int) {
            self.host = host
            self.port = port
        }

        /// Reads `ADDR:PORT`, with an IPv6 address in brackets; nil for anything else.
        package init?(_ text: String) {
            guard let colon = text.lastIndex(of: ":"),
                let port = UInt16(text[text.index(after: colon)...])
            else { return nil }
            var host = text[..<colon]
            if host.hasPrefix("["), host.hasSuffix("]") {
                host = host.dropFirst().dropLast()
            } else if host.contains(":") {
                return nil
            }
            guard !host.isEmpty else { return nil }
            self.init(host: String(host), port: Int(port))
        }

        package var text: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
    }

    private let office: BoxOffice
    private let address: Address
    private let routes: OfficeRoutes
    private let logger: Logger
    private let onListening: @Sendable (Address) -> Void

    /// `version` is the program's; `now` gives milliseconds since 1970 UTC; `onListening` is told
    /// the address once connections are taken.
    package init(
        _ office: BoxOffice, listen address: Address, version: String, logger: Logger,
        now: @escaping @Sendable () -> Int64,
        onListening: @escaping @Sendable (Address) -> Void = { _ in }
    ) {
        self.office = office
        self.address = address
        self.logger = logger
        self.onListening = onListening
        routes = OfficeRoutes(office: office, version: version, now: now)
    }

    /// Returns after a graceful shutdown. Throws `BoxOfficeError`: `port_in_use` or
    /// `cannot_listen`.
    package func run() async throws {
        let application = Application(
            router: routes.router(),
            server: .http1(
                configuration: .init(idleTimeout: .seconds(BoxOfficeLimits.idleSeconds))),
            configuration: .init(
                address: .hostname(address.host, port: address.port),
                availableConnectionsDelegate: MaximumAvailableConnections(
                    BoxOfficeLimits.connections)),
            onServerRunning: { channel in
                onListening(
                    Address(host: address.host, port: channel.localAddress?.port ?? address.port))
            },
            logger: logger)
        do {
            try await application.run()
        } catch let error as IOError {
            throw listenProblem(String(cString: strerror(error.errnoCode)), error.errnoCode)
        } catch let error as SocketAddressError {
            throw listenProblem("\(error)", 0)
        }
    }

    private func listenProblem(_ reason: String, _ number: Int32) -> BoxOfficeError {
        if number == EADDRINUSE {
            return BoxOfficeError(
                .portInUse, "\(address.text) is in use by another program.",
                hint: "Stop that program, or choose another port with --listen.")
        }
        return BoxOfficeError(
            .cannotListen, "Cannot listen on \(address.text): \(reason).",
            hint: "Choose an address of this machine and a port above 1023 with --listen.")
    }
}
