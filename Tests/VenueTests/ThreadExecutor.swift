import Dispatch

/// Runs tasks one at a time on a queue of its own.
final class ThreadExecutor: TaskExecutor {
    static let shared = ThreadExecutor()

    private let queue = DispatchQueue(label: "km-venue")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
