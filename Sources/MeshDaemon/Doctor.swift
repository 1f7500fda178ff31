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
                    "storage", .warning, "\(path): \(reason)",
                    "put the state directory on a real disk with 1 GB free"))
        case nil:
            checks.append(check("storage", .failed, "\(path) cannot be read", "check its disk"))
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

extension NodeLoop {
    func doctorChecks(_ report: StatusReport) -> [DoctorCheck] {
        var checks: [DoctorCheck] = []
        if let host = report.host {
            checks.append(
                Doctor.check("host", .ok, "\(host.name) decides redemptions, epoch \(host.epoch)"))
        } else {
            checks.append(
                Doctor.check(
                    "host", .failed, report.problems.first?.what ?? "no host is known",
                    "bring the missing kiosks back: kioskmesh nodes"))
        }
        let present = report.kiosks.count { $0.state == .ok }
        let members = report.kiosks.count { $0.state != .revoked }
        checks.append(
            Doctor.check(
                "kiosks", present == members ? .ok : .warning,
                "\(present) of \(members) can be reached",
                present == members
                    ? nil : "check power and network of those not ok: kioskmesh nodes"))
        let losses = report.survivesLosses
        checks.append(
            Doctor.check(
                "fail-over", losses == 0 || losses == nil ? .warning : .ok,
                losses.map { "the mesh survives \($0) more losses at once" }
                    ?? "unknown while there is no host",
                losses == 0
                    ? "two kiosks with storage and any third kiosk give a safe fail-over" : nil))
        if let damage = damageUnmended {
            checks.append(
                Doctor.check("log", .warning, damage.what, damage.fix))
        } else if node.configuration.hasStorage {
            checks.append(
                Doctor.check(
                    "log", .ok,
                    "\(node.ledger.blockCount) blocks, verified when the daemon started"))
        }
        return checks
    }
}
