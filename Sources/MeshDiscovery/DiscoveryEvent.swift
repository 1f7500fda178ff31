/// What discovery tells its owner. Nothing of it is authenticated: mDNS finds, it never
/// authorises.
package enum DiscoveryEvent: Sendable, Equatable {
    /// An instance with its addresses; again whenever one of them changes, and once for each
    /// interface that it is seen on. The kiosk's own instance is among them.
    case found(DiscoveredService)
    /// An instance is gone from every interface.
    case lost(instanceName: String)
    /// Avahi works: this kiosk is announced and looks for others.
    case available
    /// Discovery does not work at the moment, with the reason and the remedy as sentences; it is
    /// tried again by itself.
    case unavailable(reason: String)
}

/// One instance of the service on one interface.
package struct DiscoveredService: Sendable, Equatable {
    /// Most addresses kept: more are a fault or an attack.
    package static let maximumAddresses = 16

    /// The announced name: renamed on collisions, so no identity.
    package let instanceName: String
    /// The host's name in mDNS, such as `gate-a.local.`.
    package let hostName: String
    /// The TCP port.
    package let port: Int
    /// Numeric addresses: IPv4, then IPv6, then link-local IPv6 with its scope (`fe80::1%eth0`);
    /// 1 to 16.
    package let addresses: [String]
    /// The interface that it was seen on, as the kernel numbers it.
    package let interfaceIndex: UInt32
    /// The announced protocol version; nil where there is none or it is no number.
    package let version: Int?
    /// The announced mesh; nil where there is none.
    package let meshHash: String?

    /// A service.
    package init(
        instanceName: String, hostName: String, port: Int, addresses: [String],
        interfaceIndex: UInt32, version: Int?, meshHash: String?
    ) {
        self.instanceName = instanceName
        self.hostName = hostName
        self.port = port
        self.addresses = addresses
        self.interfaceIndex = interfaceIndex
        self.version = version
        self.meshHash = meshHash
    }
}
