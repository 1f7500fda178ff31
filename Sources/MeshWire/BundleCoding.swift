package import MeshModel

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Which way a bundle is carried.
package enum BundleKind: UInt32, Sendable {
    /// Grants, and facts that wait for a ticket server.
    case fromMesh = 1
    /// Grants, catalogues, and what became of facts.
    case forMesh = 2
}

/// The first frame of a bundle, in the clear.
package struct BundleHeader: Hashable, Sendable {
    package var mesh: MeshID
    /// The kiosk that made and signed it.
    package var kiosk: KioskID
    package var kind: BundleKind
    package var at: WallTime

    package init(mesh: MeshID, kiosk: KioskID, kind: BundleKind, at: WallTime) {
        self.mesh = mesh
        self.kiosk = kiosk
        self.kind = kind
        self.at = at
    }

    package init(bytes: [UInt8]) throws(WireError) {
        let pb: PBBundleHeader = try parse(bytes, "bundle's header")
        guard let kind = BundleKind(rawValue: pb.kind) else {
            throw WireError(.unknownMessage, "kind \(pb.kind) of bundles is unknown")
        }
        self.init(
            mesh: MeshID(try key32(pb.mesh, "mesh")), kiosk: try kioskID(pb.kiosk, "kiosk"),
            kind: kind, at: pb.at)
    }

    package var bytes: [UInt8] {
        var pb = PBBundleHeader()
        pb.mesh = Data(mesh.key)
        pb.kiosk = Data(kiosk.key)
        pb.kind = kind.rawValue
        pb.at = at
        return serialized(pb)
    }
}

/// A fact as it is carried to a ticket server; texts and times as the server gets them.
package struct BundleFact: Hashable, Sendable {
    package enum Kind: UInt32, Sendable {
        case redeemed = 1
        case rejected = 2
        case annulled = 3
    }

    package var segment: String
    /// Names the fact.
    package var request: RequestID
    package var ticket: TicketID
    package var kind: Kind
    /// Of a rejection.
    package var reason = ""
    /// The server's key of the scan: the request, or that of the redemption that is annulled.
    package var nonce: RequestID
    package var event = ""
    package var list: ListID = 0
    /// The server's name of the ticket; empty where the ticket cannot be read any more.
    package var key = ""
    package var secret = ""
    package var isExit = false
    package var at: WallTime = 0
    package var kiosk = ""
    package var guarantee = ""
    package var note = ""
    /// How often an operator ordered it anew.
    package var attempt: UInt32 = 0

    package init(
        segment: String, request: RequestID, ticket: TicketID, kind: Kind, nonce: RequestID
    ) {
        self.segment = segment
        self.request = request
        self.ticket = ticket
        self.kind = kind
        self.nonce = nonce
    }
}

/// One thing that a bundle carries.
package enum BundleItem: Hashable, Sendable {
    /// The pages that follow belong to it.
    case grant(SignedGrant, sealedToken: [UInt8])
    case page(SegmentPage)
    case fact(BundleFact)
    case receipts([Receipt])

    /// Reads an item; a grant's signatures are verified.
    package init(bytes: [UInt8], grants: GrantCodec) throws(WireError) {
        let pb: PBBundleItem = try parse(bytes, "bundle's item")
        switch pb.item {
        case .grant(let content):
            self = .grant(
                try grants.open([UInt8](content.grant)),
                sealedToken: [UInt8](content.sealedToken))
        case .page(let content): self = .page(try segmentPage(content))
        case .fact(let content): self = .fact(try BundleFact(content))
        case .receipts(let content): self = .receipts(try MeshWire.receipts(content.receipts))
        case nil: throw WireError(.unknownMessage, "an item of a later release")
        }
    }

    package var bytes: [UInt8] {
        var pb = PBBundleItem()
        switch self {
        case .grant(let grant, let sealedToken):
            pb.grant.grant = Data(grant.bytes)
            pb.grant.sealedToken = Data(sealedToken)
        case .page(let page): pb.page = PBSegmentPage(page)
        case .fact(let fact): pb.fact = PBBundleFact(fact)
        case .receipts(let content): pb.receipts.receipts = content.map { PBReceipt($0) }
        }
        return serialized(pb)
    }
}

/// The signature over a whole bundle.
package enum BundleSignature {
    /// What is signed: the hash (BLAKE2b-256) of everything before the signature.
    package static func message(_ hash: [UInt8]) -> [UInt8] { SigningContext.bundle.bytes(hash) }
}

extension BundleFact {
    fileprivate init(_ pb: PBBundleFact) throws(WireError) {
        guard let kind = Kind(rawValue: pb.kind) else {
            throw WireError(.malformed, "kind \(pb.kind) of a fact is unknown")
        }
        self.init(
            segment: try text(pb.segment, TextLimits.name, "segment"),
            request: try key16(pb.request, "request"), ticket: try key16(pb.ticket, "ticket"),
            kind: kind, nonce: try key16(pb.nonce, "nonce"))
        reason = try text(pb.reason, TextLimits.words, "reason")
        event = try text(pb.event, TextLimits.name, "event")
        list = pb.list
        key = pb.key
        secret = pb.secret
        isExit = pb.isExit
        at = pb.at
        kiosk = pb.kiosk
        guarantee = pb.guarantee
        note = pb.note
        attempt = pb.attempt
    }
}

extension PBBundleFact {
    fileprivate init(_ fact: BundleFact) {
        self.init()
        segment = fact.segment
        request = Data(fact.request)
        ticket = Data(fact.ticket)
        kind = fact.kind.rawValue
        reason = fact.reason
        nonce = Data(fact.nonce)
        event = fact.event
        list = fact.list
        key = fact.key
        secret = fact.secret
        isExit = fact.isExit
        at = fact.at
        kiosk = fact.kiosk
        guarantee = fact.guarantee
        note = fact.note
        attempt = fact.attempt
    }
}
