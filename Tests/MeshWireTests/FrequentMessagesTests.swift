import MeshLedger
import MeshModel
import MeshNode
import SwiftProtobuf
import Testing

@testable import MeshWire

/// What is written and read by hand must be what the generated code writes and reads.
@Suite struct FrequentMessagesTests {
    static let messages: [MeshMessage] = [
        .heartbeat(heartbeat(0, false)), .heartbeat(heartbeat(1, true)),
        .heartbeat(heartbeat(.max, true)), .heartbeatReply(reply(0, false)),
        .heartbeatReply(reply(200, true)), .heartbeatReply(reply(.max, true)),
        .appended(epoch: 0, logIncarnation: 0, length: 0),
        .appended(epoch: 3, logIncarnation: .max, length: 128),
        .want([]), .want(entries), .vector(VersionVector()), .vector(VersionVector(entries)),
    ]

    private static let entries: [VersionVector.Entry] = [0, 1, 127, 128, 1 << 40, .max].map {
        VersionVector.Entry(
            chain: ChainID(origin: KioskID(.zero), incarnation: $0, epoch: $0),
            length: max(1, $0))
    }

    private static func heartbeat(_ number: UInt64, _ flag: Bool) -> Heartbeat {
        Heartbeat(
            epoch: number, sentAt: Tick(nanoseconds: number), length: number, committed: number,
            logIncarnation: number, isServing: flag, digest: number, rosterVersion: number,
            register: nil)
    }

    private static func reply(_ number: UInt64, _ flag: Bool) -> HeartbeatReply {
        HeartbeatReply(
            epoch: number, sentAt: Tick(nanoseconds: number), voteIncarnation: number,
            logIncarnation: number, hasStorage: flag, length: number, digest: number,
            registerEpoch: number, registerVersion: number, rosterVersion: number)
    }

    @Test(arguments: messages) func theBytesAreThoseOfTheGeneratedCode(_ message: MeshMessage) {
        let general: [UInt8] = serialized(PBMessage(.node(message)))
        #expect(frequentPayload(message) == general)
        #expect(frequentMessage(general) == message)
    }

    @Test(arguments: messages) func theGeneratedCodeReadsThem(_ message: MeshMessage) throws {
        let payload = try #require(frequentPayload(message))
        let codec = Cast.codec(Cast.a)
        let frame = try codec.decode(
            PBMessage(serializedBytes: payload), from: Cast.b.kiosk, knows: { _ in true })
        #expect(frame == .node(message))
    }

    /// Never another message than the generated code gives; where that refuses, so does this.
    @Test(arguments: messages) func alteredBytesGiveTheSame(_ message: MeshMessage) throws {
        let payload = try #require(frequentPayload(message))
        let codec = Cast.codec(Cast.a)
        for at in payload.indices {
            for bit in 0..<8 {
                var altered = payload
                altered[at] ^= UInt8(1 << bit)
                guard let found = frequentMessage(altered) else { continue }
                let frame = try codec.decode(
                    PBMessage(serializedBytes: altered), from: Cast.b.kiosk, knows: { _ in true })
                #expect(frame == .node(found))
            }
        }
    }
}
