import MeshConsensus
import MeshLedger
import MeshModel
import MeshNode

extension MeshMessage {
    var wording: String {
        switch self {
        case .hello(let hello):
            "hello fence \(hello.fence) register \(hello.register?.wording ?? "none")"
                + " roster \(hello.rosterVersion)" + (hello.hasStorage ? "" : " no storage")
        case .preVote(let epoch): "pre-vote \(epoch)?"
        case .preVoteReply(let reply):
            "pre-vote \(reply.epoch) \(reply.isGranted ? "yes" : "no") fence \(reply.fence)"
        case .prepare(let epoch): "prepare \(epoch)"
        case .promise(let epoch, _, let accepted):
            "promise \(epoch) accepted \(accepted?.wording ?? "none")"
        case .record(let register): "record \(register.wording)"
        case .recorded(let epoch, let version, _): "recorded \(epoch).\(version)"
        case .refused(let fence): "refused, fence \(fence)"
        case .takeOver(let epoch): "take over from \(epoch)"
        case .collect(let epoch): "collect \(epoch)"
        case .collected(let epoch, _, let vector):
            "collected \(epoch) \(vector.entries.wording)"
        case .append(let append):
            "append \(append.epoch) committed \(append.committed): "
                + append.blocks.map(\.wording).joined(separator: "; ")
        case .appended(let epoch, let incarnation, let length):
            "appended \(epoch) length \(length)" + (incarnation == 1 ? "" : " log '\(incarnation)")
        case .heartbeat(let heartbeat):
            "heartbeat \(heartbeat.epoch) length \(heartbeat.length)"
                + " committed \(heartbeat.committed)" + (heartbeat.isServing ? " serving" : "")
                + (heartbeat.register.map { " register \($0.wording)" } ?? "")
        case .heartbeatReply(let reply):
            "heartbeat reply \(reply.epoch) length \(reply.length)"
                + " register \(reply.registerEpoch).\(reply.registerVersion)"
        case .want(let entries): "want beyond \(entries.wording)"
        case .blocks(let blocks): "blocks " + blocks.map(\.wording).joined(separator: "; ")
        case .askVector: "vector?"
        case .vector(let vector): "vector \(vector.entries.wording)"
        case .requests(let requests):
            "requests "
                + requests.map { "#\($0.id.number) \($0.body.wording)" }.joined(separator: "; ")
        case .answers(let answers):
            "answers "
                + answers.map { "#\($0.request.number) \($0.outcome.wording)" }
                .joined(separator: "; ")
        case .roster(let roster): "roster \(roster.version)"
        }
    }
}
