import MeshCrypto
import Testing

@testable import MeshTransport

@Suite(.timeLimit(.minutes(1))) struct ScratchTests {
    @Test func resume() async throws {
        let identity = try TLSIdentity(seed: Peer.seed(2))
        print("CERT", Hex.encode(identity.certificate))
        print("KEY", Hex.encode(identity.privateKey))
        try await Peer.with(1, answer: { t, e in if case .linkUp(let l, _, _, _, _) = e { t.send([65, 10], to: l) } }) { host in
            print("PORT", host.port)
            let n = await host.log.wait { e -> Int? in
                e.count { if case .linkUp = $0 { true } else if case .refused = $0 { true } else { false } } >= 2 ? 1 : nil }
            _ = n
            print("EVENTS", host.log.events)
        }
    }
}
