import MeshControl

/// Closed-loop load: each client sends its next code when the answer to its last one is there.
struct BatchRun: Sendable {
    /// One daemon looks so long for a decision before the client looks elsewhere.
    private static let attempt = Duration.seconds(5)
    /// Room for the daemon's answer behind its own time-out.
    private static let grace = Duration.seconds(1)
    /// First pause after `unavailable`; it doubles to `longestPause`.
    private static let shortestPause = Duration.milliseconds(2)
    private static let longestPause = Duration.milliseconds(50)

    let links: [KioskLink]
    let codes: CodeList
    let kind: CodeKind
    let list: UInt64?
    let timeout: Duration
    let recorder: BatchRecorder

    /// Works through all codes. Throws `no_daemon` where not one kiosk can be reached to begin.
    func run(clients: Int, showsProgress: Bool) async throws(ControlError) -> BatchSummary {
        try await connect()
        let start = ContinuousClock.now
        await withTaskGroup(of: Void.self) { background in
            for link in links { background.addTask { await link.keepConnected() } }
            if showsProgress { background.addTask { await progress() } }
            await withTaskGroup(of: Void.self) { group in
                for client in 0..<clients {
                    group.addTask(executorPreference: ControlClientExecutor.shared) {
                        await work(client)
                    }
                }
            }
            background.cancelAll()
        }
        if showsProgress { Output.errorText("\r\u{1B}[K") }
        return recorder.summary(elapsed: .now - start)
    }

    private func connect() async throws(ControlError) {
        var failure: ControlError?
        for link in links {
            do {
                try await link.connect()
            } catch {
                failure = error
            }
        }
        if let failure {
            guard links.contains(where: { $0.client != nil }) else { throw failure }
            Output.errorLine("kioskmesh: \(failure.message) The other kiosks do its share.")
        }
    }

    private func work(_ client: Int) async {
        while let item = codes.next() {
            let id = RequestID.make()
            let start = ContinuousClock.now
            var attempts = 0
            var (answer, kiosk) = (RedeemAnswer.invalid(id), nil as String?)
            if let code = item.code {
                (answer, kiosk) = await redeem(code, id, client, start + timeout, &attempts)
            }
            let elapsed = (ContinuousClock.now - start) / .milliseconds(1)
            recorder.record(
                BatchAnswer(
                    line: item.line, requestId: id, status: answer.status, reason: answer.reason,
                    guarantee: answer.guarantee, record: answer.record,
                    milliseconds: item.code == nil ? 0 : elapsed, attempts: attempts,
                    kiosk: kiosk, at: .now),
                wasSent: item.code != nil)
        }
    }

    /// Repeats one request id until it is decided or its time is over.
    private func redeem(
        _ code: String, _ id: String, _ client: Int, _ deadline: ContinuousClock.Instant,
        _ attempts: inout Int
    ) async -> (RedeemAnswer, String?) {
        var pause = Self.shortestPause
        var shift = 0
        var last = RedeemAnswer.unavailable(id, reason: "no_host")
        var kiosk: String?
        while true {
            let left = deadline - .now
            guard left > .zero else { return (last, kiosk) }
            if let (link, connection) = choose(client, shift) {
                attempts += 1
                let patience = min(left, Self.attempt)
                do throws(ControlError) {
                    var arguments = RedeemArguments(
                        code: code, kind: kind, requestId: id,
                        timeoutMilliseconds: max(1, Int64(patience / .milliseconds(1))))
                    arguments.list = list
                    let answer = try await connection.redeem(
                        arguments, timeout: patience + Self.grace)
                    kiosk = link.name
                    if answer.status != .unavailable { return (answer, kiosk) }
                    last = answer
                } catch {
                    last = .unavailable(id, reason: error.code.rawValue)
                    // A dead or deaf kiosk is left for another at once; a refusal is final.
                    guard error.exit == 69 || error.code == .limit else { return (last, link.name) }
                    shift += error.code == .timeout ? 1 : 0
                    if error.code == .connectionLost { continue }
                }
            }
            try? await Task.sleep(for: min(pause, deadline - .now))
            pause = min(pause * 2, Self.longestPause)
        }
    }

    /// The client's own kiosk, or where that is gone the next given one that is there.
    private func choose(_ client: Int, _ shift: Int) -> (KioskLink, ControlClient)? {
        for offset in links.indices {
            let link = links[(client + shift + offset) % links.count]
            if let connection = link.client { return (link, connection) }
        }
        return nil
    }

    private func progress() async {
        let total = codes.count
        while !Task.isCancelled {
            let done = recorder.done
            let filled = total == 0 ? 0 : done * 40 / total
            let bar =
                String(repeating: "█", count: filled)
                + String(repeating: "░", count: max(0, 40 - filled))
            Output.errorText("\r\(bar) \(done)/\(total)")
            try? await Task.sleep(for: .milliseconds(100))
        }
    }
}

extension RedeemAnswer {
    /// A line that can be no code: rejected without asking anybody.
    fileprivate static func invalid(_ id: String) -> Self { decided(id, .rejected, "invalid") }

    fileprivate static func unavailable(_ id: String, reason: String) -> Self {
        decided(id, .unavailable, reason)
    }

    private static func decided(_ id: String, _ status: RedeemStatus, _ reason: String) -> Self {
        RedeemAnswer(
            status: status, reason: reason, guarantee: nil, copies: nil, requestId: id,
            ticket: nil, first: nil, record: nil)
    }
}
