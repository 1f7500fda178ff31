import MeshModel
import TicketServers

/// Hands facts to a ticket server.
enum FactSender {
    /// Calls under way at once where the server takes facts one by one.
    static let lanes = 8

    /// Sends facts; those of one ticket one after the other, in the order of the log.
    static func send(
        _ facts: [WaitingFact], to server: any TicketServer
    ) async -> ([Receipt], ServerError?) {
        let lost = facts.filter { $0.upload == nil }.map {
            $0.receipt(.quarantined("The ticket of this fact cannot be read any more."))
        }
        let readable = facts.filter { $0.upload != nil }
        let (sent, problem) =
            server.batchFacts > 1
            ? await sendBatch(readable, server)
            : await sendLanes(queues(readable), server)
        return (lost + sent, problem)
    }

    /// The facts of each ticket in their order, the tickets in the order of their first fact.
    private static func queues(_ facts: [WaitingFact]) -> [[WaitingFact]] {
        var places: [TicketID: Int] = [:]
        var queues: [[WaitingFact]] = []
        for fact in facts {
            if let place = places[fact.ticket] {
                queues[place].append(fact)
            } else {
                places[fact.ticket] = queues.count
                queues.append([fact])
            }
        }
        return queues
    }

    private static func sendBatch(
        _ facts: [WaitingFact], _ server: any TicketServer
    ) async -> ([Receipt], ServerError?) {
        do throws(ServerError) {
            let outcomes = try await server.uploadBatch(facts.compactMap(\.upload))
            return (zip(facts, outcomes).map { $0.receipt(.init($1)) }, nil)
        } catch {
            return ([], error)
        }
    }

    private static func sendLanes(
        _ queues: [[WaitingFact]], _ server: any TicketServer
    ) async -> ([Receipt], ServerError?) {
        await withTaskGroup(of: ([Receipt], ServerError?).self) { group in
            var receipts: [Receipt] = []
            var problem: ServerError?
            var next = 0
            func start() {
                guard next < queues.count, problem == nil else { return }
                let queue = queues[next]
                next += 1
                group.addTask { await sendQueue(queue, server) }
            }
            for _ in 0..<lanes { start() }
            while let (sent, trouble) = await group.next() {
                receipts += sent
                problem = problem ?? trouble
                start()
            }
            return (receipts, problem)
        }
    }

    private static func sendQueue(
        _ queue: [WaitingFact], _ server: any TicketServer
    ) async -> ([Receipt], ServerError?) {
        var receipts: [Receipt] = []
        for fact in queue {
            guard let upload = fact.upload else { continue }
            do throws(ServerError) {
                let outcome = try await server.upload(upload)
                receipts.append(fact.receipt(.init(outcome)))
            } catch {
                return (receipts, error)
            }
        }
        return (receipts, nil)
    }
}
