import MeshLedger
import MeshModel
import Testing

@Suite struct InsertionTests {
    let day = VenueDay()

    @Test func everyOrderGivesTheSameLedger() {
        var expected = Ledger(charter: charter)
        expected.insertAll(day.blocks)
        expected.commit(day.second.position)
        for order in permutations(of: day.blocks) {
            var ledger = Ledger(charter: charter)
            ledger.insertAll(order + order)
            #expect(ledger.vector == expected.vector)
            #expect(ledger.digest == expected.digest)
            #expect(ledger.chains == expected.chains)
            #expect(ledger.recordCount == expected.recordCount)
            ledger.commit(day.second.position)
            #expect(ledger.state == expected.state)
            #expect(ledger.applied == expected.applied)
        }
    }

    @Test func aDuplicateChangesNothing() {
        var ledger = Ledger(charter: charter)
        ledger.insertAll(day.blocks)
        let digest = ledger.digest
        for block in day.blocks { #expect(ledger.insert(block) == .known) }
        #expect(ledger.digest == digest)
        #expect(ledger.blockCount == 7)
    }

    @Test func differentLogsHaveDifferentDigests() {
        var digests: [UInt64] = [0]
        var ledger = Ledger(charter: charter)
        for block in day.blocks {
            _ = ledger.insert(block)
            #expect(!digests.contains(ledger.digest))
            digests.append(ledger.digest)
        }
    }

    @Test func namesWhatIsMissing() {
        var ledger = Ledger(charter: charter)
        #expect(ledger.insert(day.imports) == .missing([entry(1, by: 1, 1)]))
        #expect(ledger.insert(day.second) == .missing([entry(2, by: 2, 1)]))
        _ = ledger.insert(day.start)
        #expect(ledger.insert(day.lostToo) == .missing([entry(1, by: 1, 4)]))
        // An epoch start needs the log it builds on and every chain its author had seen.
        #expect(
            ledger.insert(day.secondStart)
                == .missing([entry(1, by: 1, 3), entry(1, by: 1, 3)]))
        #expect(ledger.blockCount == 1)
    }

    @Test func aChainSeenIsADependencyEvenOffThePath() {
        // Kiosk 3 was elected in between and wrote only its start: void, but seen by kiosk 2.
        let stray = day.first.inherited(2, by: 3)
        let start = day.first.inherited(3, by: 2, seen: [entry(2, by: 3, 1)])
        var ledger = Ledger(charter: charter)
        ledger.insertAll([day.start, day.imports, day.first])
        #expect(ledger.insert(start) == .missing([entry(2, by: 3, 1)]))
        #expect(ledger.insert(stray) == .added)
        #expect(ledger.insert(start) == .added)
        #expect(ledger.cut(of: stray.body.chain) == nil)
        #expect(ledger.cut(of: day.start.body.chain) == 3)
    }

    @Test func linksThatDoNotFitAreKeptOut() {
        var ledger = Ledger(charter: charter)
        let stranger = founding(9, charter: .zero)
        #expect(isConflict(ledger.insert(stranger)))
        ledger.insertAll([day.start, day.imports, day.first])
        // A block that skips over the one held.
        var torn = day.first.next().body
        torn.parentHash = day.imports.hash
        #expect(isConflict(ledger.insert(seal(torn))))
        // An epoch start that names another block at its parent's place.
        var forged = day.first.inherited(2, by: 2).body
        forged.parentHash = day.imports.hash
        #expect(isConflict(ledger.insert(seal(forged))))
        forged.parent = day.imports.position
        #expect(ledger.insert(seal(forged)) == .added)
    }

    @Test func anEpochStartBuildsOnAnEarlierEpoch() {
        var ledger = Ledger(charter: charter)
        ledger.insertAll([day.start, day.imports])
        #expect(isConflict(ledger.insert(day.imports.inherited(1, by: 2))))
        #expect(isConflict(ledger.insert(day.imports.inherited(0, by: 2))))
        #expect(ledger.blockCount == 2)
    }

    @Test func aForkIsRefused() {
        var ledger = Ledger(charter: charter)
        ledger.insertAll(day.blocks)
        let digest = ledger.digest
        let atTheEnd = day.secondStart.next([redeemed(1, request: 66)])
        let before = day.imports.next([redeemed(2, request: 67)])
        let anotherStart = day.imports.inherited(2, by: 2)
        for fork in [atTheEnd, before, anotherStart] {
            #expect(isConflict(ledger.insert(fork)))
        }
        #expect(ledger.digest == digest)
    }

    private func entry(
        _ epoch: Epoch, by origin: UInt8, _ length: UInt64
    ) -> VersionVector.Entry {
        VersionVector.Entry(chain: chain(epoch, by: origin), length: length)
    }

    private func isConflict(_ insertion: Ledger.Insertion) -> Bool {
        if case .conflicting = insertion { return true }
        return false
    }
}
