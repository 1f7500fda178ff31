import TicketFiles

/// What became of a tickets file.
package struct TicketImport: Codable, Hashable, Sendable {
    /// A line that was not taken.
    package struct Problem: Codable, Hashable, Sendable {
        package var line: Int
        package var column: String?
        package var message: String
    }

    package var added = 0
    package var updated = 0
    package var unchanged = 0
    package var rejected = 0
    /// The first of the rejected lines, at most `toldProblems`.
    package var problems: [Problem] = []
    /// Remarks on the file as a whole.
    package var notes: [String] = []

    /// Counts what is no ticket; the row where it is one.
    mutating func take(_ event: TicketFileEvent) -> TicketRow? {
        switch event {
        case .row(let row): return row
        case .note(let note): notes.append(note)
        case .problem(let problem):
            rejected += 1
            if problems.count < BoxOfficeLimits.toldProblems {
                problems.append(
                    Problem(
                        line: problem.line, column: problem.column, message: problem.message))
            }
        }
        return nil
    }
}
