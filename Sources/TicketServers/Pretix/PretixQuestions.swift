/// What must be known of a ticket before its visitor may pass: the questions that pretix asks at
/// check-in and takes no silence for. (Questions that depend on others are never asked there.)
struct PretixQuestions: Hashable, Sendable {
    /// Question ids by the item they are asked for.
    private var byItem: [UInt64: Set<UInt64>] = [:]
    /// Changes where a ticket could become incomplete, or complete, without changing itself.
    let fingerprint: String

    init(_ questions: [PretixQuestion]) {
        var lines: [String] = []
        for question in questions where question.required && question.askDuringCheckin {
            for item in question.items {
                byItem[item, default: []].insert(question.id)
                lines.append("\(item):\(question.id)")
            }
        }
        fingerprint = Self.hash(lines.sorted().joined(separator: ","))
    }

    func isIncomplete(_ position: PretixPosition) -> Bool {
        guard let asked = byItem[position.item] else { return false }
        return !asked.isSubset(of: position.answers.map(\.question))
    }

    /// FNV-1a (G. Fowler, L. C. Noll, K.-P. Vo) in hexadecimal: the same in every process.
    private static func hash(_ text: String) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return String(hash, radix: 16)
    }
}
