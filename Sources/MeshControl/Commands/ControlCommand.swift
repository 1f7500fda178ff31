/// The commands that the daemon answers.
package enum ControlCommand: String, Sendable, CaseIterable {
    /// → `StatusReport`.
    case status
    /// → `NodesReport`.
    case nodes
    /// `LogArguments` → a stream of `LogLine`.
    case log
    /// → `DigestReport`.
    case digest
    /// `RedeemArguments` → `RedeemAnswer`.
    case redeem
    /// `ImportArguments` → `ImportAnswer`.
    case ticketsImport = "tickets.import"
    /// `CodeArguments` → `TicketsReport`.
    case ticketsShow = "tickets.show"
    /// → `TicketStatsReport`.
    case ticketsStats = "tickets.stats"
    /// `TokenCreateArguments` → `TokenReport`.
    case tokenCreate = "token.create"
    /// → `TokenListReport`.
    case tokenList = "token.list"
    /// `TokenRevokeArguments` → `TokenRevokeReport`.
    case tokenRevoke = "token.revoke"
    /// → `HostReport`.
    case hostShow = "host.show"
    /// `NameArguments` → `HostReport`.
    case hostTransfer = "host.transfer"
    /// `NameArguments` → `RevokeReport`.
    case revoke
    /// `DoctorArguments` → `DoctorReport`.
    case doctor
    /// `WaitArguments` → `WaitAnswer`, at once.
    case wait
    /// `AmendArguments` → `DoneReport`.
    case annul
    /// `AmendArguments` → `DoneReport`.
    case reprint
    /// `CodeArguments` with a record → `RecordReport`.
    case recordShow = "record.show"
    /// `GrantArguments` → `DoneReport`.
    case grantAdd = "grant.add"
    /// → `GrantReport`.
    case grantList = "grant.list"
    /// → `SyncReport`.
    case syncStatus = "sync.status"
    /// `SyncOrderArguments` → `DoneReport`.
    case syncOrder = "sync.order"
    /// → `QuarantineReport`.
    case syncQuarantine = "sync.quarantine"
    /// `SettleArguments` → `DoneReport`.
    case syncSettle = "sync.settle"
    /// → a stream of `BundleItemArguments`: what a courier carries away from here.
    case bundleExport = "bundle.export"
    /// `BundleItemArguments` → `BundleItemAnswer`: what a courier brought.
    case bundleApply = "bundle.apply"
    /// → `VersionAnswer`.
    case version
}
