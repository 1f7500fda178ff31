import Foundation
import Testing

@testable import MeshStorage

@Suite("Lock of the state directory")
struct DirectoryLockTests {
    /// Another process that holds the lock until it is told to stop.
    private final class Holder {
        let process = Process()
        private let input = Pipe()

        init(of state: StateDirectory) throws {
            let output = Pipe()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
            // -o: the lock is flock's own, not also that of the program it starts.
            process.arguments = ["-o", state.path(of: StateDirectory.lockName), "/bin/cat"]
            process.standardInput = input
            process.standardOutput = output
            try process.run()
            // cat answers only once flock has the lock.
            try input.fileHandleForWriting.write(contentsOf: Data("held\n".utf8))
            #expect(output.fileHandleForReading.availableData == Data("held\n".utf8))
        }

        func finish() throws {
            try input.fileHandleForWriting.close()
            process.waitUntilExit()
        }

        func kill() {
            Foundation.kill(process.processIdentifier, SIGKILL)
            // cat outlives flock, and Foundation waits for both.
            try? input.fileHandleForWriting.close()
            process.waitUntilExit()
        }
    }

    @Test("is refused while another process has it, and names that process")
    func otherProcess() throws {
        let state = try TemporaryFolder()
        let directory = try state.state()
        let holder = try Holder(of: directory)
        let error = try #require(throws: StorageError.self) { try directory.lock() }
        #expect(error.code == .locked)
        #expect(error.message.contains("process \(holder.process.processIdentifier) "))
        #expect(error.hint.contains("kill \(holder.process.processIdentifier)"))
        try holder.finish()
        _ = try directory.lock()
    }

    @Test("ends with the process that held it, however that ended")
    func killed() throws {
        let folder = try TemporaryFolder()
        let directory = try folder.state()
        let holder = try Holder(of: directory)
        #expect(throws: StorageError.self) { try directory.lock() }
        holder.kill()
        _ = try directory.lock()
    }

    @Test("keeps other processes out until it is released")
    func ours() throws {
        let folder = try TemporaryFolder()
        let directory = try folder.state()
        func tryLock() throws -> Int32 {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
            process.arguments = ["-n", directory.path(of: StateDirectory.lockName), "/bin/true"]
            try process.run()
            process.waitUntilExit()
            return process.terminationStatus
        }
        var lock: DirectoryLock? = try directory.lock()
        #expect(lock != nil)
        #expect(try tryLock() == 1)
        let second = try #require(throws: StorageError.self) { try directory.lock() }
        #expect(second.message.contains("process \(getpid()) "))
        lock = nil
        #expect(try tryLock() == 0)
    }
}
