import NIOCore
import NIOPosix
import NIOSSL

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Plain words for what NIO and BoringSSL report: technicians read them in `status` and the log.
package enum FailureReason {
    /// The other side looked at this kiosk's key and ended the link: it was revoked there.
    package static let keyRefused = "the other side does not accept this kiosk's key"
    /// This side looked at the other's key and ended the link.
    package static let keyNotAccepted = "its key is not accepted here"
    /// Somebody else proved this kiosk's own key.
    package static let twin = "another kiosk there has this kiosk's own key"
    /// The peer ended the link in an orderly way.
    static let closedByPeer = "the other side closed the link"
    /// This program ends.
    static let shutDown = "this kiosk is shutting down"
    /// One called oneself.
    package static let itself = "itself"

    /// `error` in words.
    static func describe(_ error: any Error) -> String {
        switch error {
        case let error as IOError: describe(error)
        case let error as NIOConnectionError: describe(error)
        case let error as NIOSSLError: describe(error)
        case ChannelError.connectTimeout: "no answer: switched off, or a firewall drops it"
        case ChannelError.ioOnClosedChannel, ChannelError.alreadyClosed: closedByPeer
        case let error as BoringSSLError: describe(tls: "\(error)")
        default: "\(error)"
        }
    }

    private static func describe(_ error: IOError) -> String {
        switch error.errnoCode {
        case ECONNREFUSED: "connection refused: nothing listens there"
        case ECONNRESET, EPIPE: "the connection broke: the other side is gone"
        case ETIMEDOUT: "the other side no longer answers"
        case EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENETDOWN: "the network does not reach it"
        case ECONNABORTED: "the connection was given up"
        default: "\(error)"
        }
    }

    private static func describe(_ error: NIOConnectionError) -> String {
        if let first = error.connectionErrors.first { return describe(first.error) }
        if error.dnsAError != nil || error.dnsAAAAError != nil {
            return "no address is known for that name"
        }
        return describe(ChannelError.connectTimeout(.zero))
    }

    private static func describe(_ error: NIOSSLError) -> String {
        switch error {
        case .handshakeFailed(let cause): describe(tls: "\(cause)")
        case .uncleanShutdown: "the connection broke: the other side is gone"
        default: "\(error)"
        }
    }

    /// BoringSSL's errors are known by their text only.
    private static func describe(tls text: String) -> String {
        let known: [(fragment: String, words: String)] = [
            ("ALERT_CERTIFICATE", keyRefused), ("ALERT_UNKNOWN_CA", keyRefused),
            ("CERTIFICATE_VERIFY_FAILED", PeerVerdict.notAccepted),
            ("PEER_DID_NOT_RETURN_A_CERTIFICATE", "it showed no certificate"),
            ("UNSUPPORTED_PROTOCOL", "it does not speak TLS 1.3"),
            ("PROTOCOL_VERSION", "it does not speak TLS 1.3"),
            ("HTTP_REQUEST", "it does not speak TLS"),
            ("WRONG_VERSION_NUMBER", "it does not speak TLS"),
            ("EOF during handshake", "it hung up during the handshake"),
        ]
        for (fragment, words) in known where text.contains(fragment) { return words }
        return "TLS failed: \(withoutPaths(text))"
    }

    /// BoringSSL says where in its source an error arose, with the path of the machine that built
    /// it: no use to a technician.
    static func withoutPaths(_ text: String) -> String {
        let words = text.split(separator: " ").filter { !$0.contains("/") && $0 != "at" }
        return words.joined(separator: " ").filter { !"[]()".contains($0) }
    }
}

/// `host:port`, with brackets around an IPv6 address.
func endpointText(host: String, port: Int) -> String {
    host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
}

extension SocketAddress {
    /// `host:port`. An IPv4 peer of a listener for both families is shown as what it is.
    var endpointText: String {
        guard let ipAddress, let port else { return "\(self)" }
        let mapped = "::ffff:"
        let isMapped = ipAddress.hasPrefix(mapped) && ipAddress.contains(".")
        let host = isMapped ? String(ipAddress.dropFirst(mapped.count)) : ipAddress
        return MeshTransport.endpointText(host: host, port: port)
    }
}
