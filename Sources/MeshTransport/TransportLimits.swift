/// The bounds that keep a peer, honest or not, from costing a kiosk more than it can spare.
package struct TransportLimits: Sendable, Equatable {
    /// Largest frame of a member, in bytes: a whole catch-up batch of blocks fits, and 50 peers
    /// that each leave one unfinished stay under half a gibibyte.
    package var maximumFrameBytes = 8 << 20
    /// Largest frame of a stranger, in bytes: a request for admission takes a few hundred.
    package var maximumStrangerFrameBytes = 64 << 10
    /// Most strangers at a time: a venue's kiosks join a handful at once, and a hall of prankster
    /// phones must not crowd the members out.
    package var maximumStrangerLinks = 32
    /// How long a stranger may stay: an admission takes seconds, somebody idle is no use.
    package var strangerLifetime: Duration = .seconds(30)
    /// Most bytes that wait for one peer: four of the largest frames. Beyond that it is not
    /// keeping up and is better served by catching up later.
    package var maximumOutgoingBytes = 32 << 20
    /// How long a peer may stay at that bound before its link is closed: longer than a slow card
    /// takes for a commit, shorter than anybody waits for a ticket.
    package var slowLinkTimeout: Duration = .seconds(5)
    /// How long TCP may take to connect: a switched-off kiosk answers nothing at all.
    package var connectTimeout: Duration = .seconds(3)
    /// How long TLS may take: milliseconds when healthy, so this is a peer that hangs.
    package var handshakeTimeout: Duration = .seconds(5)
    /// Most links at a time: some 200 kiosks, twice while both sides dial, and room to spare.
    package var maximumLinks = 1024
    /// Most callers that have not proved a key yet: all kiosks of a venue after a power cut.
    /// They are counted apart so that silent callers hold no links.
    package var maximumHandshakes = 256
    /// Most dials in progress: as many as there may be kiosks to look for.
    package var maximumDials = 256
    /// How long the kernel waits for an acknowledgement of sent data before it gives a link up:
    /// pulled cables and lost power are noticed although the peer says nothing.
    package var deadPeerTimeout: Duration = .seconds(5)

    /// The limits for a venue.
    package init() {}
}

/// How a transport listens, who it is and whom it lets in.
package struct TransportConfiguration: Sendable {
    /// Address to listen on: `0.0.0.0`, `::` (both families) or one address of this machine.
    package var listenHost: String
    /// Port to listen on; 0 takes a free one.
    package var listenPort: Int
    /// The 32-byte Ed25519 seed of this kiosk's TLS key.
    package var tlsSeed: [UInt8]
    /// The bounds.
    package var limits: TransportLimits
    /// Threads that do the input and output; one serves a venue with the least hopping.
    package var numberOfThreads: Int
    /// What the roster says about a key now. Called on an event loop: it must be quick, must not
    /// block and must not call the transport.
    package var classify: @Sendable (TransportKey) -> PeerClass

    /// A configuration; what is left out is what a kiosk uses.
    package init(
        listenHost: String = "::", listenPort: Int = 0, tlsSeed: [UInt8],
        limits: TransportLimits = TransportLimits(), numberOfThreads: Int = 1,
        classify: @escaping @Sendable (TransportKey) -> PeerClass
    ) {
        self.listenHost = listenHost
        self.listenPort = listenPort
        self.tlsSeed = tlsSeed
        self.limits = limits
        self.numberOfThreads = numberOfThreads
        self.classify = classify
    }
}
