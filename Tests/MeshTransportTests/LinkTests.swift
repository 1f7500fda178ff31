import MeshCrypto
import NIOCore
import Testing

@testable import MeshTransport

@Suite(.timeLimit(.minutes(1))) struct LinkTests {
    @Test func framesPassBothWays() async throws {
        let sizes = [1, 1000, 70_000, 8 << 20]
        try await Peer.with(1) { gateA in
            try await Peer.with(
                2,
                answer: { transport, event in
                    if case .frame(let link, let bytes) = event { transport.send(bytes, to: link) }
                }
            ) { gateB in
                gateA.dial(gateB)
                let up = await gateA.log.linkUp()
                #expect(up.key == gateB.key)
                #expect(up.2 == .member)
                let sent = sizes.map { RandomBytes.make($0) }
                for frame in sent { #expect(gateA.transport.send(frame, to: up.link)) }
                let echoed = await gateA.log.frames(sizes.count)
                #expect(echoed == sent)
                let other = await gateB.log.linkUp()
                #expect(other.key == gateA.key)
                let dialed = gateB.log.events.map { event in
                    if case .linkUp(_, _, _, let remote, let dialed) = event {
                        return !dialed && remote.hasPrefix("127.0.0.1:")
                    }
                    return false
                }
                #expect(dialed.contains(true))
            }
        }
    }

    @Test func manySmallFramesArriveInOrder() async throws {
        let count = 20_000
        try await Peer.with(1) { gateA in
            try await Peer.with(2) { gateB in
                gateA.dial(gateB)
                let link = await gateA.log.linkUp().link
                for number in 0..<count {
                    let frame = (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
                    #expect(gateA.transport.send(frame, to: link))
                }
                let last = (0..<4).map { UInt8(truncatingIfNeeded: (count - 1) >> (8 * $0)) }
                // Looking at the newest event only: this is asked after each of them.
                _ = await gateB.log.wait { events -> Bool? in
                    if case .frame(_, last) = events.last { true } else { nil }
                }
                let numbers = await gateB.log.frames(count).map { frame in
                    frame.reversed().reduce(0) { $0 << 8 | Int($1) }
                }
                #expect(numbers == Array(0..<count))
            }
        }
    }

    @Test func whatWasSentBeforeAClosingArrives() async throws {
        try await Peer.with(1) { gateA in
            try await Peer.with(2) { gateB in
                gateA.dial(gateB)
                let link = await gateA.log.linkUp().link
                #expect(gateA.transport.send([1, 2, 3], to: link))
                gateA.transport.close(link, reason: "enough")
                #expect(!gateA.transport.send([4], to: link))
                let reason = await gateA.log.linkDown(link)
                #expect(reason == "enough")
                let otherReason = await gateB.log.linkDown()
                #expect(otherReason == FailureReason.closedByPeer)
                let frames = await gateB.log.frames(1)
                #expect(frames == [[1, 2, 3]])
                #expect(!gateA.transport.send([4], to: link))
            }
        }
    }

    @Test func framesThatCannotBeAreNotSent() async throws {
        try await Peer.with(1) { gateA in
            try await Peer.with(2) { gateB in
                gateA.dial(gateB)
                let link = await gateA.log.linkUp().link
                let limit = gateA.transport.configuration.limits.maximumFrameBytes
                #expect(!gateA.transport.send([], to: link))
                #expect(!gateA.transport.send([UInt8](repeating: 0, count: limit + 1), to: link))
                #expect(!gateA.transport.send([1], to: LinkID(rawValue: 999)))
                #expect(gateA.transport.send([1], to: link))
                let frames = await gateB.log.frames(1)
                #expect(frames == [[1]])
            }
        }
    }

    @Test func aClosingFromTheHandlerStopsTheRestOfTheInput() async throws {
        try await Peer.with(1) { gateA in
            try await Peer.with(
                2,
                answer: { transport, event in
                    if case .frame(let link, _) = event { transport.close(link, reason: "one") }
                }
            ) { gateB in
                gateA.dial(gateB)
                let link = await gateA.log.linkUp().link
                for number in 0..<100 { gateA.transport.send([UInt8(number)], to: link) }
                let reason = await gateB.log.linkDown()
                #expect(reason == "one")
                let frames = await gateB.log.frames(1)
                #expect(frames == [[0]])
            }
        }
    }

    @Test func shutdownSendsGoodbye() async throws {
        try await Peer.with(1) { gateA in
            try await Peer.with(2) { gateB in
                gateA.dial(gateB)
                let link = await gateA.log.linkUp().link
                _ = await gateB.log.linkUp()
                gateA.transport.send([9], to: link)
                await gateA.transport.shutdown()
                #expect(
                    gateA.log.events.last
                        == .linkDown(link, gateB.key, reason: FailureReason.shutDown))
                let frames = await gateB.log.frames(1)
                #expect(frames == [[9]])
                let reason = await gateB.log.linkDown()
                #expect(reason == FailureReason.closedByPeer)
            }
        }
    }

    @Test func aSlowReaderHitsTheBoundAndIsClosed() async throws {
        var limits = TransportLimits()
        limits.maximumOutgoingBytes = 512 << 10
        limits.slowLinkTimeout = .milliseconds(50)
        try await Peer.with(1, limits: limits) { gateA in
            let slow = try await RawClient.tls(to: gateA, seed: Peer.seed(2))
            let link = await gateA.log.linkUp().link
            try await slow.channel.setOption(.autoRead, value: false).get()
            let frame = [UInt8](repeating: 1, count: 64 << 10)
            var wasRefused = false
            while !gateA.log.events.contains(where: { $0.isDown }) {
                if !gateA.transport.send(frame, to: link) {
                    wasRefused = true
                    await Task.yield()
                }
            }
            #expect(wasRefused)
            let reason = await gateA.log.linkDown(link)
            #expect(reason.contains("too slowly"))
            slow.close()
        }
    }
}

extension TransportEvent {
    var isDown: Bool { if case .linkDown = self { true } else { false } }
}
