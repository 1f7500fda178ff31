import MeshConsensus
import MeshLedger
import MeshModel
import MeshNode

/// What happened, one line an input and one an effect.
///
/// Steps in which a heartbeat, its reply or a timer caused nothing but the next are counted, not
/// written: they would bury the rest.
struct Transcript {
    private(set) var lines: [String] = []
    var isMuted = false
    private var quiet = 0

    var text: String { lines.joined(separator: "\n") + "\n" }

    mutating func note(_ text: String) {
        if isMuted { return }
        flushQuiet()
        lines.append("== " + text)
    }

    mutating func write(_ input: Input?, _ effects: [Effect], at name: Character, time: UInt64) {
        if isMuted { return }
        if isQuiet(input) && effects.allSatisfy(isQuiet) {
            quiet += 1
            return
        }
        flushQuiet()
        let tenths = time / 100_000
        let stamp = "\(tenths / 10).\(tenths % 10)"
        let padding = String(repeating: " ", count: max(0, 8 - stamp.count))
        lines.append("\(padding)\(stamp)  \(name)  \(input?.wording ?? "start")")
        for effect in effects { lines.append("             -> \(effect.wording)") }
    }

    mutating func state(of node: Node, at name: Character) {
        flushQuiet()
        var parts: [String] = []
        if let term = node.term { parts.append("host of epoch \(term.epoch), \(term.phase)") }
        if let host = node.host { parts.append("follows \(host.kiosk.letter) in \(host.epoch)") }
        parts.append("register \(node.vote.accepted?.wording ?? "none")")
        parts.append("log \(node.ledger.vector.entries.wording)")
        parts.append("applied \(node.ledger.applied?.wording ?? "nothing")")
        lines.append("   \(name): " + parts.joined(separator: "; "))
    }

    private mutating func flushQuiet() {
        if quiet > 0 { lines.append("             (\(quiet) quiet)") }
        quiet = 0
    }

    private func isQuiet(_ input: Input?) -> Bool {
        switch input {
        case .wake, .persisted: true
        case .message(.heartbeat(let heartbeat), _): heartbeat.register == nil
        case .message(.heartbeatReply, _): true
        default: false
        }
    }

    private func isQuiet(_ effect: Effect) -> Bool {
        switch effect {
        case .send(.heartbeat(let heartbeat), _): heartbeat.register == nil
        case .send(.heartbeatReply, _): true
        default: false
        }
    }
}
