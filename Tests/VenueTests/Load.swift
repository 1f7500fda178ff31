import Foundation
import MeshControl
import TestHosts
import Testing

/// `redeem --batch --answers` under way: every code twice, so that clients race for each ticket.
struct Load {
    private let program: Program
    private let answers: String
    private let codes: [String]

    /// Eight clients, spread over `kiosks`.
    init(_ venue: Venue, at kiosks: [Kiosk], codes: some Sequence<String>) throws {
        self.codes = codes.flatMap { [$0, $0] }
        let folder = venue.kiosks[0].host.folder
        let file = folder + "/codes"
        answers = folder + "/answers"
        try self.codes.joined(separator: "\n").write(
            toFile: file, atomically: true, encoding: .utf8)
        program = try venue.kiosks[0].begin(
            ["redeem", "--batch", file, "--clients", "8", "--answers", answers, "--json"]
                + kiosks.flatMap { ["--state", $0.state] })
    }

    /// Waits for its end.
    func finish() throws -> Outcome {
        let result = program.result()
        guard result.code == 0 || result.code == 3 else {
            throw Unexpected("the load ended with \(result.code): \(result.errors)")
        }
        let given = try String(contentsOfFile: answers, encoding: .utf8)
        let answers: [BatchLine] = try lines(given)
        return Outcome(
            answers: answers.map { (codes[$0.line - 1], $0) },
            summary: try JSONDecoder().decode(Summary.self, from: Data(result.output.utf8)))
    }

    /// What the clients were told.
    struct Outcome {
        let answers: [(code: String, answer: BatchLine)]
        let summary: Summary

        /// The longest time, in milliseconds, in which no client was told of a redemption.
        var longestGap: Int64 {
            let times = redeemed.map(\.answer.at.millisecondsSinceEpoch).sorted()
            return zip(times, times.dropFirst()).map { $1 - $0 }.max() ?? 0
        }

        var redeemed: [(code: String, answer: BatchLine)] {
            answers.filter { $0.answer.status == "ok" }
        }
    }
}

extension Load.Outcome {
    /// Nothing acknowledged is missing from a kiosk's log, nothing was acknowledged twice, and
    /// every kiosk has seen the same.
    func expectKept(by kiosks: [Kiosk]) throws {
        let perCode = Dictionary(grouping: redeemed, by: \.code)
        #expect(perCode.filter { $0.value.count > 1 }.isEmpty, "acknowledged twice")
        let acknowledged = Set(redeemed.map(\.answer.requestId))
        for kiosk in kiosks {
            let log = try kiosk.records().filter { $0.kind == "redeemed" }
            let kept = Set(log.compactMap(\.requestId))
            #expect(acknowledged.subtracting(kept).isEmpty, "missing at \(kiosk.name)")
            let perTicket = Dictionary(grouping: log, by: \.ticket)
            #expect(perTicket.allSatisfy { $0.value.count == 1 }, "redeemed twice")
        }
        try Self.expectEqualDigests(kiosks)
    }

    static func expectEqualDigests(_ kiosks: [Kiosk]) throws {
        try eventually("equal digests", or: { kiosks.map(\.tail).joined(separator: "\n") }) {
            let digests = try kiosks.map { try $0.digest() }
            return digests.allSatisfy { $0 == digests[0] }
        }
    }

    /// Every decided request id gets its answer again, from every kiosk.
    func expectSameAnswers(from kiosks: [Kiosk]) async throws {
        let decided = answers.filter { $0.answer.status != "unavailable" }
        for kiosk in kiosks {
            let client = try await ControlClient.connect(path: kiosk.state + "/control.sock")
            var others: [String] = []
            for start in stride(from: 0, to: decided.count, by: Self.together) {
                let some = decided[start..<min(start + Self.together, decided.count)]
                others += try await differing(some, client)
            }
            await client.close()
            #expect(others.isEmpty, "\(kiosk.name) answers otherwise")
        }
    }

    /// Requests repeated at a time.
    private static let together = 64

    private func differing(
        _ answers: ArraySlice<(code: String, answer: BatchLine)>, _ client: ControlClient
    ) async throws -> [String] {
        try await withThrowingTaskGroup(of: String?.self) { group in
            for (code, answer) in answers {
                let arguments = RedeemArguments(
                    code: code, requestId: answer.requestId, timeoutMilliseconds: 5_000)
                group.addTask {
                    let again = try await client.redeem(arguments, timeout: .seconds(10))
                    let isSame =
                        again.status.rawValue == answer.status && again.reason == answer.reason
                        && again.record == answer.record
                    return isSame ? nil : "\(answer) \(again)"
                }
            }
            return try await group.reduce(into: []) { if let line = $1 { $0.append(line) } }
        }
    }
}
