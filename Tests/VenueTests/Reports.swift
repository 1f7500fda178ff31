import Foundation
import MeshControl

/// What the command line prints as JSON, as far as these tests look at it.
struct Founded: Decodable {
    let mesh: String
    let token: String
}

struct Status: Decodable {
    struct Itself: Decodable { let role: String }
    struct Host: Decodable {
        let name: String
        let epoch: Int
    }
    struct Register: Decodable {
        let voters: [String]
        let inSync: [String]
    }
    struct Member: Decodable {
        let name: String
        let role: String
        let state: String
        let storage: Bool
        let lag: Int?
    }
    struct Problem: Decodable { let what: String }
    struct Tickets: Decodable {
        let total: Int
        let redeemed: Int
    }

    let health: String
    let problems: [Problem]
    let `self`: Itself
    let host: Host?
    let register: Register
    let kiosks: [Member]
    let tickets: Tickets
}

struct Digest: Decodable, Equatable {
    let state: String
    let records: Int
}

struct LogLine: Decodable {
    let record: String
    let kind: String
    let ticket: String?
    let requestId: String?
}

/// The answer to one redemption.
struct Answer: Decodable {
    let status: String
    let reason: String?
    let requestId: String
    let record: String?
}

/// A line of `--answers`.
struct BatchLine: Decodable {
    let line: Int
    let requestId: String
    let status: String
    let reason: String?
    let record: String?
    let milliseconds: Double
    let at: Timestamp
}

struct Summary: Decodable {
    let ok: Int
    let rejected: Int
    let unavailable: Int
    let p50Milliseconds: Double
}

struct Refusal: Decodable {
    struct Reason: Decodable {
        let code: String
        let message: String
        let hint: String?
    }
    let error: Reason
}

/// Every line of `text`, decoded.
func lines<Line: Decodable>(_ text: String, as type: Line.Type = Line.self) throws -> [Line] {
    try text.split(separator: "\n").map {
        try JSONDecoder().decode(Line.self, from: Data($0.utf8))
    }
}
