import TestHosts
import Testing

/// Real `kioskmesh` processes on machines of their own: a network namespace for each kiosk, one
/// for the switch between them.
@Suite(
    "Venues", .serialized, .ownThread,
    .enabled(
        if: VirtualHost.avahiObstacle == nil,
        Comment(rawValue: VirtualHost.avahiObstacle ?? "possible")),
    .enabled(if: Kiosk.program != nil, "needs the kioskmesh binary beside the tests"))
enum VenueTests {}

/// Runs each test of a suite on a thread that may wait for processes: a task's thread may not.
struct OwnThread: SuiteTrait, TestTrait, TestScoping {
    let isRecursive = true

    func provideScope(
        for test: Test, testCase: Test.Case?,
        performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(ThreadExecutor.shared) { try await function() }
    }
}

extension Trait where Self == OwnThread {
    static var ownThread: OwnThread { OwnThread() }
}
