import MeshConsensus
import MeshModel
import Testing

/// Blocks that kiosks 1 (the host), 2, 3 have fsynced, of those written; who is required; what is
/// acknowledged.
struct Progress: Sendable, CustomTestStringConvertible {
    let durable: [UInt64]
    var written: UInt64 = 9
    var required: [UInt8] = [1, 2, 3]
    var dropping: DroppedRules = []
    let committed: UInt64
    var testDescription: String { "\(durable) of \(written), \(required): \(committed)" }
}

@Suite struct ReplicationTests {
    static let table: [Progress] = [
        Progress(durable: [0, 0, 0], committed: 0),
        Progress(durable: [9, 9, 0], committed: 0),
        Progress(durable: [9, 4, 7], committed: 4),
        Progress(durable: [2, 4, 7], committed: 2),
        Progress(durable: [9, 9, 9], committed: 9),
        Progress(durable: [12, 12, 12], committed: 9),
        Progress(durable: [9, 4, 0], required: [1, 2], committed: 4),
        Progress(durable: [5, 0, 0], required: [1], committed: 5),
        Progress(durable: [9, 4, 7], dropping: .waitForTheWholeSet, committed: 9),
        Progress(durable: [9, 4, 7], dropping: .notMerelyAMajority, committed: 7),
        Progress(durable: [0, 4, 7], dropping: .fsyncAtHost, committed: 4),
        Progress(durable: [0], required: [1], dropping: .fsyncAtHost, committed: 9),
    ]

    @Test(arguments: table) func theSlowestRequiredDiskDecides(_ row: Progress) {
        var replication = replication()
        for (index, durable) in row.durable.enumerated() {
            replication.acknowledge(member(UInt8(index + 1)), durable: durable)
        }
        let grew = replication.advance(
            required: row.required.map { member($0) }, host: member(1), written: row.written,
            dropping: row.dropping)
        #expect(replication.committed == row.committed)
        #expect(grew == (row.committed > 0))
    }

    @Test func neverGoesBack() {
        var replication = replication()
        replication.acknowledge(member(1), durable: 5)
        #expect(advance(&replication, [1]))
        replication.acknowledge(member(1), durable: 3)
        #expect(replication[member(1)].durable == 5)
        // A member added later has to catch up before anything more is acknowledged.
        #expect(!advance(&replication, [1, 2]))
        #expect(replication.committed == 5)
        replication.acknowledge(member(1), durable: 7)
        #expect(!advance(&replication, [1, 2]))
        replication.acknowledge(member(2), durable: 6)
        #expect(advance(&replication, [1, 2]))
        #expect(replication.committed == 6)
    }

    @Test func aWipedLogsAcknowledgementsAreNotItsSuccessors() {
        var replication = replication()
        replication.acknowledge(member(1), durable: 5)
        replication.acknowledge(member(2, 1), durable: 5)
        let required = [member(1), member(2, 9)]
        let grew = replication.advance(
            required: required, host: member(1), written: 5, dropping: [])
        #expect(!grew)
        let grewByTheBug = replication.advance(
            required: required, host: member(1), written: 5, dropping: .incarnations)
        #expect(grewByTheBug)
    }

    private func replication() -> Replication {
        Replication(chain: ChainID(origin: kiosk(1), incarnation: 1, epoch: 1))
    }

    private func advance(_ replication: inout Replication, _ required: [UInt8]) -> Bool {
        replication.advance(
            required: required.map { member($0) }, host: member(1), written: 9, dropping: [])
    }
}
