import Dispatch
import Foundation
import Glibc
package import Logging

/// Finds the other kiosks on the local network by DNS-SD over mDNS (RFC 6762 and 6763), through
/// Avahi: announces this kiosk, looks for others, and follows them.
///
/// A missing, stopped or restarted Avahi or D-Bus is an event, never an error: discovery goes on
/// by itself when they are back.
package final class ServiceDiscovery: Sendable {
    /// Most time that stopping waits for Avahi: a daemon that hangs must not keep this program
    /// from its end. The thread then ends by itself, with D-Bus's own time-out of 25 s.
    private static let stopPatience = DispatchTimeInterval.seconds(2)

    /// How often a known instance is looked up again: Avahi tells of new and gone instances, not
    /// of changed addresses.
    static let refreshInterval = Duration.seconds(20)

    private let configuration: DiscoveryConfiguration
    private let refreshInterval: Duration
    private let logger: Logger
    private let handler: @Sendable (DiscoveryEvent) -> Void

    /// Nothing happens before `run`. `handler` is called on the discovery thread, one event at a
    /// time, and should return soon.
    package convenience init(
        configuration: DiscoveryConfiguration, logger: Logger,
        handler: @escaping @Sendable (DiscoveryEvent) -> Void
    ) {
        self.init(
            configuration: configuration, refreshInterval: Self.refreshInterval, logger: logger,
            handler: handler)
    }

    init(
        configuration: DiscoveryConfiguration, refreshInterval: Duration, logger: Logger,
        handler: @escaping @Sendable (DiscoveryEvent) -> Void
    ) {
        self.configuration = configuration
        self.refreshInterval = refreshInterval
        self.logger = logger
        self.handler = handler
        AvahiLibrary.prepare
    }

    /// Announces and looks until the task is cancelled; returns when the announcement is
    /// withdrawn.
    package func run() async {
        guard let stop = StopSignal() else {
            return handler(
                .unavailable(
                    reason: "The process has no file descriptors left. Raise its limit with "
                        + "'LimitNOFILE' in the systemd unit."))
        }
        let completion = Completion()
        let thread = Thread { [configuration, refreshInterval, logger, handler] in
            // Signals are for the main thread; Avahi's own threads inherit this.
            var all = sigset_t()
            sigfillset(&all)
            pthread_sigmask(SIG_BLOCK, &all, nil)
            let loop = DiscoveryLoop(
                configuration: configuration, refreshInterval: refreshInterval, logger: logger,
                stop: stop
            ) { event in
                // Nothing more is said once `run` has returned.
                if !completion.isFinished { handler(event) }
            }
            loop.run()
            completion.finish()
        }
        thread.name = "km-discovery"
        await withTaskCancellationHandler {
            thread.start()
            await completion.wait()
        } onCancel: {
            stop.set()
            DispatchQueue.global().asyncAfter(deadline: .now() + Self.stopPatience) {
                completion.finish()
            }
        }
    }
}
