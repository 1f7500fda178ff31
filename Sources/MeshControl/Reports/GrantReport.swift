/// The answer of `grant.list` and `grant.show`.
package struct GrantReport: Codable, Sendable, Hashable {
    /// The schema's number.
    package let schema: Int
    /// In the order of their names.
    package var grants: [Entry]

    package init(grants: [Entry]) {
        schema = ControlSchema.version
        self.grants = grants
    }

    package struct Entry: Codable, Sendable, Hashable {
        package var name: String
        /// `in-force`, `not-yet`, `over` or `withdrawn`.
        package var state: String
        /// `pretix`, `box-office` or `csv`.
        package var server: String
        package var address: String
        package var organizer: String
        /// Null is all.
        @Nullable package var events: [String]?
        @Nullable package var lists: [UInt64]?
        @Nullable package var products: [String]?
        /// Ranges `first..last`; null is all.
        @Nullable package var codes: [String]?
        /// How many accounts are named; null is all.
        @Nullable package var accounts: Int?
        @Nullable package var from: Timestamp?
        @Nullable package var until: Timestamp?
        /// `manual` or `continuous`.
        package var upload: String
        package var signedBy: String
        package var signedAt: Timestamp
        /// The signed grant's exact bytes, base64.
        package var signed = ""

        package init(
            name: String, state: String, server: String, address: String, organizer: String,
            upload: String, signedBy: String, signedAt: Timestamp
        ) {
            self.name = name
            self.state = state
            self.server = server
            self.address = address
            self.organizer = organizer
            self.upload = upload
            self.signedBy = signedBy
            self.signedAt = signedAt
        }
    }
}
