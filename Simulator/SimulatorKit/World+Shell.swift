import MeshConsensus
import MeshLedger
import MeshModel
import MeshNode
import MeshWire

// The shell around each node: what the daemon does with sockets and a disk.
extension World {
    func start(_ index: Int) {
        let kiosk = kiosks[index]
        guard !kiosk.isUp else { return }
        kiosk.boot += 1
        kiosk.tickOffset = random.below(Self.second)
        kiosk.wakeAt = .max
        var configuration = NodeConfiguration(
            kiosk: kiosk.id, hasStorage: kiosk.hasStorage, seed: random.next())
        configuration.dropped = options.dropped
        var node = Node(
            configuration: configuration, author: kiosk.author, vote: kiosk.disk.vote,
            ledger: Ledger(charter: .zero, state: foundingState), roster: foundingState.roster)
        for block in kiosk.disk.log {
            if let why = node.restore(block) { fail("restore", "n\(index): \(why)") }
        }
        trace(1, index)
        log(index, "starts with \(node.ledger.blockCount) blocks, fence \(node.fence)", mark: .up)
        let effects = node.start(at: kiosk.now(time))
        kiosk.process = SimulatedKiosk.Process(node, dropping: options.dropped)
        perform(effects, at: index)
        scheduleWake(index)
        connect(index)
    }

    func stop(_ index: Int) {
        let kiosk = kiosks[index]
        guard kiosk.isUp else { return }
        kiosk.process = nil
        kiosk.pausedUntil = 0
        kiosk.disk.crash(&random)
        trace(2, index)
        log(index, "loses power", mark: .down)
        for other in kiosks.indices where other != index {
            links[index][other] = false
            // Most peers see the connection close; some hear nothing more.
            if links[other][index] && random.below(10) < 7 {
                queue.push(
                    .link(up: false, from: other, to: index),
                    at: time + 200_000 + random.below(5_000_000))
            }
        }
    }

    /// Sets up links with everybody reachable.
    func connect(_ index: Int) {
        for other in kiosks.indices where other != index && kiosks[other].isUp {
            guard !blocked[index][other], !blocked[other][index] else { continue }
            let at = time + 1_000_000 + random.below(300_000_000)
            queue.push(.link(up: true, from: index, to: other), at: at)
            queue.push(.link(up: true, from: other, to: index), at: at + 100_000)
        }
    }

    /// After a closed connection either side soon makes a new one, if it can.
    func redial(_ index: Int, _ other: Int) {
        guard kiosks[index].isUp, !links[index][other] || !links[other][index] else { return }
        changeLink(up: true, from: index, to: other)
        changeLink(up: true, from: other, to: index)
    }

    func changeLink(up: Bool, from index: Int, to other: Int) {
        guard kiosks[index].isUp else { return }
        if up {
            guard kiosks[other].isUp, !blocked[index][other], !blocked[other][index] else { return }
            // A new connection replaces a dead one that was never seen to close.
            if links[index][other] { input(.linkDown(kiosks[other].id), at: index) }
        }
        links[index][other] = up
        if !up {
            let wait = 50_000_000 + random.below(Self.second / 2)
            queue.push(.redial(index, other), at: time + wait)
        }
        input(up ? .linkUp(kiosks[other].id) : .linkDown(kiosks[other].id), at: index)
    }

    func deliver(_ bytes: [UInt8], from: Int, to: Int) {
        let kiosk = kiosks[to]
        guard kiosk.isUp, !blocked[from][to] else { return }
        if kiosk.pausedUntil > time {
            queue.push(.deliver(bytes, from: from, to: to), at: kiosk.pausedUntil)
            return
        }
        do {
            let frame = try kiosk.codec.decode(bytes, from: kiosks[from].id) {
                index(of: $0) != nil
            }
            trace(3, from, to, UInt64(bytes.count))
            if case .node(let message) = frame {
                input(.message(message, from: kiosks[from].id), at: to)
            }
        } catch {
            fail("codec", "n\(to) cannot read a message of n\(from): \(error)")
        }
    }

    func persisted(_ id: UInt64, at index: Int, boot: Int) {
        let kiosk = kiosks[index]
        guard kiosk.boot == boot, kiosk.isUp else { return }
        let write = kiosk.disk.complete()
        trace(4, index, 0, id)
        observe(.durable(write, at: index))
        input(.persisted(id), at: index)
    }

    func wake(_ index: Int, boot: Int) {
        let kiosk = kiosks[index]
        guard kiosk.boot == boot, kiosk.wakeAt == time, let next = kiosk.process?.nextWake
        else { return }
        kiosk.wakeAt = .max
        if kiosk.now(time).tick < next { return scheduleWake(index) }
        trace(5, index)
        input(.wake, at: index)
    }

    func input(_ input: Input, at index: Int) {
        let kiosk = kiosks[index]
        guard let process = kiosk.process else { return }
        if kiosk.pausedUntil > time, case .wake = input { return }
        let effects = process.node.step([input], at: kiosk.now(time))
        perform(effects, at: index)
        scheduleWake(index)
        observe(.stepped(index))
    }

    private func scheduleWake(_ index: Int) {
        let kiosk = kiosks[index]
        guard let next = kiosk.process?.nextWake, next != .never else { return }
        let wanted = next.nanoseconds
        let at = max(wanted > kiosk.tickOffset ? wanted - kiosk.tickOffset : 0, time + 1)
        guard at < kiosk.wakeAt else { return }
        kiosk.wakeAt = at
        queue.push(.wake(index, boot: kiosk.boot), at: at)
    }

    private func perform(_ effects: [Effect], at index: Int) {
        for effect in effects {
            switch effect {
            case .persist(let write): persist(write, at: index)
            case .send(let message, let peer): send(message, from: index, to: peer)
            case .sendStored(let entries, let peer):
                let blocks = kiosks[index].disk.read(entries)
                if !blocks.isEmpty { send(.blocks(blocks), from: index, to: peer) }
            case .answer(let answer):
                if kiosks[index].isHost, case .decided(let decided) = answer.outcome {
                    observe(.decides(decided, host: index))
                }
                answered(answer, at: index)
            case .roster: break
            case .event(let event):
                note(event, at: index)
            }
        }
    }

    private func mark(of event: Event) -> HistoryLine.Mark {
        switch event {
        case .elected(let epoch): .elected(epoch)
        case .serving(let epoch): .serving(epoch)
        case .steppedDown: .steppedDown
        default: .other
        }
    }

    private func note(_ event: Event, at index: Int) {
        switch event {
        case .elected: elections += 1
        case .registerRecorded(let register):
            if register.isNewer(than: lastRecorded) { lastRecorded = register }
        default: break
        }
        log(index, "\(event)", mark: mark(of: event))
        observe(.event(event, at: index))
        considerAmbush(event, at: index)
    }

    private func persist(_ write: Persist, at index: Int) {
        let kiosk = kiosks[index]
        observe(.persisting(write, at: index))
        kiosk.disk.pending.append(write)
        let isEmpty = write.vote == nil && write.blocks.isEmpty
        var cost = isEmpty ? 1000 : plan.fsync / 2 + random.below(plan.fsync)
        if !isEmpty && random.below(500) == 0 { cost += random.below(Self.second / 2) }
        if kiosk.slowUntil > time { cost += random.below(400_000_000) }
        let done = max(time, kiosk.disk.busyUntil) + cost
        kiosk.disk.busyUntil = done
        queue.push(.persisted(write.id, at: index, boot: kiosk.boot), at: done)
    }
}
