import Logging
import MeshModel
import Synchronization

/// The log for what others can cause as often as they like; used from any thread.
final class BoundedLog: Sendable {
    private let logger: Logger
    private let brake = Mutex(LineBrake())

    init(_ logger: Logger) { self.logger = logger }

    /// Logs `message` unless one of the same `kind` was logged a moment ago.
    func log(_ level: Logger.Level, kind: String, _ message: @autoclosure () -> String) {
        let passes = brake.withLock { $0.passes(kind, at: tickNow()) }
        if passes { logger.log(level: level, "\(message())") }
    }

    /// Says how much was left out; to be called every now and then.
    func tellLeftOut() {
        let all = brake.withLock { $0.takeLeftOut(at: tickNow()) }
        for left in all {
            let seconds = LineBrake.interval.nanoseconds / 1_000_000_000
            logger.warning("\(left.kind): … and \(left.count) more in \(seconds) s")
        }
    }
}
