import MeshControl
import TicketFiles

/// Reads a tickets file and hands it to the daemon in chunks.
struct ImportJob {
    /// Problems that are told one by one; more of them say nothing new.
    private static let toldProblems = 1000
    /// Chunks under way: one is decided while the next is read.
    private static let chunksInFlight = 4
    /// A chunk waits for a group commit on several disks, and perhaps for a fail-over.
    private static let standardTimeout = Duration.seconds(60)

    let context: CommandContext
    let path: String
    let isStrict: Bool

    func run() async throws -> ImportReport {
        let start = ContinuousClock.now
        var report = ImportReport(
            added: 0, updated: 0, unchanged: 0, rejected: 0, problems: [], notes: [], seconds: 0)
        if isStrict {
            try check(&report)
            guard report.rejected == 0 else { return report }
            report.notes = []
        }
        // A wrong path is told before a missing daemon.
        _ = try open()
        let client = try await context.connect()
        var hasSent = false
        do throws(ControlError) {
            try await send(client, &report, &hasSent)
        } catch {
            guard hasSent else { throw error }
            let again =
                error.code == .undecided ? "" : "Import the file again: what is there stays. "
            throw ControlError(
                error.code, error.message,
                hint: "\(report.added + report.updated + report.unchanged) tickets are in for "
                    + "certain. \(again)\(error.hint)",
                exit: error.exit)
        }
        await client.close()
        report.seconds = ((ContinuousClock.now - start) / .milliseconds(1)).rounded() / 1000
        return report
    }

    /// Reads the whole file without sending anything.
    private func check(_ report: inout ImportReport) throws(ControlError) {
        var file = try open()
        while let event = try next(&file) { _ = take(event, &report) }
    }

    private func send(
        _ client: ControlClient, _ report: inout ImportReport, _ hasSent: inout Bool
    ) async throws(ControlError) {
        var file = try open()
        var chunk = ImportArguments(rows: [])
        var bytes = 0
        var underWay: [Task<Result<ImportAnswer, ControlError>, Never>] = []
        while let event = try next(&file) {
            guard let row = take(event, &report) else { continue }
            let size = Self.size(row)
            if chunk.rows.count == ControlLimits.importRows
                || bytes + size > ControlLimits.importBytes
            {
                if underWay.count == Self.chunksInFlight {
                    Self.add(try await underWay.removeFirst().value.get(), &report)
                }
                underWay.append(task(client, chunk))
                hasSent = true
                (chunk.rows, bytes) = ([], 0)
            }
            chunk.rows.append(row)
            bytes += size
        }
        if !chunk.rows.isEmpty {
            underWay.append(task(client, chunk))
            hasSent = true
        }
        for task in underWay { Self.add(try await task.value.get(), &report) }
    }

    private func task(
        _ client: ControlClient, _ chunk: ImportArguments
    ) -> Task<Result<ImportAnswer, ControlError>, Never> {
        let timeout = context.timeout(Self.standardTimeout)
        return Task {
            do throws(ControlError) {
                return .success(try await client.importTickets(chunk, timeout: timeout))
            } catch {
                return .failure(error)
            }
        }
    }

    private static func add(_ answer: ImportAnswer, _ report: inout ImportReport) {
        report.added += answer.added
        report.updated += answer.updated
        report.unchanged += answer.unchanged
    }

    private func take(_ event: TicketFileEvent, _ report: inout ImportReport) -> ImportRow? {
        switch event {
        case .row(let row): return ImportRow(row)
        case .note(let note): report.notes.append(note)
        case .problem(let problem):
            report.rejected += 1
            if report.problems.count < Self.toldProblems {
                report.problems.append(
                    ImportProblem(
                        line: problem.line, column: problem.column, message: problem.message))
            }
        }
        return nil
    }

    private func open() throws(ControlError) -> TicketFile {
        do {
            return try TicketFile(path: path)
        } catch {
            throw ControlError(error)
        }
    }

    private func next(_ file: inout TicketFile) throws(ControlError) -> TicketFileEvent? {
        do {
            return try file.next()
        } catch {
            throw ControlError(error)
        }
    }

    private static func size(_ row: ImportRow) -> Int {
        row.serial.utf8.count + row.qr.utf8.count + row.idNumber.utf8.count
            + row.account.utf8.count + row.event.utf8.count + row.product.utf8.count
            + row.seat.utf8.count + row.holder.utf8.count
    }

    /// The report in plain words: problems on standard error, the counts on standard output.
    static func tell(_ report: ImportReport, strict: Bool, _ context: CommandContext) {
        for problem in report.problems {
            let column = problem.column.map { ", column \($0)" } ?? ""
            Output.errorLine(
                Text.printable("line \(problem.line)\(column): \(problem.message)"))
        }
        if report.rejected > report.problems.count {
            let more = report.rejected - report.problems.count
            Output.errorLine("… and \(Text.count(more, "more problem")).")
        }
        for note in report.notes { context.say("Note: " + Text.printable(note)) }
        if strict, report.rejected > 0 {
            context.say("Nothing was imported: \(Text.count(report.rejected, "line")) to mend.")
            return
        }
        context.say(
            "\(report.added) added, \(report.updated) updated, \(report.unchanged) unchanged, "
                + "\(report.rejected) not imported")
    }
}

extension ImportRow {
    fileprivate init(_ row: TicketRow) {
        self.init(
            line: row.line, serial: row.serial, qr: row.qr, idNumber: row.idNumber,
            account: row.account, event: row.event, product: row.product, seat: row.seat,
            holder: row.holder, validFrom: row.validFrom, validUntil: row.validUntil,
            entries: row.entries, status: row.status.rawValue)
    }
}

extension ControlError {
    fileprivate init(_ failure: TicketFileFailure) {
        self.init(Code(failure.code.rawValue), failure.message, hint: failure.hint, exit: 1)
    }
}
