import TicketFiles

/// Reads `bytes` in chunks of `chunk` bytes and returns everything that comes out.
func events(
    of bytes: [UInt8], chunk: Int = 1 << 16
) throws(TicketFileFailure) -> [TicketFileEvent] {
    var rest = bytes[...]
    var file = TicketFile { () throws(TicketFileFailure) in
        defer { rest = rest.dropFirst(chunk) }
        return rest.isEmpty ? nil : Array(rest.prefix(chunk))
    }
    var events: [TicketFileEvent] = []
    while let event = try file.next() { events.append(event) }
    return events
}

func events(of text: String, chunk: Int = 1 << 16) throws(TicketFileFailure) -> [TicketFileEvent] {
    try events(of: Array(text.utf8), chunk: chunk)
}

extension [TicketFileEvent] {
    var rows: [TicketRow] {
        compactMap { if case .row(let row) = $0 { row } else { nil } }
    }

    var problems: [RowProblem] {
        compactMap { if case .problem(let problem) = $0 { problem } else { nil } }
    }

    var notes: [String] {
        compactMap { if case .note(let note) = $0 { note } else { nil } }
    }
}
