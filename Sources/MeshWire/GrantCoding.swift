package import MeshCrypto
package import MeshModel

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// An operator's key with the admin key's word for it: the file `operator-key`, mode 0600.
package struct OperatorKey: Sendable {
    package let name: String
    private let signing: SigningKey
    /// A signed delegation, exact bytes.
    private let delegation: [UInt8]

    /// Makes a new operator, delegated to by the admin key; random where no seed of 32 bytes is
    /// given.
    package static func make(
        name: String, admin: SigningKey, at: WallTime, seed: [UInt8]? = nil
    ) throws(WireError) -> OperatorKey {
        let signing = seed.map { SigningKey(seed: $0) } ?? SigningKey.generate()
        var pb = PBDelegation()
        pb.adminKey = Data(admin.publicKey)
        pb.operatorKey = Data(signing.publicKey)
        pb.name = try text(name, TextLimits.name, "name")
        pb.at = at
        let payload: [UInt8] = serialized(pb)
        var signed = PBSignedDelegation()
        signed.payload = Data(payload)
        signed.signature = Data(admin.sign(SigningContext.delegation.bytes(payload)))
        return OperatorKey(name: name, signing: signing, delegation: serialized(signed))
    }

    private init(name: String, signing: SigningKey, delegation: [UInt8]) {
        self.name = name
        self.signing = signing
        self.delegation = delegation
    }

    /// Reads the file's content; checks that it belongs to the mesh.
    package init(bytes: [UInt8], mesh: MeshID) throws(WireError) {
        let pb: PBOperatorKey = try parse(bytes, "operator key")
        guard pb.seed.count == 32 else {
            throw WireError(.malformed, "the operator key has no seed")
        }
        let signing = SigningKey(seed: [UInt8](pb.seed))
        delegation = [UInt8](pb.delegation)
        let delegated = try GrantCodec(mesh: mesh, verifier: SodiumVerifier()).delegate(of: delegation)
        guard delegated.key.key.bytes == signing.publicKey else {
            throw WireError(.badSignature, "the delegation is for another operator's key")
        }
        name = delegated.name
        self.signing = signing
    }

    package var bytes: [UInt8] {
        var pb = PBOperatorKey()
        pb.seed = Data(signing.seed)
        pb.delegation = Data(delegation)
        return serialized(pb)
    }

    /// Signs a grant; its `operatorName` is the operator's, whatever it says.
    package func sign(_ grant: Grant) -> [UInt8] {
        let payload: [UInt8] = serialized(PBGrant(grant))
        var pb = PBSignedGrant()
        pb.payload = Data(payload)
        pb.signature = Data(signing.sign(SigningContext.grant.bytes(payload)))
        pb.delegation = Data(delegation)
        return serialized(pb)
    }
}

/// Reads grants: from the operator's signature up to the admin key.
package struct GrantCodec: Sendable {
    let mesh: MeshID
    let verifier: any SignatureVerifier

    package init(mesh: MeshID, verifier: any SignatureVerifier) {
        self.mesh = mesh
        self.verifier = verifier
    }

    package func open(_ bytes: [UInt8]) throws(WireError) -> SignedGrant {
        guard bytes.count <= WireLimits.grantBytes else {
            throw WireError(.overLimit, "a grant of \(bytes.count) bytes")
        }
        let pb: PBSignedGrant = try parse(bytes, "grant")
        let delegated = try delegate(of: [UInt8](pb.delegation))
        let payload = [UInt8](pb.payload)
        guard
            verifier.verify(
                [UInt8](pb.signature), of: SigningContext.grant.bytes(payload), by: delegated.key)
        else { throw WireError(.badSignature, "the operator's signature does not hold") }
        let content: PBGrant = try parse(payload, "grant")
        return SignedGrant(
            verified: try grant(content, operatorName: delegated.name), bytes: bytes)
    }

    /// The operator's key and name of a delegation by this mesh's admin key.
    func delegate(
        of delegation: [UInt8]
    ) throws(WireError) -> (key: KioskID, name: String) {
        let signed: PBSignedDelegation = try parse(delegation, "delegation")
        let payload = [UInt8](signed.payload)
        let pb: PBDelegation = try parse(payload, "delegation")
        let admin = try key32(pb.adminKey, "admin key")
        guard Charter.meshID(of: admin) == mesh else {
            throw WireError(.wrongMesh, "the operator belongs to another mesh")
        }
        guard
            verifier.verify(
                [UInt8](signed.signature), of: SigningContext.delegation.bytes(payload),
                by: KioskID(admin))
        else { throw WireError(.badSignature, "the admin key's signature does not hold") }
        return (
            try kioskID(pb.operatorKey, "operator key"),
            try text(pb.name, TextLimits.name, "operator's name")
        )
    }
}

private func grant(_ pb: PBGrant, operatorName: String) throws(WireError) -> Grant {
    guard GrantName.isValid(pb.name) else {
        throw WireError(.malformed, "a grant's name that is empty, too long or has odd characters")
    }
    guard let raw = UInt8(exactly: pb.upload), let upload = Grant.UploadPolicy(rawValue: raw)
    else { throw WireError(.malformed, "upload policy \(pb.upload) is unknown") }
    for count in [pb.events.count, pb.lists.count, pb.products.count]
    where count > WireLimits.definitions {
        throw WireError(.overLimit, "a grant of \(count) parts")
    }
    return Grant(
        name: pb.name, version: pb.version,
        server: Grant.ServerReference(
            kind: pb.serverKind, address: pb.address, organizer: pb.organizer),
        scope: Grant.Scope(
            events: pb.allEvents ? nil : pb.events, lists: pb.allLists ? nil : pb.lists,
            products: pb.allProducts ? nil : pb.products, codesDigest: pb.codesDigest),
        validFrom: pb.hasValidFrom ? pb.validFrom : nil,
        validUntil: pb.hasValidUntil ? pb.validUntil : nil, upload: upload,
        isWithdrawn: pb.isWithdrawn, operatorName: operatorName, sealed: [UInt8](pb.sealed))
}

/// What a grant may be called: it stands in tables, logs and commands.
package enum GrantName {
    package static func isValid(_ name: String) -> Bool { KioskName.isValid(name) }
}

extension PBGrant {
    init(_ grant: Grant) {
        self.init()
        name = grant.name
        version = grant.version
        serverKind = grant.server.kind
        address = grant.server.address
        organizer = grant.server.organizer
        allEvents = grant.scope.events == nil
        events = grant.scope.events ?? []
        allLists = grant.scope.lists == nil
        lists = grant.scope.lists ?? []
        allProducts = grant.scope.products == nil
        products = grant.scope.products ?? []
        codesDigest = grant.scope.codesDigest
        if let from = grant.validFrom { validFrom = from }
        if let until = grant.validUntil { validUntil = until }
        upload = UInt32(grant.upload.rawValue)
        isWithdrawn = grant.isWithdrawn
        sealed = Data(grant.sealed)
    }
}

/// What of a grant nobody outside the mesh may read.
package struct GrantSecrets: Hashable, Sendable {
    package struct CodeRange: Hashable, Sendable {
        package var first: String
        package var last: String

        package init(first: String, last: String) {
            self.first = first
            self.last = last
        }

        /// In the order of bytes.
        package func contains(_ code: String) -> Bool {
            let code = Array(code.utf8)
            return !code.lexicographicallyPrecedes(first.utf8)
                && !last.utf8.lexicographicallyPrecedes(code)
        }
    }

    package var token: String
    /// Text of the server's enrolment QR; empty where there is a token.
    package var enrolment: String
    /// Nil is all.
    package var codes: [CodeRange]?
    package var accounts: [String]?

    package init(
        token: String, enrolment: String = "", codes: [CodeRange]? = nil, accounts: [String]? = nil
    ) {
        self.token = token
        self.enrolment = enrolment
        self.codes = codes
        self.accounts = accounts
    }

    /// Whether a ticket with this code and this account is covered.
    package func covers(code: String, account: String) -> Bool {
        if codes == nil && accounts == nil { return true }
        return codes?.contains { $0.contains(code) } ?? false
            || accounts?.contains(account) ?? false
    }

    package init(bytes: [UInt8]) throws(WireError) {
        let pb: PBGrantSecrets = try parse(bytes, "grant secrets")
        self.init(
            token: pb.token, enrolment: pb.enrolment,
            codes: pb.allCodes
                ? nil : pb.codes.map { CodeRange(first: $0.first, last: $0.last) },
            accounts: pb.allAccounts ? nil : pb.accounts)
    }

    package var bytes: [UInt8] {
        var pb = PBGrantSecrets()
        pb.token = token
        pb.enrolment = enrolment
        pb.allCodes = codes == nil
        pb.codes = (codes ?? []).map { range in
            var pb = PBCodeRange()
            pb.first = range.first
            pb.last = range.last
            return pb
        }
        pb.allAccounts = accounts == nil
        pb.accounts = accounts ?? []
        return serialized(pb)
    }
}
