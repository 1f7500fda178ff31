import Dispatch
import Synchronization
import TicketFiles

/// A folder or USB stick as the ticket server: tickets from every `*.csv` in it, results into
/// `results-<mesh>.csv` beside them.
///
/// A ticket's event is its column `event`, or else the file's name. Of a serial that several files
/// have, the last word counts. There is one list with id 1 for each event.
package final class CSVFolderServer: TicketServer {
    /// The number of each event's only list, and its name.
    package static let listID: UInt64 = 1
    package static let listName = "Admission"

    /// Most events of a folder.
    private static let maximumEvents = 1_000
    /// Most products of a folder.
    private static let maximumProducts = 10_000

    private struct State {
        var catalog: CSVCatalog?
        var results: CSVResults?
        var resultsStamp: CSVFolder.Stamp?
    }

    private let folder: CSVFolder
    private let resultsName: String
    private let state = Mutex(State())
    /// Sticks are slow: their reads and flushes wait here, not on the threads of tasks.
    private let queue = DispatchQueue(label: "km-csv-folder")

    /// - Parameters:
    ///   - path: the folder; it need not be there yet.
    ///   - mesh: names the results file: letters, digits, `-` and `_`, for example the first
    ///     digits of the mesh's id.
    ///
    /// Throws `unsupported` for a name of another kind.
    package init(path: String, mesh: String) throws(ServerError) {
        let isPlain = mesh.utf8.allSatisfy { byte in
            byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
                || Character(Unicode.Scalar(byte)).isASCIILetterOrDigit
        }
        guard isPlain, (1...64).contains(mesh.utf8.count) else {
            throw ServerError(
                .unsupported, "The name of the results file holds strange characters.",
                hint: "Use letters, digits, - and _, at most 64")
        }
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw ServerError(
                .unsupported, "The folder of the tickets has no path.",
                hint: "Write it like /media/usb")
        }
        folder = CSVFolder(path: path)
        resultsName = "results-\(mesh).csv"
    }

    /// The whole file is written anew each time.
    package let batchFacts = 5_000

    package func describe() async throws(ServerError) -> ServerDescription {
        try await onQueue { server throws(ServerError) in try server.scan() }
    }

    package func page(
        of event: String, from cursor: String?
    ) async throws(ServerError) -> CatalogPage {
        try await onQueue { server throws(ServerError) in
            try server.state.withLock { state throws(ServerError) in
                try server.page(of: event, from: cursor, &state)
            }
        }
    }

    package func upload(_ fact: UploadFact) async throws(ServerError) -> UploadOutcome {
        try await uploadBatch([fact]).first ?? .refused("The fact was not written.")
    }

    /// Writes the results file anew with these facts behind those it has: many at once are far
    /// quicker than one by one.
    package func uploadBatch(
        _ facts: [UploadFact]
    ) async throws(ServerError) -> [UploadOutcome] {
        try await onQueue { server throws(ServerError) in
            try server.state.withLock { state throws(ServerError) in
                try server.write(facts, &state)
            }
        }
    }

    package func close() async {
        state.withLock { state in state = State() }
    }

    private func onQueue<Value: Sendable>(
        _ work: @escaping @Sendable (CSVFolderServer) throws(ServerError) -> Value
    ) async throws(ServerError) -> Value {
        let result = await withCheckedContinuation { continuation in
            queue.async {
                continuation.resume(
                    returning: Result { () throws(ServerError) in try work(self) })
            }
        }
        return try result.get()
    }
}

extension CSVFolderServer {
    /// Reads everything once for the names of events and products.
    private func scan() throws(ServerError) -> ServerDescription {
        var catalog = try CSVCatalog(folder)
        var products: [String: Set<String>] = [:]
        var count = 0
        while !catalog.isAtEnd {
            guard let (entry, event) = try catalog.next(), case .row(let row) = event else {
                continue
            }
            let name = row.event.isEmpty ? entry.stem : row.event
            if products[name, default: []].insert(row.product).inserted { count += 1 }
            guard products.count <= Self.maximumEvents, count <= Self.maximumProducts else {
                throw ServerError(
                    .file,
                    "The files name more than \(Self.maximumEvents) events or "
                        + "\(Self.maximumProducts) products.",
                    hint: "Check that the columns event and product hold what they should")
            }
        }
        let events = products.sorted { $0.key < $1.key }.map { name, products in
            ServerEvent(
                slug: name, name: name, products: products.sorted().compactMap(ServerProduct.init),
                lists: [ServerCheckInList(id: Self.listID, name: Self.listName)])
        }
        return ServerDescription(software: "CSV files in \(folder.path)", events: events)
    }

    /// What changed since a complete download is not told apart: everything comes again then.
    private func page(
        of event: String, from text: String?, _ state: inout State
    ) throws(ServerError) -> CatalogPage {
        let fresh = try CSVCatalog(folder)
        let wanted = text.flatMap(CSVCatalog.Cursor.init)
        var catalog = fresh
        if let wanted, wanted.fingerprint == fresh.cursor.fingerprint {
            if let kept = state.catalog, kept.cursor == wanted {
                catalog = kept
            } else {
                try catalog.move(to: wanted)
            }
        }
        state.catalog = nil
        var page = CatalogPage(tickets: [], cursor: "", isComplete: false)
        var left = CSVCatalog.pageLines
        while left > 0, !catalog.isAtEnd {
            guard let (entry, line) = try catalog.next() else { continue }
            left -= 1
            switch line {
            case .row(let row):
                guard (row.event.isEmpty ? entry.stem : row.event) == event else { continue }
                page.tickets.append(ServerTicket(row))
            case .problem(let problem): page.skipped.append("\(entry.name) \(problem)")
            case .note: break
            }
        }
        page.isComplete = catalog.isAtEnd
        page.cursor = catalog.cursor.text
        if !page.isComplete { state.catalog = catalog }
        return page
    }

    private func write(
        _ facts: [UploadFact], _ state: inout State
    ) throws(ServerError) -> [UploadOutcome] {
        var bytes = try folder.read(resultsName)
        // An empty one is what a power cut may leave on a simple file system.
        if bytes?.isEmpty == true { bytes = nil }
        let stamp = bytes == nil ? nil : folder.stamp(of: resultsName)
        var results: CSVResults
        if let kept = state.results, let stamp, stamp == state.resultsStamp {
            results = kept
        } else {
            results =
                try bytes.map { bytes throws(ServerError) in
                    try CSVResults(bytes, name: resultsName)
                } ?? CSVResults()
        }
        // Nothing is known until it is on the stick.
        (state.results, state.resultsStamp) = (nil, nil)
        var whole = bytes ?? CSVResults.headerLine
        bytes = nil
        let before = whole.count
        let outcomes = facts.map { results.add($0, to: &whole) }
        if whole.count > before { try folder.replace(resultsName, by: whole) }
        (state.results, state.resultsStamp) = (results, folder.stamp(of: resultsName))
        return outcomes
    }
}

extension Character {
    fileprivate var isASCIILetterOrDigit: Bool { isASCII && (isLetter || isNumber) }
}
