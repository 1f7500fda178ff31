import MeshModel

/// Guarantee 3: the same request id gets the same answer, through any kiosk, over any fail-over.
struct SameAnswer: Checker {
    let name = "answers-differ"
    let interests: [Observation.Kind] = [.answered]
    private var answers: [RequestID: (decision: Decision, record: RecordID)] = [:]

    mutating func observe(_ observation: Observation, in world: World) -> String? {
        guard case .answered(let answer, let kiosk, _) = observation,
            case .decided(let decided) = answer.outcome
        else { return nil }
        guard let first = answers[answer.request] else {
            answers[answer.request] = (decided.decision, decided.record)
            return nil
        }
        return first.decision != decided.decision || first.record != decided.record
            ? "request \(answer.request.hex.prefix(8)) got another answer at n\(kiosk)" : nil
    }
}
