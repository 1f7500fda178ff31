import GRDB
import Glibc

extension StorageError {
    static let replaceDisk =
        "Replace the disk or memory card; this kiosk then fetches everything from the others."
    static let freeSpace = "Free some space on that disk; what waits is written then."

    /// The error for a failed system call; `action` completes "Cannot …".
    static func system(
        _ number: Int32, _ action: String, otherwise code: Code = .inputOutput
    ) -> StorageError {
        let reason = String(cString: strerror(number))
        switch number {
        case ENOSPC, EDQUOT:
            return StorageError(
                code: .full, message: "The disk is full: cannot \(action) (\(reason)).",
                hint: freeSpace)
        case EACCES, EPERM, EROFS:
            return StorageError(
                code: .notWritable, message: "Cannot \(action): \(reason).",
                hint: "Check who owns the state directory and that its disk is not read-only.")
        default:
            let hint =
                code == .inputOutput
                ? "Look into the kernel's log (dmesg) for errors of that disk. " + replaceDisk
                : "Choose a directory on a writable disk with --state."
            return StorageError(
                code: code, message: "Cannot \(action): \(reason).", hint: hint)
        }
    }

    static func corrupt(_ message: String) -> StorageError {
        StorageError(
            code: .corrupt, message: message,
            hint: "Set the damaged file aside (nothing is deleted) and let this kiosk fetch "
                + "everything from the others again.")
    }

    /// The error for whatever a database call threw; `action` completes "Cannot …".
    static func database(_ error: any Error, _ action: String) -> StorageError {
        if let known = error as? StorageError { return known }
        guard let failure = error as? DatabaseError else {
            return StorageError(
                code: .inputOutput, message: "Cannot \(action): \(error).", hint: replaceDisk)
        }
        let reason = failure.message ?? "SQLite error \(failure.resultCode.rawValue)"
        switch failure.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            return corrupt("The block database is damaged: \(reason).")
        case .SQLITE_FULL:
            return system(ENOSPC, action)
        case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM:
            return system(EACCES, action)
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return StorageError(
                code: .locked, message: "Cannot \(action): another program uses the database.",
                hint: "Close the other program (for instance sqlite3) and start again.")
        case .SQLITE_CONSTRAINT, .SQLITE_TOOBIG, .SQLITE_MISMATCH:
            return StorageError(
                code: .refused, message: "Cannot \(action): \(reason).",
                hint: "This is a fault of the program: please report it with the log.")
        default:
            return StorageError(
                code: .inputOutput, message: "Cannot \(action): \(reason).",
                hint: "Look into the kernel's log (dmesg) for errors of that disk. "
                    + replaceDisk)
        }
    }
}
