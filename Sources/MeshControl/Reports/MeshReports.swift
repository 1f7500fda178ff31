/// The answer of `nodes`.
package struct NodesReport: Codable, Sendable, Hashable {
    /// The schema's number.
    package let schema: Int
    /// All members, this one included.
    package var kiosks: [KioskEntry]

    package init(kiosks: [KioskEntry]) {
        schema = ControlSchema.version
        self.kiosks = kiosks
    }
}

/// The answer of `digest`: equal on every kiosk that has seen the same records.
package struct DigestReport: Codable, Sendable, Hashable {
    /// The schema's number.
    package let schema: Int
    /// Hash of the state, in hex.
    package var state: String
    /// Records seen.
    package var records: Int64
    /// Chain to sequence number.
    package var vector: [String: UInt64]

    package init(state: String, records: Int64, vector: [String: UInt64]) {
        schema = ControlSchema.version
        self.state = state
        self.records = records
        self.vector = vector
    }
}

/// The answer of `host.show` and `host.transfer`.
package struct HostReport: Codable, Sendable, Hashable {
    /// The schema's number.
    package let schema: Int
    /// The host; null where none is known.
    @Nullable package var host: HostEntry?
    /// The configuration register.
    package var register: Register

    package init(host: HostEntry?, register: Register) {
        schema = ControlSchema.version
        self.host = host
        self.register = register
    }
}

/// The answer of `revoke`.
package struct RevokeReport: Codable, Sendable, Hashable {
    /// The schema's number.
    package let schema: Int
    /// The kiosk that was cut off.
    package var name: String
    /// Its key in text form.
    package var id: String

    package init(name: String, id: String) {
        schema = ControlSchema.version
        self.name = name
        self.id = id
    }
}

/// The daemon's answer to `wait`: how things are now. The client asks again.
package struct WaitAnswer: Codable, Sendable, Hashable {
    /// The schema's number.
    package let schema: Int
    /// Whether the goal is reached.
    package var met: Bool
    /// What is missing, in plain words; empty when it is met.
    package var missing: [String]

    package init(met: Bool, missing: [String]) {
        schema = ControlSchema.version
        self.met = met
        self.missing = missing
    }
}

/// The daemon's answer to `version`.
package struct VersionAnswer: Codable, Sendable, Hashable {
    /// The schema's number.
    package let schema: Int
    /// The daemon's program version.
    package var version: String

    package init(version: String) {
        schema = ControlSchema.version
        self.version = version
    }
}
