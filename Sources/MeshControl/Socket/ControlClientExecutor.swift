internal import NIOCore
internal import NIOPosix

/// Runs tasks on the one thread that all clients' sockets live on. A task that asks and waits
/// there needs no thread switch for either, which halves the cost of a request.
package final class ControlClientExecutor: TaskExecutor {
    static let loop = MultiThreadedEventLoopGroup.singleton.next()

    /// For `withTaskExecutorPreference`. Tasks on it must not block.
    package static let shared = ControlClientExecutor()

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        Self.loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
