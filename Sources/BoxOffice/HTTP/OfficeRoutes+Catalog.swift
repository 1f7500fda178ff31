import HTTPTypes
import Hummingbird
import NIOCore

extension OfficeRoutes {
    /// One page, written out as it is read; what went wrong before its first ticket still is a
    /// proper answer, after that the answer breaks off, which a client cannot take for whole.
    func catalog(_ request: Request, _ slug: String) async throws -> Response {
        let parameters = request.uri.queryParameters
        let limit = try pageLimit(parameters.get("limit"))
        let start = try change(of: parameters.get("cursor"))
        let first = try await office.chunk(
            of: slug, behind: start, limit: min(limit, BoxOfficeLimits.chunkTickets))
        // A database that was put back from a copy has not come as far as its clients.
        guard start <= first.last else { throw Self.foreignCursor }
        let body = ResponseBody { writer in
            var head = ByteBuffer()
            head.writeString("{\"event\":")
            head.writeJSON(slug)
            head.writeString(",\"total\":\(first.total),\"tickets\":[")
            try await writer.write(head)
            var (chunk, left) = (first, limit)
            while true {
                try await writer.write(chunk.json)
                left -= chunk.count
                if chunk.isLast || left <= 0 { break }
                let next = try await office.chunk(
                    of: slug, behind: chunk.change,
                    limit: min(left, BoxOfficeLimits.chunkTickets))
                if next.count > 0 { try await writer.write(ByteBuffer(string: ",")) }
                chunk = next
            }
            try await writer.write(tail(chunk))
            try await writer.finish(nil)
        }
        return Response(
            status: .ok, headers: [.contentType: "application/json"], body: body)
    }

    private func tail(_ chunk: CatalogChunk) -> ByteBuffer {
        let cursor = CatalogCursor(database: office.databaseID, change: chunk.change)
        return ByteBuffer(
            string: "],\"cursor\":\"\(cursor.text)\",\"complete\":\(chunk.isLast)}")
    }

    private func pageLimit(_ text: String?) throws(BoxOfficeError) -> Int {
        guard let text else { return BoxOfficeLimits.usualPageTickets }
        guard let limit = Int(text), (1...BoxOfficeLimits.pageTickets).contains(limit) else {
            throw BoxOfficeError(
                .invalid, "limit is not a number from 1 to \(BoxOfficeLimits.pageTickets).",
                hint: "Leave it out for \(BoxOfficeLimits.usualPageTickets).")
        }
        return limit
    }

    private func change(of text: String?) throws(BoxOfficeError) -> Int64 {
        guard let text, !text.isEmpty else { return 0 }
        let cursor = try CatalogCursor(text)
        guard cursor.database == office.databaseID else { throw Self.foreignCursor }
        return cursor.change
    }

    private static let foreignCursor = BoxOfficeError(
        .foreignCursor, "The cursor belongs to another database.",
        hint: "The box office was set up anew: download again without a cursor.")
}
