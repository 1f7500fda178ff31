import Foundation
import NIOSSL
import TestHosts
import Testing

@testable import TicketServers

/// Certificates are checked: whoever cannot prove its name gets no token.
@Suite(.enabled(if: Program.path(of: "openssl") != nil, "needs openssl to make certificates"))
struct ServerTrustTests {
    /// A folder with a certificate for `name` in it, signed by itself.
    private func withCertificate(
        for name: String, _ body: (NIOSSLContext, _ file: String) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "kioskmesh-trust-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (key, certificate) = (
            folder.appending(path: "key.pem").path, folder.appending(path: "certificate.pem").path
        )
        try Program.run([
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out", certificate,
            "-days", "2", "-subj", "/CN=\(name)", "-addext", "subjectAltName=DNS:\(name)",
        ])
        let configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map {
                .certificate($0)
            },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
        try await body(try NIOSSLContext(configuration: configuration), certificate)
    }

    /// What describing says to a server with a certificate for `name`, asked as localhost.
    private func describe(
        certificateFor name: String, trusted: Bool
    ) async throws -> (ServerError?, asked: Int) {
        var result: (ServerError?, asked: Int) = (nil, 0)
        try await withCertificate(for: name) { context, file in
            result = try await ScriptedServer.run(tls: context) { _ in
                .answer(200, body: PretixSamples.version)
            } _: { server in
                var configuration = PretixServer.Configuration(
                    address: try ServerAddress("https://localhost:\(server.port)"),
                    organizer: "venue", access: PretixAccess(.token, "t0ken"), events: [])
                configuration.certificateFile = trusted ? file : nil
                let pretix = try PretixServer(configuration)
                var failure: ServerError?
                do throws(ServerError) { _ = try await pretix.describe() } catch { failure = error }
                await pretix.close()
                return (failure, server.requests.count)
            }
        }
        return result
    }

    @Test func aTrustedCertificateIsTaken() async throws {
        let (error, asked) = try await describe(certificateFor: "localhost", trusted: true)
        #expect(error == nil)
        #expect(asked == 1)
    }

    @Test(arguments: [("localhost", false), ("elsewhere.example", true)])
    func othersGetNothing(_ name: String, _ trusted: Bool) async throws {
        let (error, asked) = try await describe(certificateFor: name, trusted: trusted)
        #expect(error?.code == .untrusted, "\(error?.message ?? "")")
        #expect(error?.isTransient == false)
        #expect(asked == 0)
    }
}
