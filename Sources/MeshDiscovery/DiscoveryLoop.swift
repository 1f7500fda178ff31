import CDNSSD
import Glibc
import Logging

/// The discovery thread: polls Avahi's file descriptors and turns answers into events. All of it
/// runs on that one thread; Avahi's library is never entered from another.
final class DiscoveryLoop {
    /// Most lookups at once: each costs up to three D-Bus connections, of which a stock bus
    /// allows 256 to a user.
    static let maximumLookups = 16
    /// Most instances known: five times the largest mesh, so that a flood of names fills nothing.
    static let maximumSightings = 1_024
    /// How long instances seen before Avahi restarted count as still there.
    static let grace = Duration.seconds(5)
    /// Most names tried in a row, as far as a machine may run kiosks of one name.
    static let maximumCollisions = 100

    let configuration: DiscoveryConfiguration
    let refreshInterval: Duration
    let logger: Logger
    let handler: @Sendable (DiscoveryEvent) -> Void
    let stop: StopSignal
    let clock = ContinuousClock()

    var announcing: Leg
    var browsing: Leg
    var sightings: [SightingKey: Sighting] = [:]
    var lookups: [Lookup] = []
    /// When what was not seen again after a restart of Avahi counts as lost.
    var graceEnds: ContinuousClock.Instant?
    private var lastAvailability: DiscoveryEvent?

    init(
        configuration: DiscoveryConfiguration, refreshInterval: Duration, logger: Logger,
        stop: StopSignal, handler: @escaping @Sendable (DiscoveryEvent) -> Void
    ) {
        self.configuration = configuration
        self.refreshInterval = refreshInterval
        self.logger = logger
        self.stop = stop
        self.handler = handler
        announcing = Leg(at: clock.now)
        browsing = Leg(at: clock.now)
    }

    /// Runs until `stop` is set, then withdraws the announcement.
    func run() {
        while !stop.isSet {
            startLegs()
            finishLookups()
            forgetStale()
            startLookups()
            reportAvailability()
            handle(waitForAnswers())
        }
        for lookup in lookups { lookup.close() }
        browsing.stop()
        announcing.stop()
    }

    /// Avahi renames where another machine has the name; where another program on this machine
    /// has it, the compatibility library only says so.
    private func announce(on interfaceIndex: UInt32) throws(ServiceRequest.Failure) {
        var collisions = 0
        while true {
            let name = configuration.name(afterCollisions: collisions)
            do throws(ServiceRequest.Failure) {
                return announcing.start(
                    try .announcing(configuration, as: name, interfaceIndex: interfaceIndex))
            } catch {
                guard error.code == DNSServiceErrorType(kDNSServiceErr_NameConflict),
                    collisions < Self.maximumCollisions
                else { throw error }
                collisions += 1
            }
        }
    }

    private func startLegs() {
        guard announcing.isDue(at: clock.now) || browsing.isDue(at: clock.now) else { return }
        guard let interfaceIndex = interfaceIndex() else {
            let problem =
                "This machine has no loopback interface. Create it with 'ip link set lo up'."
            announcing.fail(problem, at: clock.now)
            return browsing.fail(problem, at: clock.now)
        }
        if browsing.isDue(at: clock.now) {
            do throws(ServiceRequest.Failure) {
                browsing.start(try .browsing(interfaceIndex: interfaceIndex))
                browsing.confirm()
                if !sightings.isEmpty { graceEnds = clock.now + Self.grace }
            } catch {
                fail(&browsing, error.code, while: "look for other kiosks")
            }
        }
        if announcing.isDue(at: clock.now) {
            do throws(ServiceRequest.Failure) {
                try announce(on: interfaceIndex)
            } catch {
                fail(&announcing, error.code, while: "announce this kiosk")
            }
        }
    }

    func fail(_ leg: inout Leg, _ code: DNSServiceErrorType, while activity: String) {
        leg.fail(AvahiLibrary.explain(code, while: activity), at: clock.now)
        logger.debug("Avahi does not \(activity): error \(code)")
    }

    /// 0 stands for all interfaces; nil where the loopback interface is asked for and missing.
    private func interfaceIndex() -> UInt32? {
        guard configuration.loopbackOnly else { return 0 }
        let index = if_nametoindex("lo")
        return index == 0 ? nil : index
    }

    private func reportAvailability() {
        let availability: DiscoveryEvent
        if let problem = announcing.problem ?? browsing.problem {
            availability = .unavailable(reason: problem)
        } else if announcing.isConfirmed, browsing.isConfirmed {
            availability = .available
        } else {
            return
        }
        guard availability != lastAvailability else { return }
        lastAvailability = availability
        handler(availability)
    }
}
