import NIOCore
import Testing

@testable import MeshTransport

@Suite(.timeLimit(.minutes(1))) struct AdmissionTests {
    @Test func aRefusedCallerPassesNoFrame() async throws {
        let roster = Roster([Peer.key(1): .refused])
        try await Peer.with(
            1,
            answer: { transport, event in
                if case .linkUp(let link, _, _, _, _) = event { transport.send([1], to: link) }
            }
        ) { gateA in
            try await Peer.with(2, roster: roster) { gateB in
                gateA.dial(gateB)
                let refused = await gateB.log.refused()
                #expect(refused.key == gateA.key)
                #expect(refused.reason == PeerVerdict.notAccepted)
                // TLS 1.3: the caller may see the link for a moment before it is told.
                _ = await gateA.log.first { event -> Bool? in
                    switch event {
                    case .linkDown, .dialFailed: true
                    default: nil
                    }
                }
                #expect(!gateB.log.hasLinksOrFrames)
            }
        }
    }

    @Test func theCallerChecksTheCalledKey() async throws {
        let roster = Roster([Peer.key(2): .refused])
        try await Peer.with(1, roster: roster) { gateA in
            try await Peer.with(2) { gateB in
                gateA.dial(gateB)
                let reason = await gateA.log.dialFailed()
                #expect(reason == PeerVerdict.notAccepted)
                let refused = await gateB.log.refused()
                #expect(refused.reason.contains("does not accept this kiosk's key"))
                #expect(!gateA.log.hasLinksOrFrames)
                #expect(!gateB.log.hasLinksOrFrames)
            }
        }
    }

    @Test func strangersSendSmallFramesOnly() async throws {
        var limits = TransportLimits()
        limits.maximumStrangerFrameBytes = 100
        let roster = Roster(others: .stranger)
        try await Peer.with(1) { gateA in
            try await Peer.with(2, roster: roster, limits: limits) { gateB in
                gateA.dial(gateB)
                let link = await gateA.log.linkUp().link
                let up = await gateB.log.linkUp()
                #expect(up.2 == .stranger)
                #expect(gateA.transport.send([UInt8](repeating: 1, count: 100), to: link))
                let frames = await gateB.log.frames(1)
                #expect(frames[0].count == 100)
                gateA.transport.send([UInt8](repeating: 1, count: 101), to: link)
                let reason = await gateB.log.linkDown(up.link)
                #expect(reason.contains("101 bytes where 100"))
                _ = await gateA.log.linkDown(link)
                let all = await gateB.log.frames(1)
                #expect(all.count == 1)
            }
        }
    }

    @Test func strangersAreCounted() async throws {
        var limits = TransportLimits()
        limits.maximumStrangerLinks = 2
        let roster = Roster(others: .stranger, [Peer.key(9): .member])
        try await Peer.with(1, roster: roster, limits: limits) { host in
            let first = try await RawClient.tls(to: host, seed: Peer.seed(2))
            _ = await host.log.linkUp(1)
            let second = try await RawClient.tls(to: host, seed: Peer.seed(3))
            let link = await host.log.linkUp(2).link
            let third = try await RawClient.tls(to: host, seed: Peer.seed(4))
            let refused = await host.log.refused()
            #expect(refused.key == Peer.key(4))
            #expect(refused.reason.contains("too many"))
            try await third.channel.closeFuture.get()
            // A member is not held up by strangers, and a stranger that leaves makes room.
            let member = try await RawClient.tls(to: host, seed: Peer.seed(9))
            let memberUp = await host.log.linkUp(3)
            #expect(memberUp.2 == .member)
            second.close()
            _ = await host.log.linkDown(link)
            let fourth = try await RawClient.tls(to: host, seed: Peer.seed(5))
            let fourthUp = await host.log.linkUp(4)
            #expect(fourthUp.key == Peer.key(5))
            for client in [first, member, fourth] { client.close() }
        }
    }

    @Test func strangersMayNotStay() async throws {
        var limits = TransportLimits()
        limits.strangerLifetime = .milliseconds(20)
        try await Peer.with(1, roster: Roster(others: .stranger), limits: limits) { host in
            let client = try await RawClient.tls(to: host, seed: Peer.seed(2))
            let reason = await host.log.linkDown()
            #expect(reason.contains("not admitted"))
            try await client.channel.closeFuture.get()
        }
    }

    @Test func linksAreCounted() async throws {
        var limits = TransportLimits()
        limits.maximumLinks = 1
        try await Peer.with(1, limits: limits) { host in
            let first = try await RawClient.tls(to: host, seed: Peer.seed(2))
            _ = await host.log.linkUp()
            let second = try await RawClient.plain(to: host)
            let refused = await host.log.refused()
            #expect(refused.reason.contains("too many links"))
            try await second.channel.closeFuture.get()
            first.close()
        }
    }

    @Test func aRevokedKioskIsCutOffAndOthersStay() async throws {
        let roster = Roster()
        try await Peer.with(1, roster: roster) { host in
            try await Peer.with(2) { good in
                try await Peer.with(3) { bad in
                    good.dial(host)
                    let goodLink = await good.log.linkUp().link
                    _ = await host.log.linkUp(1)
                    bad.dial(host)
                    let badUp = await host.log.linkUp(2)
                    roster.set(bad.key, .refused)
                    host.transport.reclassify()
                    let reason = await host.log.linkDown(badUp.link)
                    #expect(reason.contains("no longer accepted"))
                    #expect(!host.transport.send([1], to: badUp.link))
                    _ = await bad.log.linkDown()
                    #expect(good.transport.send([7], to: goodLink))
                    let frames = await host.log.frames(1)
                    #expect(frames == [[7]])
                    bad.dial(host)
                    let refused = await host.log.refused()
                    #expect(refused.key == bad.key)
                }
            }
        }
    }

    @Test func anAdmittedStrangerIsLinkedAnew() async throws {
        let roster = Roster(others: .stranger)
        try await Peer.with(1, roster: roster) { host in
            try await Peer.with(2) { kiosk in
                kiosk.dial(host)
                let first = await host.log.linkUp(1)
                #expect(first.2 == .stranger)
                roster.set(kiosk.key, .member)
                host.transport.reclassify()
                let reason = await host.log.linkDown(first.link)
                #expect(reason.contains("admitted"))
                _ = await kiosk.log.linkDown()
                kiosk.dial(host)
                let second = await host.log.linkUp(2)
                #expect(second.2 == .member)
                #expect(second.link != first.link)
            }
        }
    }
}
