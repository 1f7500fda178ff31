import Foundation
import GRDB

extension CourierStore {
    /// Adds facts in their order. A later attempt of one that its server refused waits again.
    /// - Returns: how many wait that did not before.
    package func add(_ facts: [Fact], segment: String) throws(StorageError) -> Int {
        try write("keep facts") { database in
            func waiting() throws -> Int {
                try Int.fetchOne(
                    database,
                    sql: "SELECT count(*) FROM facts WHERE segment = ? AND result IS NULL",
                    arguments: [segment]) ?? 0
            }
            let before = try waiting()
            for fact in facts {
                try database.execute(
                    sql: """
                        INSERT INTO facts (segment, request, body, attempt) VALUES (?, ?, ?, ?)
                        ON CONFLICT (request) DO UPDATE SET result = NULL, words = '',
                            body = excluded.body, attempt = excluded.attempt
                            WHERE excluded.attempt > facts.attempt
                                AND (result IS NULL OR result = \(Self.refused))
                        """,
                    arguments: [segment, Data(fact.request), Data(fact.body), fact.attempt])
            }
            return try waiting() - before
        }
    }

    /// The first `limit` facts that wait, in their order.
    package func waiting(_ segment: String, limit: Int) throws(StorageError) -> [Fact] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT * FROM facts WHERE segment = ? AND result IS NULL
                    ORDER BY position LIMIT ?
                    """,
                arguments: [segment, limit]
            ).map { Self.fact($0) }
        }
    }

    /// Notes what became of facts; durable on return.
    package func settle(_ facts: [Fact]) throws(StorageError) {
        try write("keep receipts") { database in
            for fact in facts {
                try database.execute(
                    sql: "UPDATE facts SET result = ?, words = ? WHERE request = ?",
                    arguments: [fact.result, fact.words, Data(fact.request)])
            }
        }
    }

    /// Up to `limit` facts with a result behind `position`, with the last one's position.
    package func settled(
        _ segment: String, after position: Int64, limit: Int
    ) throws(StorageError) -> (facts: [Fact], last: Int64) {
        try read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT * FROM facts WHERE segment = ? AND result IS NOT NULL AND position > ?
                    ORDER BY position LIMIT ?
                    """,
                arguments: [segment, position, limit])
            return (rows.map { Self.fact($0) }, rows.last?["position"] ?? position)
        }
    }

    /// How many facts of a segment have each result; nil is waiting.
    package func counts(_ segment: String) throws(StorageError) -> [Int?: Int] {
        try read { database in
            var counts: [Int?: Int] = [:]
            let rows = try Row.fetchAll(
                database,
                sql: "SELECT result, count(*) AS n FROM facts WHERE segment = ? GROUP BY result",
                arguments: [segment])
            for row in rows { counts[row["result"]] = row["n"] }
            return counts
        }
    }

    private static func fact(_ row: Row) -> Fact {
        Fact(
            request: bytes(row["request"]), body: bytes(row["body"]), attempt: row["attempt"],
            result: row["result"], words: row["words"])
    }
}
