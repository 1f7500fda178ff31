import GRDB
import Glibc

extension BoxOfficeError {
    /// The error for a failed system call; `action` completes "Cannot …".
    static func system(_ number: Int32, _ action: String) -> BoxOfficeError {
        let reason = String(cString: strerror(number))
        switch number {
        case ENOSPC, EDQUOT:
            return BoxOfficeError(
                .diskFull, "The disk is full: cannot \(action) (\(reason)).",
                hint: "Free some space on that disk and try again.")
        case EACCES, EPERM, EROFS, ENOENT, ENOTDIR:
            return BoxOfficeError(
                .notWritable, "Cannot \(action): \(reason).",
                hint: "Choose a directory with --data that this user may write to.")
        default:
            return BoxOfficeError(
                .inputOutput, "Cannot \(action): \(reason).",
                hint: "Look into the kernel's log (dmesg) for errors of that disk.")
        }
    }

    /// The error for whatever a database call threw; `action` completes "Cannot …".
    static func database(_ error: any Error, _ action: String) -> BoxOfficeError {
        if let known = error as? BoxOfficeError { return known }
        guard let failure = error as? DatabaseError else {
            return BoxOfficeError(
                .inputOutput, "Cannot \(action): \(error).",
                hint: "Try again; if it stays so, report it with these words.")
        }
        let reason = failure.message ?? "SQLite error \(failure.resultCode.rawValue)"
        switch failure.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: return damaged(reason)
        case .SQLITE_FULL: return system(ENOSPC, action)
        case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM: return system(EACCES, action)
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return BoxOfficeError(
                .inUse, "Cannot \(action): another program holds the database.",
                hint: "Close the other program, for instance sqlite3, and try again.")
        default:
            return BoxOfficeError(
                .inputOutput, "Cannot \(action): \(reason).",
                hint: "Look into the kernel's log (dmesg) for errors of that disk.")
        }
    }

    static func damaged(_ reason: String) -> BoxOfficeError {
        BoxOfficeError(
            .damaged, "The box office's database is damaged: \(reason).",
            hint: "Put back a copy of box-office.db, or move it away and import the tickets "
                + "again; the meshes keep what was redeemed and upload it once more.")
    }
}
