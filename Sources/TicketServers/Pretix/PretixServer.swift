import Synchronization

/// pretix, asked over its REST interface (seen with 2026.8).
///
/// Tickets come from the list of orders, newest first, and later from those changed since: every
/// scan, cancellation, block and new secret changes its order, so no other list has to be
/// followed but that of revoked secrets. Blocked ones are not asked for separately: blocking and
/// unblocking both change the order, whose position then says which it is.
package final class PretixServer: TicketServer {
    /// Which server, whose tickets, and how far to go for them.
    package struct Configuration: Hashable, Sendable {
        package var address: ServerAddress
        /// The organiser's short name.
        package var organizer: String
        package var access: PretixAccess
        /// Short names of the events to describe; nil is all that may be seen.
        package var events: [String]?
        /// Names are taken in this language where the server has them in several.
        package var language = "en"
        package var limits = ServerCallLimits()
        /// Certificates (PEM) to trust instead of the system's; nil trusts the system's.
        package var certificateFile: String?

        package init(
            address: ServerAddress, organizer: String, access: PretixAccess,
            events: [String]? = nil
        ) {
            self.address = address
            self.organizer = organizer
            self.access = access
            self.events = events
        }
    }

    let configuration: Configuration
    let caller: ServerCaller
    /// The questions of events, by event: asked anew with every first page.
    let questions = Mutex<[String: PretixQuestions]>([:])

    /// Opens no connection yet. Call `close` in the end.
    package init(_ configuration: Configuration) throws(ServerError) {
        self.configuration = configuration
        caller = ServerCaller(
            configuration.address, authorization: try configuration.access.authorization(),
            limits: configuration.limits, certificateFile: configuration.certificateFile)
    }

    package func close() async { await caller.close() }
}
