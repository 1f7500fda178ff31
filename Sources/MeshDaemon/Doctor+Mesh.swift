import MeshControl
import MeshLedger
import MeshModel
import MeshNode

extension NodeLoop {
    /// All checks, or with the name of another kiosk those of that one. Throws `unknown_kiosk`.
    func doctorChecks(
        _ report: StatusReport, _ state: StateFiles, of kiosk: String?
    ) throws(ControlError) -> [DoctorCheck] {
        guard let kiosk else { return Doctor.offlineChecks(state) + meshChecks(report) }
        guard let entry = report.kiosks.first(where: { $0.name == kiosk }) else {
            throw ControlError(
                "unknown_kiosk", "No kiosk is named \(kiosk).",
                hint: "There are \(report.kiosks.map(\.name).joined(separator: ", ")).")
        }
        let own = entry.id == report.itself.id
        return Doctor.kioskChecks(entry, report)
            + (own ? Doctor.offlineChecks(state) + meshChecks(report) : [])
    }

    private func meshChecks(_ report: StatusReport) -> [DoctorCheck] {
        var checks: [DoctorCheck] = []
        if node.isRevoked || rejection != nil, let problem = report.problems.first {
            checks.append(Doctor.check("membership", .failed, problem.what, problem.fix))
        }
        checks.append(hostCheck(report))
        let present = report.kiosks.count { $0.state == .ok }
        let members = report.kiosks.count { $0.state != .revoked }
        checks.append(
            Doctor.check(
                "kiosks", present == members ? .ok : .warning,
                "\(present) of \(members) can be reached",
                present == members
                    ? nil : "check power and network of those not ok: kioskmesh nodes"))
        checks.append(Doctor.failOverCheck(report.survivesLosses))
        if let damage = damageUnmended {
            checks.append(Doctor.check("log", .warning, damage.what, damage.fix))
        } else if node.configuration.hasStorage {
            checks.append(
                Doctor.check(
                    "log", .ok,
                    "\(node.ledger.blockCount) blocks, verified when the daemon started"))
        }
        return checks
    }

    /// Without a host the worst problem says why, and mostly what mends it.
    private func hostCheck(_ report: StatusReport) -> DoctorCheck {
        if let host = report.host {
            return Doctor.check(
                "host", .ok, "\(host.name) decides redemptions, epoch \(host.epoch)")
        }
        let problem = report.problems.first
        let says = problem.flatMap { $0.fix.hasPrefix("kioskmesh doctor") ? nil : $0.fix }
        return Doctor.check(
            "host", .failed, problem?.what ?? "no host is known",
            says ?? "bring the missing kiosks back: kioskmesh nodes")
    }
}

extension Doctor {
    static func failOverCheck(_ losses: Int?) -> DoctorCheck {
        let evidence =
            switch losses {
            case nil: "unknown while there is no host"
            case 0?: "the mesh survives no loss of a kiosk that votes or holds the tickets"
            case 1?: "the mesh survives the loss of 1 more kiosk"
            case let losses?: "the mesh survives the loss of \(losses) more kiosks at once"
            }
        return check(
            "fail-over", losses ?? 0 == 0 ? .warning : .ok, evidence,
            losses == 0
                ? "two kiosks with storage and any third kiosk give a safe fail-over" : nil)
    }

    /// What the mesh knows of one kiosk.
    static func kioskChecks(_ entry: KioskEntry, _ report: StatusReport) -> [DoctorCheck] {
        let seen =
            entry.lastSeen.map { ", last heard \($0)" } ?? ", not heard since this daemon started"
        let presence =
            switch entry.state {
            case .ok: check("presence", .ok, "\(entry.name) answers")
            case .suspect:
                check(
                    "presence", .warning, "\(entry.name) does not answer\(seen)",
                    "wait a moment; then check the power and network of \(entry.name)")
            case .lost:
                check(
                    "presence", .failed, "\(entry.name) cannot be reached\(seen)",
                    "check the power and network of \(entry.name); "
                        + "if it is gone for good: kioskmesh revoke \(entry.name)")
            case .revoked:
                check(
                    "presence", .failed, "\(entry.name) was revoked",
                    "to use it again, clear its state directory and join with a new token")
            }
        let others = report.problems.filter { $0.kiosk == entry.name }
        let isThere = entry.state == .ok
        return [presence]
            + (isThere ? others : []).map { check("problem", .warning, $0.what, $0.fix) }
    }
}
