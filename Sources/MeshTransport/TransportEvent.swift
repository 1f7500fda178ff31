/// What the transport tells the shell.
///
/// Per link the order is: one `linkUp`, frames, one `linkDown`.
package enum TransportEvent: Sendable, Equatable {
    /// A peer proved its key and is let in. `remote` is host:port, `dialed` says who called.
    case linkUp(LinkID, TransportKey, PeerClass, remote: String, dialed: Bool)
    /// A whole frame, without its length, of 1 byte or more.
    case frame(LinkID, [UInt8])
    /// The link is gone; nothing follows for it.
    case linkDown(LinkID, TransportKey, reason: String)
    /// A dial ended without a link.
    case dialFailed(host: String, port: Int, reason: String)
    /// Somebody called and got no link; the key is known only if the handshake came that far.
    case refused(remote: String, key: TransportKey?, reason: String)
}
