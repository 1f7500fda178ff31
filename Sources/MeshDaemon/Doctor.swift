import Foundation
import MeshControl
import MeshLedger
import MeshModel
import MeshNode
import MeshStorage

/// The checks of `kioskmesh doctor`.
enum Doctor {
    /// What the state directory alone tells.
    static func offlineChecks(_ state: StateFiles) -> [DoctorCheck] {
        var checks: [DoctorCheck] = []
        let path = state.directory.path
        switch try? state.directory.storageClass() {
        case .durable?:
            checks.append(check("storage", .ok, "\(path) is on a durable disk with room"))
        case .notDurable(let reason)?:
            checks.append(
                check(
                    "storage", .warning, reason,
                    "put the state directory on a real disk with 1 GB free"))
        case .lowOnSpace?:
            checks.append(check("storage", .ok, "\(path) is on a durable disk"))
        case nil:
            checks.append(check("storage", .failed, "\(path) cannot be read", "check its disk"))
        }
        if let free = try? state.directory.freeBytes(), free < StateDirectory.minimumFreeBytes {
            checks.append(
                check(
                    "disk space", .warning,
                    "\(free >> 20) MiB are free in \(path); on a full disk nothing is recorded",
                    "free some: \(StateDirectory.minimumFreeBytes >> 20) MiB should be there"))
        }
        if let key = try? state.directory.read(StateFiles.adminKeyName), key.count == 32 {
            checks.append(
                check(
                    "admin key", .warning,
                    "the admin key lies here without a passphrase, readable by root only",
                    "copy \(path)/\(StateFiles.adminKeyName) to a safe place and remove it here"))
        }
        return checks
    }

    static func check(
        _ name: String, _ status: CheckStatus, _ evidence: String, _ fix: String? = nil
    ) -> DoctorCheck {
        DoctorCheck(name: name, status: status, evidence: evidence, fix: fix)
    }
}
