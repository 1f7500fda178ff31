import Foundation
import Synchronization

/// Says which run was under way when the core itself traps: the worst bug of all must not be the
/// one without a seed.
enum CrashLine {
    /// Address of the C string to print; 0 while there is none. A handler may neither allocate nor
    /// touch anything that does.
    private static let line = Atomic<UInt>(0)

    /// From now on a trap prints this line first.
    static func set(_ text: String) {
        let copy = UInt(bitPattern: strdup(text + "\n"))
        let old = line.exchange(copy, ordering: .relaxed)
        if old == 0 { install() }
        free(UnsafeMutableRawPointer(bitPattern: old))
    }

    private static func install() {
        for number in [SIGILL, SIGTRAP, SIGSEGV, SIGABRT] {
            signal(number) { number in
                let address = CrashLine.line.load(ordering: .relaxed)
                if let text = UnsafePointer<CChar>(bitPattern: address) {
                    _ = write(STDERR_FILENO, text, strlen(text))
                }
                signal(number, SIG_DFL)
                raise(number)
            }
        }
    }
}
