/// What an operator allows the mesh to redeem: the patent's "permission information".
///
/// Credentials of the server, ranges of codes and accounts are in `sealed`: the core needs none.
package struct Grant: Hashable, Sendable {
    /// Names the segment.
    package var name: String
    /// When it was signed; of two grants of one name the later one holds.
    package var version: WallTime
    package var server: ServerReference
    package var scope: Scope
    /// From when and until when; each nil where unlimited.
    package var validFrom: WallTime?
    package var validUntil: WallTime?
    package var upload: UploadPolicy
    /// Nothing of it may be redeemed any more; what was redeemed is still uploaded.
    package var isWithdrawn: Bool
    /// The operator's name, as the admin key delegated to it.
    package var operatorName: String
    /// Under the mesh's personal-data key: credentials, ranges of codes, accounts.
    package var sealed: [UInt8]

    package struct ServerReference: Hashable, Sendable {
        /// `pretix`, `csv` or `box-office`.
        package var kind: String
        /// Address or folder.
        package var address: String
        package var organizer: String

        package init(kind: String, address: String, organizer: String = "") {
            self.kind = kind
            self.address = address
            self.organizer = organizer
        }

        /// Whether both may be one server. Where a device code is yet to be used, nobody knows.
        package func maySell(what other: ServerReference) -> Bool {
            guard kind == other.kind else { return false }
            if address.isEmpty || other.address.isEmpty { return true }
            return address == other.address && organizer == other.organizer
        }
    }

    package struct Scope: Hashable, Sendable {
        /// Nil is all of the server.
        package var events: [String]?
        /// Nil is every list; of several that fit one ticket the first named is the usual one.
        package var lists: [ListID]?
        /// Names or numbers of products; nil is all.
        package var products: [String]?
        /// Changes with the sealed ranges of codes and accounts; 0 where all are covered.
        package var codesDigest: UInt64

        package init(
            events: [String]? = nil, lists: [ListID]? = nil, products: [String]? = nil,
            codesDigest: UInt64 = 0
        ) {
            self.events = events
            self.lists = lists
            self.products = products
            self.codesDigest = codesDigest
        }

        package func covers(event: String) -> Bool { events?.contains(event) ?? true }
        package func covers(list: ListID) -> Bool { lists?.contains(list) ?? true }
    }

    package enum UploadPolicy: UInt8, Sendable {
        /// When an operator orders it.
        case manual = 1
        case continuous = 2
        /// By bundles that are carried: the mesh itself never asks the server.
        case courier = 3

        /// The word on the command line.
        package var word: String {
            switch self {
            case .manual: "manual"
            case .continuous: "continuous"
            case .courier: "courier"
            }
        }
    }

    /// Whether anything may be redeemed under it.
    package enum Standing: String, Sendable {
        case inForce = "in-force"
        case notYet = "not-yet"
        case over
        case withdrawn
    }

    package func standing(at now: WallTime) -> Standing {
        if isWithdrawn { return .withdrawn }
        if let from = validFrom, now < from { return .notYet }
        if let until = validUntil, now > until { return .over }
        return .inForce
    }

    package init(
        name: String, version: WallTime, server: ServerReference, scope: Scope,
        validFrom: WallTime? = nil, validUntil: WallTime? = nil, upload: UploadPolicy = .manual,
        isWithdrawn: Bool = false, operatorName: String, sealed: [UInt8]
    ) {
        self.name = name
        self.version = version
        self.server = server
        self.scope = scope
        self.validFrom = validFrom
        self.validUntil = validUntil
        self.upload = upload
        self.isWithdrawn = isWithdrawn
        self.operatorName = operatorName
        self.sealed = sealed
    }
}

/// A grant whose signatures were verified up to the admin key, with its exact bytes.
package struct SignedGrant: Hashable, Sendable {
    package let grant: Grant
    package let bytes: [UInt8]

    /// Only a codec that has verified `bytes` makes one.
    package init(verified grant: Grant, bytes: [UInt8]) {
        self.grant = grant
        self.bytes = bytes
    }
}
