import MeshLedger
import MeshModel
import Testing

@Suite struct StateTests {
    let day = VenueDay()

    @Test func nothingCountsBeforeItIsAcknowledged() {
        var ledger = Ledger(charter: charter)
        ledger.insertAll([day.start, day.imports, day.first])
        #expect(ledger.state.catalogue.count == 0)
        #expect(ledger.applied == nil)
        #expect(ledger.tip == day.first.position)
        #expect(ledger.tipHash == day.first.hash)
    }

    @Test func aPrefixIsFolded() {
        var ledger = Ledger(charter: charter)
        ledger.insertAll([day.start, day.imports, day.first])
        ledger.commit(day.imports.position)
        #expect(ledger.state.catalogue.count == 2)
        #expect(ledger.state.redeemedCount == 0)
        #expect(ledger.state.requests[id(10)] == .imported(ImportCounts(added: 2)))
        ledger.commit(day.first.position)
        #expect(ledger.state.redeemedCount == 1)
        #expect(ledger.state.catalogue[id(1)]?.uses.count == 1)
        #expect(ledger.state.catalogue[id(1)]?.first(on: 0) == FirstUse(at: 11, kiosk: kiosk(1)))
        #expect(ledger.unapplied.isEmpty)
        // An older mark, the same one, or one that is not held in full takes nothing back.
        let state = ledger.state
        ledger.commit(day.imports.position)
        ledger.commit(day.first.position)
        ledger.commit(Position(chain: day.first.body.chain, length: 99))
        ledger.commit(Position(chain: chain(7, by: 7), length: 1))
        #expect(ledger.state == state)
        #expect(ledger.applied == day.first.position)
    }

    @Test func blocksBeyondTheCutAreVoid() {
        var ledger = Ledger(charter: charter)
        ledger.insertAll(day.blocks)
        #expect(ledger.cut(of: day.start.body.chain) == 3)
        #expect(ledger.cut(of: day.second.body.chain) == 2)
        ledger.commit(day.second.position)
        // Ticket 2 was redeemed in the void tail, and again by the next host: that one counts.
        #expect(ledger.state.requests[id(12)] == nil)
        #expect(ledger.state.requests[id(13)] == nil)
        #expect(ledger.state.catalogue[id(1)]?.uses.count == 1)
        #expect(ledger.state.catalogue[id(2)]?.uses.count == 1)
        #expect(ledger.state.catalogue[id(2)]?.first(on: 0) == FirstUse(at: 14, kiosk: kiosk(2)))
        #expect(ledger.state.redeemedCount == 2)
        // Void blocks stay in the log as evidence.
        #expect(ledger.length(of: day.start.body.chain) == 5)
        #expect(ledger.recordCount == 5)
        #expect(ledger.unapplied.isEmpty)
    }

    @Test func aVoidTailThatComesLateChangesNoState() {
        var ledger = Ledger(charter: charter)
        ledger.insertAll([day.start, day.imports, day.first, day.secondStart, day.second])
        ledger.commit(day.second.position)
        let state = ledger.state
        #expect(ledger.insert(day.lost) == .added)
        #expect(ledger.insert(day.lostToo) == .added)
        ledger.commit(day.lostToo.position)
        #expect(ledger.state == state)
        #expect(ledger.applied == day.second.position)
        #expect(ledger.cut(of: day.lost.body.chain) == 3)
    }

    @Test func theCutOfAnOlderEpochIsWhatItsSuccessorGave() {
        // A third reign builds on the second: the first chain's cut stays 3.
        let third = day.second.inherited(5, by: 3)
        var ledger = Ledger(charter: charter)
        ledger.insertAll(day.blocks + [third])
        #expect(ledger.cut(of: day.start.body.chain) == 3)
        #expect(ledger.cut(of: day.second.body.chain) == 2)
        #expect(ledger.cut(of: third.body.chain) == 1)
        #expect(ledger.tip == third.position)
    }

    @Test func theCommitMarkInABlockFoldsWhatItNames() {
        var ledger = Ledger(charter: charter)
        let marked = day.first.next([], committed: day.imports.position)
        ledger.insertAll([day.start, day.imports, day.first, marked])
        #expect(ledger.applied == day.imports.position)
        #expect(ledger.state.catalogue.count == 2)
        #expect(ledger.state.redeemedCount == 0)
    }

    @Test func theRosterAndTokensFollowTheLog() {
        let token = JoinToken(id: id(50), verifier: .zero, uses: 2, expires: 9)
        let entry = RosterEntry(kiosk: kiosk(2), name: "b", tlsKey: .zero, hasStorage: true)
        let admission = Admission(request: id(52), entry: entry, token: token.id)
        let block = founding().next([
            .tokenCreated(request: id(51), token: token), .admission(admission),
            .unknownCodes(kiosk: kiosk(2), minute: 5, count: 41),
        ])
        let revoking = block.next([
            .revocation(request: id(53), kiosk: kiosk(2)),
            .tokenRevoked(request: id(54), token: token.id),
        ])
        var ledger = Ledger(charter: charter)
        ledger.insertAll([founding(), block, revoking])
        ledger.commit(block.position)
        #expect(ledger.state.roster.admits(kiosk(2)))
        #expect(ledger.state.tokens[token.id]?.used == 1)
        #expect(ledger.state.requests[id(52)] == .admitted(entry))
        #expect(ledger.state.unknownCodeCount == 41)
        ledger.commit(revoking.position)
        #expect(!ledger.state.roster.admits(kiosk(2)))
        #expect(ledger.state.roster[kiosk(2)]?.isRevoked == true)
        #expect(ledger.state.tokens[token.id]?.isRevoked == true)
        #expect(ledger.state.requests[id(53)] == .done)
    }

    @Test func anImportKeepsWhatHappenedToATicket() {
        var changed = ticket(1, entries: 2)
        changed.seat = "4"
        changed.credentials = [Credential(kind: .qr, hash: id(77))]
        let update = day.first.next([imported([changed], request: 20)])
        var ledger = Ledger(charter: charter)
        ledger.insertAll([day.start, day.imports, day.first, update])
        ledger.commit(update.position)
        #expect(ledger.state.catalogue[id(1)]?.uses.count == 1)
        #expect(ledger.state.catalogue[id(1)]?.ticket.seat == "4")
        #expect(ledger.state.catalogue.find(id(1001), kind: nil).isEmpty)
        #expect(ledger.state.catalogue.find(id(77), kind: .qr) == [id(1)])
        #expect(ledger.state.catalogue.find(id(77), kind: .serial).isEmpty)
    }
}

@Suite struct RecentBlocksTests {
    @Test func keepsTheNewest() {
        var ledger = Ledger(charter: charter)
        var block = founding()
        var all = [block]
        _ = ledger.insert(block)
        for _ in 0..<RecentBlocks.maximumCount * 2 {
            block = block.next()
            all.append(block)
            _ = ledger.insert(block)
        }
        let kept = all.suffix(RecentBlocks.maximumCount)
        for block in kept { #expect(ledger.recent[block.position] == block) }
        for block in all.dropLast(RecentBlocks.maximumCount) {
            #expect(ledger.recent[block.position] == nil)
        }
    }
}
