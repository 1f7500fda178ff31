import MeshLedger
import MeshModel
import Testing

@testable import MeshSync

@Suite struct SegmentSyncTests {
    /// A server with two pages of `gala`.
    private func server(_ call: SyncCall) -> SyncResult? {
        switch call {
        case .connect: .connected(sealedToken: [], batch: 1)
        case .describe: .described([Bench.event("gala")])
        case .page(_, ""):
            .page(
                SyncPage(
                    tickets: [Bench.ticket(1), Bench.ticket(2)], cursor: "2", isComplete: false,
                    expected: 3))
        case .page(_, "2"):
            .page(
                SyncPage(
                    tickets: [Bench.ticket(3)], cursor: "since", isComplete: true, expected: 3))
        case .page:
            .page(SyncPage(tickets: [], cursor: "since", isComplete: true, expected: 3))
        case .send(let facts): .sent(facts.map { Receipt(fact: $0, result: .sent) }, nil)
        case .mark: .marked(changed: [], next: nil)
        case .record: nil
        }
    }

    private func ready() -> Bench {
        var bench = Bench(Bench.grant(1))
        bench.run(server)
        return bench
    }

    @Test func theStepsComeInThePatentsOrder() {
        let bench = ready()
        #expect(
            bench.steps == [
                "acquire", "lookup", "mark", "gala:download", "gala:download", "gala:detect",
                "gala:ready", "ready",
            ])
        #expect(bench.segment.isReady && bench.segment.part("gala")?.stored == 3)
        #expect(bench.sync.problem == nil && bench.sync.lastDownload != nil)
    }

    @Test func anotherHostGoesOnWhereTheLogStands() {
        var bench = Bench(Bench.grant(1))
        bench.run { if case .page(_, "2") = $0 { nil } else { self.server($0) } }
        #expect(bench.segment.part("gala")?.progress.cursor == "2")
        bench.sync = SegmentSync()
        bench.calls = []
        bench.run(server)
        #expect(bench.segment.isReady)
        #expect(!bench.calls.contains(.page(Bench.event("gala"), cursor: "")))
    }

    @Test func whatIsCompleteIsAskedForChangesNowAndThen() {
        var bench = ready()
        bench.calls = []
        bench.run(server)
        #expect(bench.calls.isEmpty)
        bench.pass(SegmentSync.deltaInterval)
        bench.run(server)
        // Nothing new is not worth a record.
        #expect(bench.calls == [.page(Bench.event("gala"), cursor: "since")])
    }

    @Test func aRoundOfChangesEndsAtItsLastPage() {
        var bench = ready()
        // A round of two pages; its host dies after the first.
        func change(_ call: SyncCall) -> SyncResult? {
            switch call {
            case .page(_, "since"):
                .page(
                    SyncPage(
                        tickets: [Bench.ticket(4)], cursor: "within", isComplete: false,
                        expected: 5))
            case .page(_, "within"):
                .page(SyncPage(tickets: [], cursor: "later", isComplete: true, expected: 4))
            default: server(call)
            }
        }
        bench.pass(SegmentSync.deltaInterval)
        bench.run { if case .page(_, "within") = $0 { nil } else { change($0) } }
        #expect(bench.segment.part("gala")?.progress.cursor == "within")
        bench.sync = SegmentSync()
        bench.run(change)
        #expect(bench.segment.part("gala")?.progress.cursor == "later")
    }

    @Test func fewerTicketsThanTheServerCountsOpenNothing() throws {
        var bench = Bench(Bench.grant(1))
        func short(_ call: SyncCall) -> SyncResult? {
            guard case .page = call else { return server(call) }
            return .page(
                SyncPage(
                    tickets: [Bench.ticket(1)], cursor: "since", isComplete: true, expected: 3))
        }
        bench.run(short)
        #expect(!bench.segment.isReady)
        let problem = try #require(bench.sync.problem)
        #expect(problem.message.contains("counts 3 tickets") && problem.isTransient)
        #expect(bench.segment.part("gala")?.progress.cursor == "")
        bench.run(server)
        #expect(!bench.segment.isReady, "it waits before it asks again")
        bench.pass(SegmentSync.firstRetry)
        bench.run(server)
        #expect(bench.segment.isReady && bench.sync.problem == nil)
    }

    @Test func waitsDoubleUpToAMinute() {
        var bench = Bench(Bench.grant(1))
        func count(for span: Span64) -> Int {
            bench.calls = []
            for _ in 0..<(span.nanoseconds / 1_000_000_000) {
                bench.run { _ in .failed(SyncProblem("away", hint: "")) }
                bench.pass(.seconds(1))
            }
            return bench.calls.count
        }
        // After 0, 1, 3, 7, 15, 31 and 63 s; then every minute.
        #expect(count(for: .seconds(64)) == 7)
        #expect(count(for: .seconds(600)) == 10)
        bench.sync.order(download: true, upload: false)
        bench.calls = []
        bench.run { _ in .failed(SyncProblem("busy", hint: "", retryAfter: .seconds(5000))) }
        #expect(bench.calls.count == 1, "an order is tried at once")
        #expect(bench.sync.wantsDownload, "and stays")
        #expect(count(for: .seconds(599)) == 0)
        #expect(count(for: .seconds(10)) == 1)
    }

    @Test func aProblemStaysUntilTheServerAnswers() {
        var bench = ready()
        bench.pass(SegmentSync.deltaInterval)
        bench.run { _ in .failed(SyncProblem("away", hint: "")) }
        bench.pass(SegmentSync.firstRetry)
        // The connection is there still: a second try does not make it well.
        bench.run { if case .page = $0 { nil } else { self.server($0) } }
        #expect(bench.sync.problem?.message == "away")
        bench.sync.take(
            .page(SyncPage(tickets: [], cursor: "since", isComplete: true, expected: 3)),
            bench.segment, at: bench.now)
        #expect(bench.sync.problem == nil)
    }

    @Test func anotherGrantIsTriedAtOnce() {
        var bench = Bench(Bench.grant(1))
        for _ in 0..<5 {
            bench.run { _ in .failed(SyncProblem("no such server", hint: "")) }
            bench.pass(.seconds(60))
        }
        bench.run { _ in .failed(SyncProblem("no such server", hint: "")) }
        bench.give(Bench.grant(2))
        bench.run(server)
        #expect(bench.segment.isReady && bench.sync.problem == nil)
    }

    @Test func whatFailedUnderAFormerGrantIsNoProblemOfThisOne() {
        var bench = Bench(Bench.grant(1))
        bench.run { if case .connect = $0 { nil } else { self.server($0) } }
        bench.give(Bench.grant(2))
        bench.sync.take(
            .failed(SyncProblem("broken off", hint: "")), bench.segment, at: bench.now)
        #expect(bench.sync.problem == nil)
        bench.run(server)
        #expect(bench.segment.isReady)
    }

    @Test func anOrderThatComesDuringADownloadIsForAnother() throws {
        var bench = Bench(Bench.grant(1))
        bench.run { if case .page(_, "2") = $0 { nil } else { self.server($0) } }
        bench.sync.order(download: true, upload: false)
        bench.sync.take(
            try #require(server(.page(Bench.event("gala"), cursor: "2"))), bench.segment,
            at: bench.now)
        bench.calls = []
        bench.run(server)
        #expect(bench.segment.isReady && bench.sync.wantsDownload)
        bench.calls = []
        bench.run(server)
        #expect(bench.calls.count { $0 == .describe } == 1 && !bench.sync.wantsDownload)
    }

    // MARK: a changed grant

    /// Every ticket is marked another way, one at a time.
    private func marking(_ call: SyncCall) -> SyncResult? {
        guard case .mark(_, let place) = call else { return server(call) }
        return .marked(
            changed: [Bench.ticket(UInt64(place) + 1, digest: 2)],
            next: place < 2 ? place + 1 : nil)
    }

    private func digests(_ bench: Bench) -> [UInt64?] {
        (1...3).map { bench.state.catalogue[Key16(high: 0, low: $0)]?.ticket.contentDigest }
    }

    @Test func aChangedGrantMarksWhatIsHereBeforeTheServerIsAsked() {
        var bench = ready()
        bench.give(Bench.grant(2, products: ["VIP"]))
        bench.calls = []
        bench.run { call in
            if case .connect = call { return .failed(SyncProblem("away", hint: "")) }
            return self.marking(call)
        }
        #expect(bench.segment.isReady && digests(bench) == [2, 2, 2])
        #expect(bench.steps == ["gala:mark", "gala:mark", "gala:mark", "gala:ready", "ready"])
    }

    @Test func whatAHostLeftHalfMarkedIsMarkedFromTheBeginning() {
        var bench = ready()
        bench.give(Bench.grant(2, products: ["VIP"]))
        bench.run { if case .mark(_, 1) = $0 { nil } else { self.marking($0) } }
        #expect(digests(bench) == [2, 1, 1] && !bench.segment.isReady)
        bench.sync = SegmentSync()
        bench.run(marking)
        #expect(digests(bench) == [2, 2, 2] && bench.segment.isReady)
    }

    @Test func aRoundEndsWithItsGrant() {
        var bench = ready()
        _ = bench.redeem(1)
        bench.sync.order(download: true, upload: true)
        // The grant changes while receipts are being recorded.
        var call = bench.sync.next(bench.segment, at: bench.now)
        while let next = call {
            if case .record(.receipts(let receipts)) = next {
                bench.add(.receipts(request: Key16(high: 0, low: 0), receipts))
                bench.give(Bench.grant(2, products: ["VIP"]))
                bench.sync.take(.recorded, bench.segment, at: bench.now)
                break
            }
            guard let result = server(next) else { break }
            bench.sync.take(result, bench.segment, at: bench.now)
            call = bench.sync.next(bench.segment, at: bench.now)
        }
        bench.calls = []
        bench.run(marking)
        #expect(bench.calls.first == .mark(Bench.event("gala"), from: 0))
        #expect(digests(bench) == [2, 2, 2] && bench.segment.isReady)
    }

    @Test func marksOfAGrantThatChangedMeanwhileCountForNothing() {
        var bench = ready()
        bench.give(Bench.grant(2, products: ["VIP"]))
        let call = bench.sync.next(bench.segment, at: bench.now)
        #expect(call == .mark(Bench.event("gala"), from: 0))
        bench.give(Bench.grant(3))
        bench.sync.take(
            .marked(changed: [Bench.ticket(1, digest: 7)], next: nil), bench.segment,
            at: bench.now)
        bench.calls = []
        bench.run(marking)
        #expect(digests(bench) == [2, 2, 2] && bench.segment.isReady)
    }

    @Test func anEventThatBecameReadyMeanwhileDoesNotShortenTheNext() throws {
        var bench = Bench(Bench.grant(1, events: nil))
        let events = ["ball", "gala"]
        func server(_ call: SyncCall) -> SyncResult? {
            switch call {
            case .describe: return .described(events.map { Bench.event($0) })
            case .page(let event, _):
                let first: UInt64 = event.slug == "ball" ? 1 : 4
                return .page(
                    SyncPage(
                        tickets: (first..<(first + 3)).map {
                            Bench.ticket($0, event: event.slug)
                        }, cursor: "since", isComplete: true, expected: 3))
            default: return self.server(call)
            }
        }
        bench.run(server)
        #expect(bench.segment.isReady)
        bench.give(Bench.grant(2, events: nil, products: ["VIP"]))
        #expect(
            bench.sync.next(bench.segment, at: bench.now) == .mark(Bench.event("ball"), from: 0))
        // The host before had marked it all; its last record counts from now on.
        var progress = try #require(bench.segment.part("ball")).progress
        progress.grant = 2
        bench.add(.page(request: Key16(high: 0, low: 0), SegmentPage(progress: progress)))
        bench.sync.take(.marked(changed: [], next: 2), bench.segment, at: bench.now)
        #expect(
            bench.sync.next(bench.segment, at: bench.now) == .mark(Bench.event("gala"), from: 0))
    }

    @Test func aGrantThatChangesDuringADownloadMarksWhatWasRead() {
        var bench = Bench(Bench.grant(1))
        bench.run { if case .page(_, "2") = $0 { nil } else { self.server($0) } }
        bench.give(Bench.grant(2, products: ["VIP"]))
        bench.sync = SegmentSync()
        bench.calls = []
        bench.run { call in
            guard case .mark(_, let place) = call else { return self.server(call) }
            return .marked(
                changed: [Bench.ticket(UInt64(place) + 1, digest: 2)],
                next: place == 0 ? 1 : nil)
        }
        #expect(digests(bench) == [2, 2, 1])
        #expect(!bench.calls.contains(.page(Bench.event("gala"), cursor: "")))
        #expect(bench.segment.isReady)
    }

    @Test func underACouriersGrantNoServerIsAsked() {
        var bench = ready()
        bench.give(Bench.grant(2, products: ["VIP"], upload: .courier))
        bench.calls = []
        bench.pass(.seconds(100))
        bench.run(marking)
        #expect(bench.segment.isReady && !bench.calls.contains(.connect))
        bench.calls = []
        bench.pass(.seconds(100))
        bench.run(marking)
        #expect(bench.calls.isEmpty)
    }

    @Test func whatAGrantNamesMustBeThere() {
        var bench = Bench(Bench.grant(1, events: ["gala", "ball"]))
        bench.run(server)
        #expect(bench.sync.problem?.message.contains("event ball") == true)
        #expect(bench.sync.problem?.isTransient == false && !bench.segment.isReady)
    }

    // MARK: facts

    @Test func factsGoBeforeTheDownloadAndOnlyWhereTheyAreWanted() {
        var bench = ready()
        let facts = (1...3).map { bench.redeem($0) }
        bench.pass(SegmentSync.deltaInterval)
        bench.calls = []
        bench.run(server)
        #expect(!bench.calls.contains(.send(facts)) && bench.segment.uploads.pendingCount == 3)
        bench.sync.order(download: false, upload: true)
        bench.run(server)
        #expect(bench.calls.contains(.send(facts)) && bench.segment.uploads.pendingCount == 0)
        #expect(bench.sync.lastUpload != nil && !bench.sync.wantsUpload)
    }

    @Test func whatWasSentUnderAFormerGrantIsRecorded() {
        var bench = ready()
        let facts = (1...3).map { bench.redeem($0) }
        bench.sync.order(download: false, upload: true)
        bench.run { if case .send = $0 { nil } else { self.server($0) } }
        bench.give(Bench.grant(2))
        bench.calls = []
        bench.sync.take(
            .sent([Receipt(fact: facts[0], result: .sent)], SyncProblem("broken off", hint: "")),
            bench.segment, at: bench.now)
        bench.run(server)
        #expect(bench.segment.uploads.sentCount == 3 && bench.sync.problem == nil)
        #expect(bench.calls.contains(.connect), "the new grant's server has the rest")
    }

    @Test func whatWasSentIsRecordedAlsoWhereTheServerThenFailed() {
        var bench = ready()
        bench.give(Bench.grant(2, upload: .continuous))
        let facts = (1...3).map { bench.redeem($0) }
        bench.run { call in
            guard case .send(let asked) = call else { return self.server(call) }
            return .sent(
                [Receipt(fact: asked[0], result: .sent)], SyncProblem("away", hint: ""))
        }
        #expect(bench.segment.uploads.next(9) == Array(facts.dropFirst()))
        #expect(bench.sync.problem?.message == "away")
        bench.pass(SegmentSync.firstRetry)
        bench.run(server)
        #expect(bench.segment.uploads.pendingCount == 0 && bench.segment.uploads.sentCount == 3)
    }
}
