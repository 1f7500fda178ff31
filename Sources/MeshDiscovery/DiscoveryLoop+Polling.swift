import CDNSSD
import Glibc
import Logging

extension DiscoveryLoop {
    /// A request and what it answers.
    typealias Answered = (request: ServiceRequest, answers: [ServiceRequest.Answer])

    /// Sleeps until a request has answers, something is due, or `stop` is set.
    func waitForAnswers() -> [Answered] {
        let legs = [announcing, browsing].compactMap(\.request)
        let requests = legs + lookups.flatMap(\.requests)
        var entries = requests.map {
            pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0)
        }
        entries.append(pollfd(fd: stop.descriptor, events: Int16(POLLIN), revents: 0))
        guard poll(&entries, nfds_t(entries.count), timeoutMilliseconds()) > 0 else { return [] }
        return zip(requests, entries).compactMap { request, entry in
            guard entry.revents != 0 else { return nil }
            guard entry.revents & Int16(POLLIN) != 0 else {
                let unknown = DNSServiceErrorType(kDNSServiceErr_Unknown)
                return (request, [.failed(unknown)])
            }
            return (request, request.process())
        }
    }

    /// Requests that an earlier answer of the same round has closed are not found any more.
    func handle(_ answered: [Answered]) {
        for (request, answers) in answered {
            for answer in answers {
                if request === announcing.request {
                    handleAnnouncing(answer)
                } else if request === browsing.request {
                    handleBrowsing(answer)
                } else {
                    lookups.first { $0.requests.contains { $0 === request } }?
                        .take(answer, at: clock.now)
                }
            }
        }
    }

    private func handleAnnouncing(_ answer: ServiceRequest.Answer) {
        switch answer {
        case .registered(let name):
            announcing.confirm()
            logger.info("announced in mDNS", metadata: ["name": "\(name)"])
        case .failed(let code):
            fail(&announcing, code, while: "announce this kiosk")
        case .browsed, .resolved, .address:
            break
        }
    }

    private func handleBrowsing(_ answer: ServiceRequest.Answer) {
        switch answer {
        case .browsed(true, let name, let interfaceIndex):
            appeared(SightingKey(name: name, interfaceIndex: interfaceIndex))
        case .browsed(false, let name, let interfaceIndex):
            disappeared(SightingKey(name: name, interfaceIndex: interfaceIndex))
        case .failed(let code):
            fail(&browsing, code, while: "look for other kiosks")
            browsingStopped()
        case .registered, .resolved, .address:
            break
        }
    }

    /// Until the next thing is due, rounded up; -1 where nothing is.
    private func timeoutMilliseconds() -> Int32 {
        var due = lookups.map(\.deadline)
        for leg in [announcing, browsing] where leg.request == nil { due.append(leg.nextAttempt) }
        if let graceEnds { due.append(graceEnds) }
        if browsing.isConfirmed, lookups.count < Self.maximumLookups {
            let running = Set(lookups.map(\.key))
            due += sightings.filter { !running.contains($0.key) }.map(\.value.nextLookup)
        }
        guard let first = due.min() else { return -1 }
        let (seconds, attoseconds) = max(.zero, first - clock.now).components
        return Int32(clamping: seconds * 1_000 + attoseconds / 1_000_000_000_000_000 + 1)
    }
}
