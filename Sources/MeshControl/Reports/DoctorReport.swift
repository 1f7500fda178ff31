/// The answer of `doctor`.
package struct DoctorReport: Codable, Sendable, Hashable {
    /// The schema's number.
    package let schema: Int
    /// Every check, in a fixed order.
    package var checks: [DoctorCheck]

    package init(checks: [DoctorCheck]) {
        schema = ControlSchema.version
        self.checks = checks
    }
}

/// How a check went.
package enum CheckStatus: String, Codable, Sendable, Hashable, CaseIterable {
    /// Nothing to do.
    case ok
    /// Works, but not for long or not safely.
    case warning
    /// Must be mended.
    case failed
}

/// One check, what it saw, and what mends it.
package struct DoctorCheck: Codable, Sendable, Hashable {
    /// What was checked, such as `clock`.
    package var name: String
    /// How it went.
    package var status: CheckStatus
    /// What was seen, with numbers.
    package var evidence: String
    /// The command or act that mends it; null if there is nothing to mend.
    @Nullable package var fix: String?

    package init(name: String, status: CheckStatus, evidence: String, fix: String?) {
        self.name = name
        self.status = status
        self.evidence = evidence
        self.fix = fix
    }
}
