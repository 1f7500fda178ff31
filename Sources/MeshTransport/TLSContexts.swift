import NIOCore
import NIOSSL

/// The TLS settings of both directions, made once.
struct TLSContexts: Sendable {
    /// For links that this side dials.
    let client: NIOSSLContext
    /// For links that are accepted.
    let server: NIOSSLContext

    init(identity: TLSIdentity) throws {
        let certificate = try NIOSSLCertificate(bytes: identity.certificate, format: .der)
        let privateKey = try NIOSSLPrivateKey(bytes: identity.privateKey, format: .der)

        var client = TLSConfiguration.makeClientConfiguration()
        client.certificateChain = [.certificate(certificate)]
        client.privateKey = .privateKey(privateKey)
        // The pinned key replaces host names; the callback decides (see PeerVerdict).
        client.certificateVerification = .noHostnameVerification
        client.trustRoots = .certificates([])
        Self.restrict(&client)

        // Only this variant asks the caller for a certificate.
        var server = TLSConfiguration.makeServerConfigurationWithMTLS(
            certificateChain: [.certificate(certificate)], privateKey: .privateKey(privateKey),
            trustRoots: .certificates([]))
        Self.restrict(&server)

        self.client = try NIOSSLContext(configuration: client)
        self.server = try NIOSSLContext(configuration: server)
    }

    /// TLS 1.3 and Ed25519 only. NIOSSL never sends early data, never offers a session again, and
    /// TLS 1.3 has no renegotiation; a caller that resumes a session is refused in LinkHandler.
    private static func restrict(_ configuration: inout TLSConfiguration) {
        configuration.minimumTLSVersion = .tlsv13
        configuration.maximumTLSVersion = .tlsv13
        // BoringSSL's default list of accepted signatures leaves Ed25519 out.
        configuration.signingSignatureAlgorithms = [.ed25519]
        configuration.verifySignatureAlgorithms = [.ed25519]
        configuration.renegotiationSupport = .none
        configuration.curves = [.x25519]
        // How long a closing link waits for the other side's goodbye.
        configuration.shutdownTimeout = .milliseconds(500)
    }
}

/// What the verification of one peer came to. It belongs to one link and its event loop.
final class PeerVerdict {
    /// The key the peer proved, once its certificate was seen.
    private(set) var key: TransportKey?
    /// Why it is not let in, if so.
    private(set) var refusal: String?

    private let classify: @Sendable (TransportKey) -> PeerClass
    private let ownKey: TransportKey

    init(ownKey: TransportKey, classify: @escaping @Sendable (TransportKey) -> PeerClass) {
        self.ownKey = ownKey
        self.classify = classify
    }

    /// Whether the peer is this very kiosk.
    var isSelf: Bool { key == ownKey }

    /// The whole of the verification: TLS itself proves that the peer holds the private key of
    /// the first certificate, and the roster says whether that key is welcome. Names, dates and
    /// signatures of the certificate mean nothing here.
    func judge(_ chain: [NIOSSLCertificate]) -> NIOSSLVerificationResult {
        guard let leaf = chain.first, let certificate = try? leaf.toDERBytes(),
            let key = PeerCertificate.publicKey(certificate: certificate)
        else {
            refusal = "its certificate holds no Ed25519 key"
            return .failed
        }
        self.key = key
        // Let a call to oneself through, so that the calling side can tell what happened.
        guard !isSelf else { return .certificateVerified }
        guard classify(key) != .refused else {
            refusal = PeerVerdict.notAccepted
            return .failed
        }
        return .certificateVerified
    }

    /// The reason for a refused key.
    static let notAccepted = FailureReason.keyNotAccepted
}
