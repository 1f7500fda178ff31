import MeshLedger
import MeshModel
import MeshNode
import Testing

@testable import MeshWire

@Suite struct RoundTripTests {
    @Test(arguments: FrameSamples.all.map(\.name)) func frame(_ name: String) throws {
        let frame = try #require(FrameSamples.all.first { $0.name == name }).frame
        let bytes = Cast.codec(Cast.a).encode(frame, to: Cast.b.kiosk)
        let read = try Cast.decodeAtB(bytes)
        #expect(read == frame)
        #expect(Cast.codec(Cast.a).encode(read, to: Cast.b.kiosk) == bytes)
        if case .node(.append(let sent)) = frame, case .node(.append(let append)) = read {
            // Blocks compare by hash alone.
            #expect(append.blocks.map(\.body) == sent.blocks.map(\.body))
            #expect(append.blocks.map(\.bytes) == sent.blocks.map(\.bytes))
        }
    }

    /// A message kind that is added must be sampled here.
    @Test func everyFieldOfAMessageIsSampled() throws {
        var fields: [UInt64] = []
        for sample in FrameSamples.all {
            let payload = serialized(PBMessage(sample.frame))
            // The tag of the only field: its number above three bits of wire type.
            var tag = UInt64(payload[0] & 127)
            if payload[0] > 127 { tag |= UInt64(payload[1]) << 7 }
            if !fields.contains(tag >> 3) { fields.append(tag >> 3) }
        }
        #expect(fields.sorted() == Array(1...26))
    }

    @Test(arguments: Sample.records.map(\.name)) func record(_ name: String) throws {
        let record = try #require(Sample.records.first { $0.name == name }).record
        let block = Sample.seal(Sample.body([record]))
        let read = try Cast.codec(Cast.b).blocks.open(block.bytes)
        #expect(read.body.records == [record])
        #expect(read.hash == block.hash)
    }

    @Test func everyStatusAndReason() throws {
        for status: TicketStatus in [.paid, .unpaid, .canceled, .blocked] {
            var ticket = Sample.ticket
            ticket.status = status
            ticket.validFrom = nil
            ticket.validUntil = 0
            #expect(try decode(PBTicket(ticket)) == ticket)
        }
        for reason in Reason.allCases {
            let decision = Sample.decision(.rejected(reason))
            #expect(try decode(PBDecision(decision)) == decision)
        }
    }

    @Test func theFirstBlockOfAMesh() throws {
        let body = BlockBody(
            chain: Cast.chain(1), sequence: 0, parent: nil, parentHash: Cast.filled(0x60))
        let read = try Cast.codec(Cast.b).blocks.open(Sample.seal(body).bytes)
        #expect(read.body == body)
    }

    @Test func theHashOfAStoredBlockIsTheHashOfItsPayload() {
        let block = Sample.seal(Sample.start)
        #expect(BlockCodec.hash(ofStored: block.bytes) == block.hash.bytes)
        #expect(block.hash == blake2b256(SignedBlockBytes(block.bytes)?.payload ?? []))
        #expect(BlockCodec.hash(ofStored: [0xFF]) == nil)
    }

    /// The frequent messages have a codec of their own: it must not be told from the general one.
    @Test func theHandWrittenMessagesAreTheProtosBytes() throws {
        var frequent: [String] = []
        for sample in FrameSamples.all {
            guard case .node(let message) = sample.frame else { continue }
            let general = serialized(PBMessage(sample.frame))
            if let payload = frequentPayload(message) {
                frequent.append(sample.name)
                #expect(payload == general, "\(sample.name)")
            }
            if let read = frequentMessage(general) {
                #expect(read == message, "\(sample.name)")
            }
        }
        #expect(
            frequent == [
                "appended", "heartbeat-without-register", "heartbeat-reply", "want",
                "want-everything", "vector",
            ])
    }

    @Test func theHandWrittenEnvelopesAreTheProtosBytes() throws {
        let block = Sample.seal(Sample.start)
        let signed: PBSignedBlock = try parse(block.bytes, "block")
        #expect(serialized(signed) == block.bytes)
        let frame = Cast.codec(Cast.a).encode(.node(.prepare(epoch: 4)), to: Cast.b.kiosk)
        let envelope: PBEnvelope = try parse(frame, "frame")
        #expect(serialized(envelope) == frame)
        #expect(envelope.signature.count == 64)
    }
}
