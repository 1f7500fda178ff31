import MeshControl
import MeshLedger
import MeshModel
import MeshSync

extension SyncReport.Segment {
    /// A call that takes longer is told as a problem.
    private static let longCall = Duration.seconds(5)

    /// As the log has it, with what the host is about.
    /// - Parameter waiting: how long the server has not answered a call; nil where none is open.
    init(_ segment: Segments.Segment, _ sync: SegmentSync, waiting: Duration?) {
        self.init(segment)
        problem = sync.problem.map { "\($0.message) \($0.hint)" }
        if problem == nil, let waiting, waiting > Self.longCall {
            problem =
                "The ticket server has not answered for \(waiting.components.seconds) s. "
                + "It is waited for."
        }
        isDownloading =
            (sync.isDownloading || sync.wantsDownload) && !segment.grant.grant.isWithdrawn
        isUploading = sync.isUploading || sync.wantsUpload
        lastDownload = sync.lastDownload.map { Timestamp(millisecondsSinceEpoch: $0) }
        lastUpload = sync.lastUpload.map { Timestamp(millisecondsSinceEpoch: $0) }
    }

    /// As the log has it.
    init(_ segment: Segments.Segment) {
        let grant = segment.grant.grant
        let parts = segment.coveredParts
        let step = Self.step(segment, parts)
        let expected = parts.compactMap(\.progress.expected)
        self.init(
            segment: grant.name,
            step: grant.isWithdrawn ? "withdrawn" : step.word,
            received: Int64(parts.reduce(0) { $0 + $1.stored }),
            expected: expected.isEmpty ? nil : Int64(expected.reduce(0, +)),
            covered: Int64(parts.reduce(0) { $0 + $1.covered }),
            skipped: Int64(parts.reduce(0) { $0 + $1.progress.skipped }),
            sent: Int64(segment.uploads.sentCount),
            alreadyKnown: Int64(segment.uploads.knownCount),
            quarantined: Int64(segment.uploads.quarantined.count),
            dismissed: Int64(segment.uploads.dismissedCount),
            left: Int64(segment.uploads.pendingCount), upload: grant.upload.word,
            events: parts.map { part in
                Event(
                    event: part.progress.event,
                    step: segment.isReady(part) || part.progress.step != .ready
                        ? part.progress.step.word : SegmentStep.mark.word,
                    tickets: Int64(part.stored),
                    asOf: Timestamp(millisecondsSinceEpoch: part.progress.at))
            })
    }

    /// The step of the whole, or of the event that is least far.
    private static func step(
        _ segment: Segments.Segment, _ parts: [Segments.Part]
    ) -> SegmentStep {
        guard let progress = segment.progress,
            progress.grant == segment.grant.grant.version
        else { return .acquire }
        if segment.isReady { return .ready }
        let least = parts.map(\.progress.step).min() ?? progress.step
        guard least == .ready else { return least }
        // All that is here is ready; but the grant may name more, which is looked for.
        let named = segment.grant.grant.scope.events ?? []
        let isWhole = named.allSatisfy { segment.part($0) != nil }
        return isWhole && progress.step >= .mark ? .detect : min(progress.step, .mark)
    }
}
