/// The arguments of `grant.add`: exact bytes of a signed grant in base64.
package struct GrantArguments: Codable, Sendable, Hashable {
    package var grant: String

    package init(grant: String) { self.grant = grant }
}

/// The arguments of `sync.order`.
package struct SyncOrderArguments: Codable, Sendable, Hashable {
    /// Null is every segment.
    @Nullable package var segment: String?
    package var download: Bool
    package var upload: Bool

    package init(segment: String?, download: Bool, upload: Bool) {
        self.segment = segment
        self.download = download
        self.upload = upload
    }
}

/// The arguments of `sync.settle`: what an operator decides on a quarantined fact.
package struct SettleArguments: Codable, Sendable, Hashable {
    /// `chain/seq/index`; null is every fact in quarantine.
    @Nullable package var record: String?
    /// True sends it again, false dismisses it.
    package var retry: Bool

    package init(record: String?, retry: Bool) {
        self.record = record
        self.retry = retry
    }
}

/// The arguments of `annul` and `reprint`.
package struct AmendArguments: Codable, Sendable, Hashable {
    /// `chain/seq/index`.
    package var record: String
    package var reason: String

    package init(record: String, reason: String) {
        self.record = record
        self.reason = reason
    }
}

/// One item of a courier's bundle: its exact bytes in base64.
package struct BundleItemArguments: Codable, Sendable, Hashable {
    package var item: String

    package init(item: String) { self.item = item }
}
